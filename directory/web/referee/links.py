"""What a referee's link opens: found by its signature, or a page that says nothing about any reference."""

from dataclasses import dataclass

from flask import Response, abort, make_response, render_template
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.links import LinkKind, read
from directory.providers.models import Provider, System
from directory.references.mailboxes import mailbox_hash
from directory.references.models import Reference, ReferenceState
from directory.references.states import Standing, standing, takes_answer
from directory.web.session import reader, services

LIMIT = "30 per hour"
TOO_MANY = "That was sent too often from one place. What you typed is still here: try again in an hour."


@dataclass(frozen=True, slots=True)
class Opened:
    """A reference that a link opens at this moment, and what it is about."""

    token: str
    reference: Reference
    provider: Provider
    system: System

    @property
    def standing(self) -> Standing:
        """Where it stands now."""
        return standing(self.reference, clock.now())

    @property
    def takes_answer(self) -> bool:
        """Whether the form is still open."""
        return takes_answer(self.reference, clock.now())

    @property
    def has_receipt(self) -> bool:
        """Whether something came of it that its referee may look at."""
        return self.reference.state not in (ReferenceState.ASKED, ReferenceState.CANCELLED)


def opened(token: str) -> Opened | None:
    """Return what a link opens; None where its reference has moved on to another link.

    A link that was never signed here, or whose reference is gone, is 404.
    """
    found = read(LinkKind.REFERENCE, token, services().settings.secret_key)
    row = reader().execute(_query(found[0])).first() if found else None
    if found is None or row is None:
        abort(404)
    reference, provider, system = row
    return Opened(token, reference, provider, system) if reference.attempt == found[1] else None


def _query(reference_id: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - SQLAlchemy's own type
    return (
        select(Reference, Provider, System)
        .join(Provider, Provider.id == Reference.provider_id)
        .join(System, System.id == Reference.system_id)
        .where(Reference.id == reference_id)
    )


def closed() -> Response:
    """Say that a link holds no more, and nothing of what it was for."""
    return make_response(render_template("referee/closed.html"), 410)


def own_mailbox(reference: Reference) -> str:
    """Return what is kept of the referee's address where they want no more letters."""
    return mailbox_hash(reference.referee_email or "", services().settings.secret_key)


def keep_secret(response: AnyResponse) -> AnyResponse:
    """Let no search engine keep these pages, and no other host learn their addresses."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
