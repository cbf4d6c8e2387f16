"""Deciding whether a customer's answer counts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from directory.providers.models import System
from directory.references.models import Reference, ReferenceState
from directory.references.services import locked, reject, verify
from directory.references.signals import Severity, Signal, is_blocked, needs_reason, signals_for
from directory.review.decisions import Item, ItemKind, Ruling, check_ruling, record

OUTCOMES = (ReferenceState.VERIFIED, ReferenceState.REJECTED)
LEAST_REASON = 20
"""How many characters a reason has at least that sets a warning aside."""


def item_of(session: Session, reference: Reference) -> Item:
    """Return a reference as decisions speak of it: by the customer's firm and the system, never by the person."""
    system = session.scalars(select(System.name).where(System.id == reference.system_id)).one()
    name = f"the reference of {reference.organisation} on {system}"
    return Item(ItemKind.REFERENCE, reference.id, reference.revision, reference.provider_id, name)


def decide_reference(session: Session, reference_id: int, ruling: Ruling) -> None:
    """Verify or reject an answer as it was seen; the vendor gets the reason.

    Raises:
        NotFoundError: there is no such reference.
        ForbiddenError: a blocking signal stands in the way, or the admin is a member of the provider.
        InvalidInputError: the outcome isn't one; there is no reason, or none that deals with a warning.
        ConflictError: it was decided, withdrawn or changed meanwhile.

    """
    reference = locked(session, reference_id)
    if ruling.outcome not in OUTCOMES:
        raise InvalidInputError("outcome", "choose verified or rejected")
    item = item_of(session, reference)
    check_ruling(session, item, ruling, is_waiting=reference.state == ReferenceState.ANSWERED)
    if ruling.outcome == ReferenceState.VERIFIED:
        check_signals(signals_for(session, reference), ruling.reason)
        verify(session, reference, reason=ruling.reason, at=ruling.at)
    else:
        reject(reference, reason=ruling.reason, at=ruling.at)
    session.flush()
    record(session, item, ruling)


def check_signals(signals: tuple[Signal, ...], reason: str) -> None:
    """Refuse to verify against a blocking signal, or past a warning without a reason that says why."""
    if is_blocked(signals):
        told = " ".join(one.sentence for one in signals if one.severity is Severity.BLOCKING)
        raise ForbiddenError(f"This can’t be verified. {told}")
    if needs_reason(signals) and len(reason.strip()) < LEAST_REASON:
        message = f"say what you made of the warnings, in {LEAST_REASON} characters or more"
        raise InvalidInputError("reason", message)


def find(session: Session, reference_id: int) -> Reference:
    """Return a reference for an admin to look at; raise `NotFoundError`."""
    found = session.get(Reference, reference_id)
    if found is None:
        raise NotFoundError("There is no such reference.")
    return found
