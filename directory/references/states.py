"""Where a reference stands, and what may become of it: pure.

Asked becomes answered, declined or cancelled; answered becomes verified or rejected; whoever answered may withdraw.
Expired is asked with its time over: computed, never stored.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from directory.core.errors import ConflictError
from directory.references.models import Bounce, Reference, ReferenceState

VALID_FOR = timedelta(days=21)
"""How long a link takes an answer, from the moment its letter went out."""

REMINDED_BEFORE = timedelta(days=7)
"""How long before the end of that time the one reminder goes out."""

MOST_ATTEMPTS = 5
"""How many letters one asking may take, each to another address or after the one before has expired."""

ALLOWED: Mapping[ReferenceState, frozenset[ReferenceState]] = {
    ReferenceState.ASKED: frozenset({ReferenceState.ANSWERED, ReferenceState.DECLINED, ReferenceState.CANCELLED}),
    ReferenceState.ANSWERED: frozenset({ReferenceState.VERIFIED, ReferenceState.REJECTED, ReferenceState.WITHDRAWN}),
    ReferenceState.VERIFIED: frozenset({ReferenceState.WITHDRAWN}),
    ReferenceState.REJECTED: frozenset({ReferenceState.WITHDRAWN}),
    ReferenceState.DECLINED: frozenset(),
    ReferenceState.WITHDRAWN: frozenset(),
    ReferenceState.CANCELLED: frozenset(),
}


class Standing(StrEnum):
    """Where a reference stands at a moment: its state, and while nobody has answered, why."""

    SENDING = "sending"
    WAITING = "waiting"
    RETURNED = "returned"
    WRONG_PERSON = "wrong-person"
    EXPIRED = "expired"
    ANSWERED = "answered"
    VERIFIED = "verified"
    DECLINED = "declined"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


def may_become(state: str, wanted: ReferenceState) -> bool:
    """Whether a reference in this state may become the wanted one."""
    return wanted in ALLOWED[ReferenceState(state)]


def move(reference: Reference, wanted: ReferenceState) -> None:
    """Put a reference into another state; raise `ConflictError` where that isn't its way."""
    if not may_become(reference.state, wanted):
        raise ConflictError(f"This reference is {reference.state} by now.")
    reference.state = wanted


def standing(reference: Reference, at: datetime) -> Standing:
    """Return where a reference stands at a moment."""
    if reference.state != ReferenceState.ASKED:
        return Standing(reference.state)
    if reference.bounced_at is not None:
        return Standing.WRONG_PERSON if reference.bounce == Bounce.WRONG_PERSON else Standing.RETURNED
    if reference.expires_at is not None and reference.expires_at <= at:
        return Standing.EXPIRED
    return Standing.SENDING if reference.sent_at is None else Standing.WAITING


def takes_answer(reference: Reference, at: datetime) -> bool:
    """Whether the link of the current attempt takes an answer at a moment."""
    is_asked = standing(reference, at) in (Standing.SENDING, Standing.WAITING)
    return is_asked and reference.contact_removed_at is None


def may_ask_again(reference: Reference, at: datetime) -> bool:
    """Whether the vendor may have another letter sent: the last one came back, or its time is over."""
    is_over = standing(reference, at) in (Standing.RETURNED, Standing.WRONG_PERSON, Standing.EXPIRED)
    return is_over and reference.attempt < MOST_ATTEMPTS
