"""Looking at an entry as buyers would see it, taking it off the pages, putting it back."""

from dataclasses import dataclass, replace

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import ConflictError, ForbiddenError
from directory.providers.models import Provider
from directory.publishing.checking import UnpublishableError
from directory.publishing.drafts import load
from directory.publishing.preview import rehearse
from directory.publishing.services import republish, unpublish
from directory.web.identity import account, entry
from directory.web.profile.page import ProviderPage, provider_page
from directory.web.session import catalogue, reader, rehearsal, today, transaction
from directory.web.vendor.to_mend import Mending, mendings

ANOTHER_HAS_IT = "Another entry has this website."


@dataclass(frozen=True, slots=True)
class NoPreview:
    """Why there is nothing to look at."""

    provider: Provider
    to_mend: tuple[Mending, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class UnpublishPage:
    """The question before an entry is taken off the pages."""

    provider: Provider


def preview(slug: str) -> Response:
    """Show the draft as the page that buyers would get; nothing of it is kept."""
    provider = entry(slug).provider
    try:
        text, status = _rehearsed(provider.id), 200
    except UnpublishableError as error:
        to_mend = mendings(slug, load(reader(), provider).content, error.problems, catalogue())
        text, status = _none(NoPreview(provider, to_mend, str(error))), 422
    except (IntegrityError, ConflictError):
        text, status = _none(NoPreview(provider, (), ANOTHER_HAS_IT)), 409
    response = make_response(text, status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _rehearsed(provider_id: int) -> str:
    with rehearsal() as session:
        provider = rehearse(session, provider_id, actor=account().actor, at=clock.now())
        page: ProviderPage = provider_page(session, provider, catalogue(), today(), "")
        return render_template("vendor/preview.html", page=replace(page, linked_data={}))


def _none(page: NoPreview) -> str:
    return render_template("vendor/no_preview.html", page=page)


def take_off(slug: str) -> AnyResponse:
    """Ask first, then take the entry off every page."""
    provider = entry(slug).provider
    if request.method != "POST":
        return make_response(render_template("vendor/unpublish.html", page=UnpublishPage(provider)))
    try:
        with transaction() as session:
            unpublish(session, provider.id, actor=account().actor, at=clock.now())
        flash("The entry is off every page. Its address is kept for you.")
    except ConflictError as error:
        flash(str(error))
    return redirect(url_for("vendor.overview", slug=slug), 303)


def put_back(slug: str) -> AnyResponse:
    """Make the entry public again."""
    try:
        with transaction() as session:
            republish(session, entry(slug).provider.id, actor=account().actor, at=clock.now())
        flash("The entry is public again, as it was.")
    except (ConflictError, ForbiddenError) as error:
        flash(str(error))
    return redirect(url_for("vendor.overview", slug=slug), 303)
