"""Appending to the log, and walking it to see whether it was tampered with."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from directory.audit.models import AuditEvent
from directory.audit.queries import canonical_moment

GENESIS = "0" * 64
APPEND_LOCK = 0x46544D  # PostgreSQL advisory lock: appenders queue until the one before has committed


@dataclass(frozen=True, slots=True)
class Event:
    """What a caller wants to have written down; see `AuditEvent` for the fields."""

    action: str
    subject: str
    provider_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Break:
    """The first event whose place in the chain doesn't hold, and why."""

    event_id: int
    reason: str


def event_hash(row: dict[str, Any]) -> str:
    """Return the SHA-256, in hex, of an event's canonical JSON; `row` has every column but `hash`.

    Canonical: UTF-8, keys sorted at every depth, no blanks, nothing escaped that needn't be, `at` as in the API.
    """
    content = {**row, "at": canonical_moment(row["at"])}
    encoded = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(encoded.encode()).hexdigest()


def append_all(session: Session, events: Iterable[Event], *, actor: str, at: datetime) -> int:
    """Append events in the caller's transaction and return the last id (0 on an empty log).

    Appenders wait for each other until commit, so ids grow in the order of commits and the chain
    has no forks.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": APPEND_LOCK})
    newest = session.execute(select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)).first()
    last_id, last_hash = newest or (0, GENESIS)
    rows = []
    for event in events:
        row: dict[str, Any] = {
            "id": last_id + 1,
            "at": at,
            "actor": actor,
            "action": event.action,
            "subject": event.subject,
            "provider_id": event.provider_id,
            "detail": event.detail,
            "previous_hash": last_hash,
        }
        last_hash = row["hash"] = event_hash(row)
        last_id = row["id"]
        rows.append(row)
    if rows:
        session.execute(insert(AuditEvent), rows)
    return last_id


def append(session: Session, event: Event, *, actor: str, at: datetime) -> int:
    """Append one event; see `append_all`."""
    return append_all(session, [event], actor=actor, at=at)


def _rows(session: Session) -> Iterator[dict[str, Any]]:
    columns = AuditEvent.__table__.columns
    for row in session.execute(select(*columns).order_by(AuditEvent.id)).yield_per(1000):
        yield dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row's names


def verify(session: Session) -> Break | None:
    """Walk the whole chain from the first event; return the first break, or None when it holds.

    Events cut off the end leave a chain that still holds: compare the newest hash with one kept
    elsewhere to see that.
    """
    expected_id, expected_hash = 1, GENESIS
    for row in _rows(session):
        stored = row.pop("hash")
        if row["id"] != expected_id:
            return Break(expected_id, "is missing")
        if row["previous_hash"] != expected_hash:
            return Break(row["id"], "doesn't follow the event before it")
        if event_hash(row) != stored:
            return Break(row["id"], "was changed after it was written")
        expected_id, expected_hash = row["id"] + 1, stored
    return None
