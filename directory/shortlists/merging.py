"""A browser's shortlist joins the account's at log-in.

Nothing is lost: notes of both are kept, and what finds no room stays with the browser.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.shortlists.models import MOST_ENTRIES, MOST_KEPT, Shortlist, ShortlistEntry, Status
from directory.shortlists.queries import Keeper, shortlist_of
from directory.shortlists.services import free_place, hold_account


def merge(session: Session, token_hash: str, user_id: int, *, at: datetime) -> int:
    """Move a browser's shortlist to an account; return how many entries stay with the browser for want of room.

    An account without a shortlist takes the browser's over as it is, its link included. Doing it again, or from two
    tabs at once, changes nothing.
    """
    hold_account(session, user_id)
    theirs = shortlist_of(session, Keeper(token_hash=token_hash), hold=True)
    if theirs is None:
        return 0
    own = shortlist_of(session, Keeper(user_id=user_id), hold=True)
    if own is None:
        theirs.token_hash, theirs.user_id, theirs.touched_at = None, user_id, at
        session.flush()
        return 0
    left = 0
    for entry in list(theirs.entries):
        left += not _moved(session, entry, own)
    own.touched_at = at
    if not left:
        session.delete(theirs)
    session.flush()
    return left


def _moved(session: Session, entry: ShortlistEntry, own: Shortlist) -> bool:
    """Move one entry, or what is noted of it; return whether there was room."""
    there = next((one for one in own.entries if _is_same(one, entry)), None)
    if there is not None:
        return _joined(session, there, entry)
    if len(own.entries) >= MOST_ENTRIES:
        return False
    place = free_place(own)
    entry.shortlist.entries.remove(entry)
    session.flush()
    columns = ("provider_id", "name", "status", "note", "added_at", "changed_at")
    own.entries.append(ShortlistEntry(place=place, **{name: getattr(entry, name) for name in columns}))
    session.flush()
    return True


def _is_same(one: ShortlistEntry, other: ShortlistEntry) -> bool:
    if one.provider_id is None or other.provider_id is None:
        return one.provider_id == other.provider_id and one.name == other.name
    return one.provider_id == other.provider_id


def _joined(session: Session, there: ShortlistEntry, entry: ShortlistEntry) -> bool:
    note = joined_note(there.note, entry.note)
    if len(note) > MOST_KEPT:
        return False
    there.note, there.status = note, later_status(there, entry)
    there.added_at, there.changed_at = min(there.added_at, entry.added_at), max(there.changed_at, entry.changed_at)
    entry.shortlist.entries.remove(entry)
    session.flush()
    return True


def joined_note(own: str, other: str) -> str:
    """Return both notes; one that is part of the other isn't repeated."""
    if other in own:
        return own
    return other if own in other else f"{own}\n\n{other}"


def later_status(one: ShortlistEntry, other: ShortlistEntry) -> str:
    """Return the status that was set last; one that nobody set gives way."""
    if Status.CONSIDERING in (one.status, other.status):
        return one.status if other.status == Status.CONSIDERING else other.status
    return max(one, other, key=lambda entry: entry.changed_at).status
