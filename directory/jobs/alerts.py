"""Letters about saved searches and shortlists: every search is run once a turn, however much has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from sqlalchemy.orm import Session

from directory.alerts.changes import Seen, changes, pack, unpack
from directory.alerts.looking import Directory, asked, directory_of, on_shortlist, title
from directory.alerts.models import About, Alert
from directory.alerts.news import News, of_search, of_shortlist
from directory.alerts.queries import due, held
from directory.catalogue.services import Catalogue, in_force
from directory.core import clock
from directory.core.links import LinkKind, sign
from directory.core.outbox import Letter, post
from directory.jobs.context import Context
from directory.search.query import QueryError
from directory.search.service import Search

log = structlog.get_logger("directory.jobs")


@dataclass(frozen=True, slots=True)
class Turn:
    """What all alerts of one run are looked at with."""

    directory: Directory
    catalogue: Catalogue
    on: date
    secret_key: str


def tell_of_changes(_payload: dict[str, Any], context: Context) -> None:
    """Look at every alert that is due, and write to its owner where something changed; each in its own transaction.

    Killed half way, the rest is looked at when the job is tried again: what was written is noted with its letter.
    """
    on, after = clock.today(), 0
    with context.database.reading() as session:
        catalogue = in_force(session)
    generation = Search(context.database, context.settings.index_dir).generation(catalogue, on)
    turn = Turn(directory_of(generation), catalogue, on, context.settings.secret_key)
    while True:
        with context.database.reading() as session:
            numbers = due(session, on, after)
        if not numbers:
            return
        for number in numbers:
            with context.database.writing() as session:
                _look(session, number, turn)
        after = numbers[-1]


def _look(session: Session, number: int, turn: Turn) -> None:
    found = held(session, number, turn.on)
    if found is None:
        return
    alert, email = found
    try:
        news, now = _news(session, alert, turn)
    except QueryError:  # it names what the catalogue doesn't know any more: the account's page says so
        log.info("alert", number=number, outcome="its search can't be read")
        return
    if news:
        post(session, _letter(alert, email, news, turn), at=clock.now())
    alert.seen, alert.looked_on = pack(now), turn.on


def _news(session: Session, alert: Alert, turn: Turn) -> tuple[News, Seen]:
    """Return what changed since an alert was looked at last, and who is there now."""
    before, directory = unpack(alert.seen), turn.directory
    if alert.about == About.SEARCH:
        query = asked(alert.query, turn.catalogue)
        now = directory.matching(query)
        found = changes(before, now, directory.listed)
        return of_search(session, (directory, turn.catalogue), query, (before, found)), now
    now = on_shortlist(session, alert.user_id, directory)
    found = changes(before, now, directory.listed)
    return of_shortlist(session, (directory, turn.catalogue), (before, found), (alert.looked_on, turn.on)), now


def _letter(alert: Alert, email: str, news: News, turn: Turn) -> Letter:
    is_search = alert.about == About.SEARCH
    values = {
        "title": title(asked(alert.query, turn.catalogue), turn.catalogue) if is_search else "your shortlist",
        "address": (f"/providers?{alert.query}" if alert.query else "/providers") if is_search else "/shortlist",
        "number": alert.id,
        "cadence": alert.cadence,
        "new_more": news.new_count - len(news.new),
        "moved_more": news.moved_count - len(news.moved),
        "new": _lines(news.new),
        "moved": _lines(news.moved),
        "ending": _lines(news.ending),
    }
    token = sign(LinkKind.ALERT, alert.id, 0, turn.secret_key)
    return Letter("alert", email, f"alert-{alert.id}-{turn.on}", values, unsubscribe=f"/alerts/stop/{token}")


def _lines(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"slug": slug, "words": words} for slug, words in pairs]
