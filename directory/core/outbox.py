"""The job table: work that sends, waits or repeats, written in the transaction that causes it; who works it off."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.core.db import Base


class Job(Base):
    """One piece of work. Claimed with a lease by compare-and-set; a `key` keeps it from being queued twice."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        Index("ix_job_state_run_at", "state", "run_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(80))
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class WorkerBeat(Base):
    """A worker's sign of life: which one, since when it runs, when it was last seen."""

    __tablename__ = "worker_beat"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


def enqueue_once(session: Session, kind: str, key: str, payload: dict[str, Any], *, at: datetime) -> bool:
    """Add a job unless one with this key was ever added and is still kept; return whether it was added."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = {"kind": kind, "key": key, "payload": payload, "run_at": at, "created_at": at}
    statement = dialect.insert(Job).values(**row, state="waiting", attempts=0, last_error="")
    added = session.scalar(statement.on_conflict_do_nothing(index_elements=["key"]).returning(Job.id))
    return added is not None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to write when it is sent: `template` under `templates/email/`, its `values` (plain JSON) by name.

    `key` identifies it, and makes its Message-ID. `unsubscribe` is the path of the address that ends this kind
    of mail without a log-in, where there is one. Links are written in the template, over the settings' base address.
    """

    template: str
    to: str
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    unsubscribe: str = ""


def post(session: Session, letter: Letter, *, at: datetime) -> bool:
    """Put a letter in the outbox, in the caller's transaction; the same key again changes nothing."""
    return enqueue_once(session, "letter", letter.key, asdict(letter), at=at)
