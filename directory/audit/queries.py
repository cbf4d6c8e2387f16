"""Reading the log: in the order of its numbers, from the front or from the back."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audit.models import AuditEvent
from directory.core.db import Database

HIGHEST = 2**31 - 1
"""No event has a higher number: the column can't hold one."""


def position(database: Database) -> int:
    """Return the number of the newest event, 0 in an empty log; cheap enough to be asked at every request."""
    found: int | None = database.glance("SELECT max(id) FROM audit_event")
    return found or 0


def after(session: Session, number: int, most: int) -> Sequence[AuditEvent]:
    """Return the events after a number, oldest first."""
    query = select(AuditEvent).where(AuditEvent.id > number).order_by(AuditEvent.id).limit(most)
    return session.scalars(query).all()


def newest(
    session: Session, most: int, *, subject: str = "", before: int | None = None, later_than: int | None = None
) -> Sequence[AuditEvent]:
    """Return events newest first: of one subject, before a number, or the first ones after a number."""
    query = select(AuditEvent)
    if subject:
        query = query.where(AuditEvent.subject == subject)
    if before is not None:
        query = query.where(AuditEvent.id < before)
    if later_than is None:
        return session.scalars(query.order_by(AuditEvent.id.desc()).limit(most)).all()
    query = query.where(AuditEvent.id > later_than)
    return session.scalars(query.order_by(AuditEvent.id).limit(most)).all()[::-1]


def canonical_moment(at: datetime) -> str:
    """Return a moment as it stands in the canonical JSON: UTC, with six digits of a second."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
