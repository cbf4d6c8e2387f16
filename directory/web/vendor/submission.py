"""Handing the draft in: what would change, what stands in the way, what waits; taking it back."""

from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import ConflictError, InvalidInputError
from directory.providers.models import Provider
from directory.providers.proof import UnprovenError
from directory.publishing.checking import UnpublishableError
from directory.publishing.diff import Differ, Part
from directory.publishing.identity import changes
from directory.publishing.models import Submission
from directory.publishing.queries import Progress, Standing, progress, standing
from directory.publishing.services import submit, withdraw
from directory.publishing.submitting import barriers, has_moved
from directory.web.identity import account, entry
from directory.web.session import catalogue, services, transaction
from directory.web.vendor.to_mend import Mending, mendings


@dataclass(frozen=True, slots=True)
class SubmitPage:
    """What would be handed in, or what waits; `parts` is what it changes.

    `refusal` says why what was just asked for wasn't done. `is_identity`: name or website change.
    """

    provider: Provider
    standing: Standing
    progress: Progress
    parts: tuple[Part, ...]
    to_mend: tuple[Mending, ...]
    has_moved: bool
    is_identity: bool
    refusal: str

    @property
    def waiting(self) -> Submission | None:
        """The submission that waits."""
        return self.standing.waiting


def show(slug: str) -> AnyResponse:
    """Show what would be handed in, or hand it in."""
    if request.method != "POST":
        return _answer(slug)
    somebody = account()
    try:
        with transaction() as session:
            number = entry(slug).provider.id
            submit(
                session,
                number,
                revision=_number("revision"),
                person_id=somebody.id,
                actor=somebody.actor,
                at=clock.now(),
            )
    except ConflictError as error:
        return _answer(slug, str(error), 409)
    except UnpublishableError as error:
        return _answer(slug, str(error), 422)
    except InvalidInputError as error:
        return _answer(slug, error.message, 422)
    except UnprovenError as error:
        return _answer(slug, str(error), 403)
    flash("Handed in. An admin looks at it; you get a mail when it is decided.")
    return redirect(url_for("vendor.submit", slug=slug), 303)


def take_back(slug: str) -> AnyResponse:
    """Withdraw what waits."""
    try:
        with transaction() as session:
            withdraw(session, entry(slug).provider.id, number=_number("number"), actor=account().actor, at=clock.now())
    except ConflictError as error:
        return _answer(slug, str(error), 409)
    flash("Withdrawn. The draft is as it was; submit it whenever you like.")
    return redirect(url_for("vendor.submit", slug=slug), 303)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _answer(slug: str, refusal: str = "", status: int = 200) -> Response:
    """Show the page as things stand now: what was read before a refusal may be old."""
    with services().database.reading() as session:
        provider = session.scalars(select(Provider).where(Provider.slug == slug)).one()
        page = _page(session, provider, refusal)
        return make_response(render_template("vendor/submit.html", page=page), status)


def _page(session: Session, provider: Provider, refusal: str) -> SubmitPage:
    where, how_far = standing(session, provider), progress(session, provider)
    draft = how_far.draft.content
    waiting = where.waiting
    before = waiting.before if waiting else how_far.public
    content = waiting.content if waiting else draft
    differ = Differ(catalogue())
    is_first = provider.published_at is None
    in_the_way = () if waiting else barriers(session, provider, draft, clock.now())
    return SubmitPage(
        provider=provider,
        standing=where,
        progress=how_far,
        parts=differ.of_a_new_entry(content) if is_first else differ.parts(before, content),
        to_mend=mendings(provider.slug, draft, in_the_way, catalogue()),
        has_moved=waiting is not None and has_moved(waiting, draft),
        is_identity=not is_first and bool(changes(provider, content)),
        refusal=refusal,
    )
