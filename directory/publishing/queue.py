"""The admins' one queue: everything that waits for a decision, oldest first. Only reads.

It lies here because submissions do; the other kinds come from packages below.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from directory.core.paging import Page
from directory.evidence.models import Document, DocumentState
from directory.providers.membership import Membership
from directory.providers.models import Provider
from directory.publishing.models import Submission, SubmissionState
from directory.references.models import Reference, ReferenceState
from directory.review.decisions import ItemKind
from directory.review.models import Claim, ClaimMethod, ClaimState, Report, ReportState

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an item stands in the queue: by when it came, then by kind and number."""

    since: datetime
    kind: ItemKind
    id: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item that waits. `is_asked`: the vendor was asked something about it and hasn't answered yet."""

    place: Place
    provider_id: int
    is_asked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One item as the queue's page lists it; `is_own`: whoever reads the queue is a member of the provider."""

    item: Waiting
    provider_name: str
    provider_slug: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the queue. `counts` has every kind, whatever the page is narrowed to."""

    lines: tuple[Line, ...]
    counts: Mapping[ItemKind, int]
    page: Page


def _select(row: Sequence[Any], where: ColumnElement[bool], is_asked: ColumnElement[bool] | None = None) -> Select[Any]:
    """Select an item's number and provider, since when it waits, and whether the vendor was asked about it."""
    asked = (false() if is_asked is None else is_asked).label("is_asked")
    number, provider_id, *since = row
    return select(number, provider_id, asked, *since).where(where)


def _queries() -> dict[ItemKind, Select[Any]]:
    """Return what finds the waiting items of each kind."""
    is_unanswered = or_(Report.replied_at.is_(None), Report.replied_at < Report.asked_at)
    return {
        ItemKind.SUBMISSION: _select(
            (Submission.id, Submission.provider_id, Submission.submitted_at),
            Submission.state == SubmissionState.WAITING,
        ),
        ItemKind.CLAIM: _select(
            (Claim.id, Claim.provider_id, Claim.created_at),
            and_(Claim.state == ClaimState.WAITING, Claim.method == ClaimMethod.ADMIN),
        ),
        ItemKind.REFERENCE: _select(
            (Reference.id, Reference.provider_id, Reference.answered_on), Reference.state == ReferenceState.ANSWERED
        ),
        ItemKind.DOCUMENT: _select(
            (Document.id, Document.provider_id, Document.added_at, Document.dated_on),
            Document.state == DocumentState.WAITING,
        ),
        ItemKind.REPORT: _select(
            (Report.id, Report.provider_id, Report.created_at),
            Report.state == ReportState.OPEN,
            and_(Report.asked_at.is_not(None), is_unanswered),
        ),
    }


def since(*known: datetime | date | None) -> datetime:
    """Return the moment since when an item waits: the first one that is known; a day counts from its start."""
    first = next((one for one in known if one is not None), date.min)
    return first if isinstance(first, datetime) else datetime.combine(first, time(), UTC)


def waiting(session: Session) -> list[Waiting]:
    """Return everything that waits, oldest first: numbers only, so that thousands are read at once."""
    found = [
        Waiting(Place(since(*moments), kind, number), provider_id, bool(is_asked))
        for kind, query in _queries().items()
        for number, provider_id, is_asked, *moments in session.execute(query)
    ]
    return sorted(found, key=lambda item: item.place)


def own_providers(session: Session, user_id: int) -> frozenset[int]:
    """Return the providers on which an admin can't decide, being a member."""
    return frozenset(session.scalars(select(Membership.provider_id).where(Membership.user_id == user_id)))


def listing(session: Session, user_id: int, *, only: ItemKind | None = None, number: int = 1) -> Listing:
    """Return page `number` (from 1) of the queue as one admin sees it, narrowed to one kind or not.

    A page past the end has no lines; its `page.is_past_end` says so.
    """
    everything = waiting(session)
    counts = {kind: sum(item.place.kind is kind for item in everything) for kind in ItemKind}
    some = [item for item in everything if only in (None, item.place.kind)]
    page = Page(number, PAGE_SIZE, len(some))
    return Listing(tuple(_lines(session, some[page.start : page.stop], user_id)), counts, page)


def _lines(session: Session, items: Collection[Waiting], user_id: int) -> list[Line]:
    ids = {item.provider_id for item in items}
    query = select(Provider.id, Provider.name, Provider.slug).where(Provider.id.in_(ids))
    names = {row.id: (row.name, row.slug) for row in session.execute(query)}
    own = own_providers(session, user_id)
    return [Line(item, *names[item.provider_id], item.provider_id in own) for item in items]


def next_in_queue(
    session: Session, user_id: int, *, after: Place | None = None, only: ItemKind | None = None
) -> Place | None:
    """Return the next item that this admin can decide on: the first after a place, else the first of all.

    Items about which a vendor was asked, and the item at `after` itself, are passed over.
    """
    own = own_providers(session, user_id)
    places = [
        item.place
        for item in waiting(session)
        if item.provider_id not in own and not item.is_asked and only in (None, item.place.kind) and item.place != after
    ]
    later = (place for place in places if after is None or place > after)
    return next(later, places[0] if places else None)
