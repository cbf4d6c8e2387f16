"""What anybody may read of references: how many there are in which state, and what customers said for publication."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.references.models import Reference, ReferenceState


@dataclass(frozen=True, slots=True)
class ReferenceRecord:
    """A provider's references, counted: those asked for, and of these the ones answered, and so on.

    A withdrawn reference that was answered counts as answered too. `quotes` are the sentences of verified
    references that have one, by reference id; nothing here tells who the referee is.
    """

    asked: int
    answered: int
    declined: int
    withdrawn: int
    verified: int
    quotes: Mapping[int, str]


def withheld_systems(session: Session, provider_ids: Collection[int]) -> frozenset[int]:
    """Return the systems whose customer must not be named, whatever the provider says of it.

    Somebody there has answered a reference and agreed only to be described; nobody has agreed to be named.
    """
    rows = session.execute(
        select(Reference.system_id, Reference.is_named).where(
            Reference.provider_id.in_(provider_ids), Reference.answered_on.is_not(None)
        )
    ).all()
    named = {system_id for system_id, is_named in rows if is_named}
    return frozenset(system_id for system_id, _ in rows if system_id not in named)


def public_record(session: Session, provider_id: int) -> ReferenceRecord:
    """Return what is published of a provider's references; one query, no column that names a person."""
    columns = (Reference.id, Reference.state, Reference.answered_on, Reference.quote)
    rows = session.execute(
        select(*columns)
        .where(Reference.provider_id == provider_id)
        .order_by(Reference.answered_on.desc(), Reference.id)
    ).all()
    states = [row.state for row in rows]
    return ReferenceRecord(
        asked=len(rows),
        answered=sum(row.answered_on is not None and row.state != ReferenceState.DECLINED for row in rows),
        declined=states.count(ReferenceState.DECLINED),
        withdrawn=states.count(ReferenceState.WITHDRAWN),
        verified=states.count(ReferenceState.VERIFIED),
        quotes={
            row.id: row.quote.strip() for row in rows if row.state == ReferenceState.VERIFIED and row.quote.strip()
        },
    )
