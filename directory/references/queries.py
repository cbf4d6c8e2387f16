"""What anybody may read of references: how many there are in which state, and what customers said for publication."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, select
from sqlalchemy.orm import Session

from directory.references.models import Reference, ReferenceState

_reference = Reference.__table__.c
ANSWERED = select(_reference.system_id, _reference.is_named).where(
    _reference.provider_id.in_(bindparam("ids", expanding=True)), _reference.answered_on.is_not(None)
)


@dataclass(frozen=True, slots=True)
class ReferenceRecord:
    """A provider's references, counted: those asked for, and of these the ones answered, and so on.

    A withdrawn reference that was answered counts as answered too. One whose letter came back, or that was taken
    back before its letter went out, reached nobody and isn't counted; one taken back later was asked. `quotes` are
    the sentences of verified references that have one, by reference id, and `people` who said it where they agreed
    to be named beside it; nothing else here tells who a referee is.
    """

    asked: int
    answered: int
    declined: int
    withdrawn: int
    verified: int
    quotes: Mapping[int, str]
    people: Mapping[int, str]


def withheld_systems(session: Session, provider_ids: Collection[int]) -> frozenset[int]:
    """Return the systems whose customer must not be named, whatever the provider says of it.

    Somebody there has answered a reference and agreed only to be described; nobody has agreed to be named.
    """
    rows = session.execute(ANSWERED, {"ids": list(provider_ids)}).all()
    named = {system_id for system_id, is_named in rows if is_named}
    return frozenset(system_id for system_id, _ in rows if system_id not in named)


def public_record(session: Session, provider_id: int) -> ReferenceRecord:
    """Return what is published of a provider's references; one query, which reads a name only with its consent."""
    rows = [row for row in session.execute(_published(provider_id)) if _reached_somebody(row)]
    states = [row.state for row in rows]
    verified = [row for row in rows if row.state == ReferenceState.VERIFIED]
    return ReferenceRecord(
        asked=len(rows),
        answered=sum(row.answered_on is not None and row.state != ReferenceState.DECLINED for row in rows),
        declined=states.count(ReferenceState.DECLINED),
        withdrawn=states.count(ReferenceState.WITHDRAWN),
        verified=len(verified),
        quotes={row.id: row.quote.strip() for row in verified if row.quote.strip()},
        people={row.id: ", ".join(filter(None, (row.name, row.title))) for row in verified if row.name},
    )


def _published(provider_id: int) -> Select[Any]:
    agreed = and_(Reference.is_named, Reference.may_show_person)
    return (
        select(
            Reference.id,
            Reference.state,
            Reference.answered_on,
            Reference.sent_at,
            Reference.bounced_at,
            Reference.quote,
            case((agreed, Reference.referee_name)).label("name"),
            case((agreed, Reference.referee_title)).label("title"),
        )
        .where(Reference.provider_id == provider_id)
        .order_by(Reference.answered_on.desc(), Reference.id)
    )


def _reached_somebody(row: Row[Any]) -> bool:
    was_taken_back_unsent = row.state == ReferenceState.CANCELLED and row.sent_at is None
    return row.bounced_at is None and not was_taken_back_unsent
