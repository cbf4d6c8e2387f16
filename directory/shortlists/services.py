"""Keeping a shortlist: adding, removing, noting, moving, and the link by which others read it.

Nothing here is public, so nothing is written to the audit log: what a buyer thinks of is the buyer's.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.core.errors import ConflictError, NotFoundError
from directory.providers.models import Provider
from directory.shortlists.models import MOST_ENTRIES, Shortlist, ShortlistEntry, Status
from directory.shortlists.queries import Keeper, entry_of, shortlist_of

GONE = "This isn’t on your shortlist any more."


class FullError(ConflictError):
    """The shortlist holds as many as it can."""


class NotedError(ConflictError):
    """The entry has a note or a status, which a click elsewhere shouldn't take away; `number` says which entry."""

    def __init__(self, number: int) -> None:
        """Keep which entry it is, so that it can be shown."""
        super().__init__("You have noted something of this provider. It goes only where you see it.")
        self.number = number


class StaleError(ConflictError):
    """The note was changed elsewhere meanwhile; nothing of either version was lost."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What a buyer writes of a provider, and which revision of the entry they saw."""

    status: Status
    note: str
    revision: int


def add(session: Session, keeper: Keeper, provider: Provider, *, at: datetime) -> ShortlistEntry:
    """Put a provider at the end of somebody's shortlist; one that stands there stays as it is.

    Raises `FullError` where there is no room.
    """
    shortlist = _held(session, keeper, at=at)
    there = next((one for one in shortlist.entries if one.provider_id == provider.id), None)
    if there is not None:
        return there
    entry = ShortlistEntry(
        provider_id=provider.id, name=provider.name, place=free_place(shortlist), added_at=at, changed_at=at
    )
    shortlist.entries.append(entry)
    shortlist.touched_at = at
    session.flush()
    return entry


def free_place(shortlist: Shortlist) -> int:
    """Return the place behind the last entry, moving all up where that is beyond the end; raise `FullError` if none."""
    if len(shortlist.entries) >= MOST_ENTRIES:
        raise FullError(f"A shortlist holds {MOST_ENTRIES} providers, and yours is full. Remove one first.")
    taken = {one.place for one in shortlist.entries}
    behind = max(taken, default=0) + 1
    return behind if behind <= MOST_ENTRIES else _close_up(shortlist)


def _close_up(shortlist: Shortlist) -> int:
    """Fill the gaps that removals left, in order, and return the first place behind."""
    session = _session(shortlist)
    for place, entry in enumerate(sorted(shortlist.entries, key=lambda one: one.place), start=1):
        if entry.place != place:
            entry.place = place
            session.flush()  # one by one: each moves into a place that is free by then
    return len(shortlist.entries) + 1


def _session(shortlist: Shortlist) -> Session:
    session = Session.object_session(shortlist)
    assert session is not None  # noqa: S101 - for the type checker: it was read by one
    return session


def remove(session: Session, keeper: Keeper, number: int, *, at: datetime) -> None:
    """Take an entry off somebody's shortlist, with its note; raise `NotFoundError` if it isn't there."""
    entry = _entry(session, keeper, number)
    _take_off(session, entry, at)


def remove_plain(session: Session, keeper: Keeper, provider_id: int, *, at: datetime) -> None:
    """Take a provider off somebody's shortlist; nothing happens where it isn't on it.

    Raises `NotedError` where the buyer has noted something of it.
    """
    query = select(ShortlistEntry).join(Shortlist).where(keeper.condition, ShortlistEntry.provider_id == provider_id)
    entry = session.scalar(query.with_for_update())
    if entry is None:
        return
    if not entry.is_plain:
        raise NotedError(entry.id)
    _take_off(session, entry, at)


def _take_off(session: Session, entry: ShortlistEntry, at: datetime) -> None:
    entry.shortlist.touched_at = at
    entry.shortlist.entries.remove(entry)
    session.flush()


def write_note(session: Session, keeper: Keeper, number: int, noted: Noted, *, at: datetime) -> None:
    """Write note and status of an entry; raise `StaleError` if it isn't at the revision that was seen.

    Writing what stands there already changes nothing, so that sending a form twice is no conflict.
    """
    entry = _entry(session, keeper, number)
    if (entry.note, entry.status) == (noted.note, noted.status):
        return
    if entry.revision != noted.revision:
        raise StaleError("This note was changed elsewhere meanwhile. Both versions stand below: keep what you need.")
    entry.note, entry.status, entry.changed_at = noted.note, noted.status, at
    entry.shortlist.touched_at = at
    session.flush()


def move_up(session: Session, keeper: Keeper, number: int, *, at: datetime) -> None:
    """Let an entry change places with the one before it; the first stays where it is."""
    entry = _entry(session, keeper, number)
    before = [one for one in entry.shortlist.entries if one.place < entry.place]
    if not before:
        return
    other = max(before, key=lambda one: one.place)
    mine, theirs = entry.place, other.place
    for moved, place in ((entry, 0), (other, mine), (entry, theirs)):
        moved.place = place
        session.flush()
    entry.shortlist.touched_at = at


def share(session: Session, keeper: Keeper, *, with_notes: bool, at: datetime) -> Shortlist:
    """Let whoever holds the link read the shortlist; raise `NotFoundError` where there is none.

    While it is shared the link stays the same; after it was revoked there is another one.
    """
    shortlist = _own(session, keeper)
    if shortlist.shared_at is None:
        shortlist.share_attempt += 1
        shortlist.shared_at = at
    shortlist.shares_notes, shortlist.touched_at = with_notes, at
    session.flush()
    return shortlist


def revoke(session: Session, keeper: Keeper, *, at: datetime) -> None:
    """End the link, for good; nothing happens where there is none."""
    shortlist = _own(session, keeper)
    shortlist.shared_at, shortlist.shares_notes, shortlist.touched_at = None, False, at
    session.flush()


def _held(session: Session, keeper: Keeper, *, at: datetime) -> Shortlist:
    """Return somebody's shortlist, made if need be, with nobody else writing to it until the transaction ends."""
    if keeper.user_id is not None:
        hold_account(session, keeper.user_id)
    shortlist = shortlist_of(session, keeper, hold=True)
    if shortlist is None:
        shortlist = Shortlist(
            user_id=keeper.user_id, token_hash=keeper.token_hash, created_at=at, touched_at=at, entries=[]
        )
        session.add(shortlist)
        session.flush()
    return shortlist


def hold_account(session: Session, user_id: int) -> None:
    """Keep others off the shortlist that an account has or is about to get."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())


def _own(session: Session, keeper: Keeper) -> Shortlist:
    shortlist = shortlist_of(session, keeper, hold=True)
    if shortlist is None:
        raise NotFoundError("There is no shortlist yet.")
    return shortlist


def _entry(session: Session, keeper: Keeper, number: int) -> ShortlistEntry:
    shortlist_of(session, keeper, hold=True)
    entry = entry_of(session, keeper, number, hold=True)
    if entry is None:
        raise NotFoundError(GONE)
    return entry
