"""The shortlist's own page: every provider on it as it stands today, with the buyer's note and status."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response as FlaskResponse
from flask import make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from directory.core import clock, links
from directory.core.errors import NotFoundError
from directory.core.links import LinkKind
from directory.core.spreadsheets import sheet
from directory.shortlists import services as shortlists
from directory.shortlists.models import MOST_ENTRIES, MOST_KEPT, Shortlist, Status
from directory.shortlists.queries import Keeper, shortlist_of
from directory.shortlists.services import Noted, StaleError
from directory.web.buyer.forms_shortlist import STATUSES, NoteForm, ShareForm
from directory.web.buyer.keep import LIMIT, said
from directory.web.buyer.kept_cards import KeptCard, kept_cards
from directory.web.keeping import MOST_COMPARED, keeper, keeper_writing, left_behind, own
from directory.web.security import limiter
from directory.web.session import catalogue, reader, services, today, transaction

SAID = {
    "full": f"A shortlist holds {MOST_ENTRIES} providers, and yours is full. Remove one, then add the other.",
    "noted": "You have noted something of this provider. Remove it here, where you see what goes with it.",
    "saved": "Saved.",
    "removed": "Removed.",
    "shared": "Whoever has the link below can read this shortlist now.",
    "revoked": "The link doesn’t open any more. A new one will be another.",
}
"""What the address may ask the page to say, so that no cookie has to carry it."""

MARK = "\ufeff"
"""By this spreadsheets know that the file is UTF-8: notes are in any language."""

COLUMNS = ("provider", "address", "status", "note", "added", "production experience", "enterprise")


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that can't be taken as it stands: what was typed, and why not."""

    form: NoteForm
    errors: tuple[tuple[str, str], ...]
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class ShortlistPage:
    """Everything on the page. `said` stands beside the entry of number `at`, where there is one, else on top.

    `typed` are forms that came back, by the number of their entry.
    """

    entries: tuple[KeptCard, ...]
    said: str
    at: int
    link: str
    shares_notes: bool
    left_behind: int
    typed: Mapping[int, Typed] = field(default_factory=dict)
    statuses: Mapping[Status, str] = field(default_factory=lambda: STATUSES)
    most: int = MOST_ENTRIES
    most_note: int = MOST_KEPT
    most_compared: int = MOST_COMPARED

    @property
    def shows_demo(self) -> bool:
        """Whether a demonstration entry is on the page."""
        return any(one.kept.is_demo for one in self.entries)


def show() -> FlaskResponse:
    """Show the reader's shortlist."""
    return _page({})


def _page(typed: Mapping[int, Typed], status: int = 200) -> FlaskResponse:
    whose = keeper()
    shortlist = shortlist_of(reader(), whose) if whose else None
    entries = kept_cards(reader(), own().entries, catalogue(), today())
    asked = request.args.get("at", 0, type=int)
    page = ShortlistPage(
        entries=entries,
        said=SAID.get(request.args.get("said", ""), ""),
        at=asked if any(one.kept.number == asked for one in entries) else 0,
        link=link_of(shortlist) if shortlist and shortlist.shared_at else "",
        shares_notes=bool(shortlist and shortlist.shares_notes),
        left_behind=left_behind(),
        typed=typed,
    )
    body = render_template("buyer/shortlist.html", page=page, active="shortlist", shows_demo=page.shows_demo)
    return _unkept(make_response(body, status))


def _unkept(response: FlaskResponse) -> FlaskResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def link_of(shortlist: Shortlist) -> str:
    """Return the whole address under which others read a shortlist."""
    settings = services().settings
    token = links.sign(LinkKind.SHORTLIST, shortlist.id, shortlist.share_attempt, settings.secret_key)
    return f"{settings.base_url.rstrip('/')}/shortlist/shared/{token}"


def table() -> Response:
    """Hand the shortlist out as CSV."""
    entries = kept_cards(reader(), own().entries, catalogue(), today())
    response = make_response(MARK + sheet([COLUMNS, *map(_row, entries)]))
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="shortlist.csv"'
    return _unkept(response)


def _row(one: KeptCard) -> tuple[str, ...]:
    entry, card = one.kept, one.card
    address = f"{services().settings.base_url.rstrip('/')}/providers/{entry.slug}" if card else "no longer listed"
    verdicts = (card.production.word, card.enterprise.word) if card else ("", "")
    return (entry.name, address, STATUSES[entry.status], entry.note, entry.added_at.date().isoformat(), *verdicts)


def change(number: int) -> Response:
    """Take note and status of an entry, and move it up if that was asked; or remove it, with its note.

    What was changed elsewhere meanwhile is shown beside what was typed.
    """
    then = request.form.get("then", "")
    with limiter.limit(LIMIT):
        return _removed(number) if then == "remove" else _written(number, is_moved=then == "up")


def _removed(number: int) -> Response:
    with transaction() as session:
        shortlists.remove(session, _owner(session), number, at=clock.now())
    return redirect(said("removed"), 303)


def _written(number: int, *, is_moved: bool) -> Response:
    form = NoteForm()
    if not form.validate():
        texts = [(f"{name}-{number}", str(text)) for name, found in form.errors.items() for text in found]
        return _page({number: Typed(form, tuple(texts))}, 422)
    noted = Noted(Status(form.status.data), form.note.data, form.revision.data)
    try:
        with transaction() as session:
            whose = _owner(session)
            shortlists.write_note(session, whose, number, noted, at=clock.now())
            if is_moved:
                shortlists.move_up(session, whose, number, at=clock.now())
    except StaleError as error:
        return _page({number: Typed(form, ((f"note-{number}", str(error)),), is_stale=True)}, 409)
    return redirect(said("saved", number), 303)


def share() -> Response:
    """Make the link by which others read the shortlist, or change whether they read the notes."""
    form = ShareForm()
    with limiter.limit(LIMIT), transaction() as session:
        shortlists.share(session, _owner(session), with_notes=bool(form.notes.data), at=clock.now())
    return redirect(said("shared"), 303)


def revoke() -> Response:
    """End the link."""
    with limiter.limit(LIMIT), transaction() as session:
        shortlists.revoke(session, _owner(session), at=clock.now())
    return redirect(said("revoked"), 303)


def _owner(session: Session) -> Keeper:
    """Return whose shortlist is written to; somebody who has kept nothing has nothing to write to."""
    if keeper() is None:
        raise NotFoundError(shortlists.GONE)
    return keeper_writing(session)
