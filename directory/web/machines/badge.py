"""A provider's badge as a picture, for other people's pages: the one answer that is meant to be embedded elsewhere."""

from flask import Response, render_template
from sqlalchemy import select

from directory.core.errors import NotFoundError
from directory.providers.models import Provider
from directory.rules.queries import load_verdicts
from directory.web.machines.plain import answer
from directory.web.profile.badge import badge_of
from directory.web.session import catalogue, reader, today

KEPT_SECONDS = 300
"""A badge that has expired may be shown for so long by whoever has it already."""


def badge(slug: str) -> Response:
    """Answer with the badge as it is today."""
    provider = reader().scalar(select(Provider).where(Provider.slug == slug, Provider.is_public))
    if provider is None:
        raise NotFoundError("No provider is listed under this name.")
    verdicts = load_verdicts(reader(), [provider.id], catalogue(), today())[provider.id]
    found = badge_of(verdicts, catalogue(), is_demo=provider.is_demo)
    response = answer(render_template("machines/badge.svg", badge=found), "image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
