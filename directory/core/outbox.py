"""The job table: work that sends, waits or repeats, written in the transaction that causes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
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


def enqueue(session: Session, kind: str, key: str, payload: dict[str, Any], *, at: datetime) -> Job:
    """Add a job in the caller's transaction; `key` must be new (a second one violates the constraint)."""
    job = Job(kind=kind, key=key, payload=payload, run_at=at, created_at=at, state="waiting", attempts=0)
    session.add(job)
    return job
