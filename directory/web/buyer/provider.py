"""One provider's page."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from directory.core.errors import NotFoundError
from directory.providers.models import Provider
from directory.web.for_all import same_for_all
from directory.web.profile.page import provider_page
from directory.web.reach import count_view
from directory.web.session import catalogue, reader, services, today


def public_provider(slug: str) -> Provider:
    """Return the provider that readers may see under this slug; raise `NotFoundError` where there is none."""
    provider = reader().scalar(select(Provider).where(Provider.slug == slug, Provider.is_public))
    if provider is None:
        message = "No provider is listed under this name."
        raise NotFoundError(message)
    return provider


def address_of(provider: Provider) -> str:
    """Return the whole address of a provider's page."""
    return f"{services().settings.base_url.rstrip('/')}/providers/{provider.slug}"


def show(slug: str) -> ResponseReturnValue:
    """Show one provider with all that is known of it, and how."""
    return same_for_all(f"/providers/{slug}", lambda: _page(slug))


def _page(slug: str) -> str:
    provider = public_provider(slug)
    count_view(provider.id)
    page = provider_page(reader(), provider, catalogue(), today(), address_of(provider))
    return render_template("buyer/provider.html", page=page)
