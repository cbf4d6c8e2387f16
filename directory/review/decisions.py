"""What every decision has in common: it covers the revision that was looked at, and nobody judges their own entry."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audit.services import Event, append
from directory.core.errors import ConflictError, ForbiddenError, InvalidInputError
from directory.core.outbox import Letter
from directory.providers.members import membership_of, post_to_members
from directory.providers.models import Provider
from directory.review.models import ClaimState, Decision

MADE_MEANWHILE = "It was decided, withdrawn or changed meanwhile. Look at it as it stands now."


class ItemKind(StrEnum):
    """What waits in the queue."""

    SUBMISSION = "submission"
    CLAIM = "claim"
    REFERENCE = "reference"
    DOCUMENT = "document"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an admin decides on an item, as they saw it at `revision`; the reason goes to the vendor."""

    outcome: str
    reason: str
    revision: int
    decided_by: int
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the queue, as decisions speak of it. `name` is what letters call it."""

    kind: ItemKind
    id: int
    revision: int
    provider_id: int
    name: str


def check_ruling(session: Session, item: Item, ruling: Ruling, *, is_waiting: bool) -> None:
    """Refuse what can't be decided: without a reason, about one's own entry, or on something that changed.

    Raises:
        InvalidInputError: there is no reason.
        ForbiddenError: the admin is a member of the provider.
        ConflictError: it isn't waiting any more, or at another revision.

    """
    if not ruling.reason.strip():
        raise InvalidInputError("reason", "say why: the vendor gets it by mail")
    if membership_of(session, item.provider_id, ruling.decided_by) is not None:
        raise ForbiddenError("You are a member of this provider: somebody else decides on it.")
    if not is_waiting or item.revision != ruling.revision:
        raise ConflictError(MADE_MEANWHILE)


def record(session: Session, item: Item, ruling: Ruling) -> None:
    """Keep a decision, log it, and write to the provider's members; call it last in its transaction.

    Of a rejected claim only the claimant is told, by whoever rejects it: members may be rivals.

    The audit event carries the provider's id, so that the index follows. The reason stays out of the public log:
    it may name somebody.
    """
    provider = session.scalars(select(Provider).where(Provider.id == item.provider_id)).one()
    session.add(
        Decision(
            kind=item.kind,
            item_id=item.id,
            item_revision=ruling.revision,
            provider_id=item.provider_id,
            outcome=ruling.outcome,
            reason=ruling.reason,
            decided_by=ruling.decided_by,
            decided_at=ruling.at,
        )
    )
    values = {
        "kind": item.kind.value,
        "item": item.name,
        "outcome": ruling.outcome,
        "reason": ruling.reason,
        "provider": provider.name,
        "slug": provider.slug,
    }
    letter = Letter("decision", "", f"decision-{item.kind}-{item.id}-{ruling.revision}", values)
    if (item.kind, ruling.outcome) != (ItemKind.CLAIM, ClaimState.REJECTED):
        post_to_members(session, item.provider_id, letter, at=ruling.at)
    event = Event(f"{item.kind}.{ruling.outcome}", provider.subject, provider.id)
    append(session, event, actor=ruling.actor, at=ruling.at)


def earlier_decisions(session: Session, provider_id: int) -> list[Decision]:
    """Return every decision about a provider, newest first."""
    query = select(Decision).where(Decision.provider_id == provider_id)
    return list(session.scalars(query.order_by(Decision.decided_at.desc(), Decision.id.desc())))
