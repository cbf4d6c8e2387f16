"""Claiming, finishing and failing jobs: each step is one short transaction of its own.

A claim is a compare-and-set on state and lease, so any number of workers share a queue. A worker that
dies leaves a lease behind; when it runs out, another one takes the job. So a job may run twice, never
not at all: handlers must bear it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from directory.core.db import Database
from directory.core.outbox import Job

LEASE = timedelta(minutes=5)
FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=6)
MAX_ATTEMPTS = 12
KEEP_DONE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker holds until its lease runs out. `attempt` counts from 1."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempt: int
    leased_until: datetime


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.state == "waiting", Job.run_at <= now),
        and_(Job.state == "running", Job.leased_until < now),
    )


def claim(database: Database, worker: str, *, now: datetime) -> Claim | None:
    """Take the job that has been due for longest, or return None when nothing is due."""
    with database.writing() as session:
        query = select(Job).where(_due(now)).order_by(Job.run_at, Job.id).limit(1)
        if _is_postgresql(session):
            query = query.with_for_update(skip_locked=True)
        job = session.scalars(query).first()
        if job is None:
            return None
        job.state, job.leased_by, job.leased_until = "running", worker, now + LEASE
        job.attempts += 1
        return Claim(job.id, job.kind, dict(job.payload), job.attempts, job.leased_until)


def _is_postgresql(session: Session) -> bool:
    bind = session.get_bind()
    return isinstance(bind, Engine) and bind.dialect.name == "postgresql"


def _held(held: Claim) -> ColumnElement[bool]:
    return and_(Job.id == held.id, Job.state == "running", Job.leased_until == held.leased_until)


def finish(database: Database, held: Claim, *, now: datetime) -> None:
    """Mark a job as done and forget what it carried; a lease that another worker took over stays theirs."""
    values = {"state": "done", "finished_at": now, "payload": {}, "leased_until": None, "last_error": ""}
    with database.writing() as session:
        session.execute(update(Job).where(_held(held)).values(**values))


def delay_after(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt: doubling from 15 seconds to 6 hours."""
    return min(LONGEST_DELAY, FIRST_DELAY * (1 << (attempt - 1)))


def fail(database: Database, held: Claim, error: str, *, now: datetime) -> None:
    """Put a job back for later, or give it up after the last attempt; `error` holds no personal data."""
    is_last = held.attempt >= MAX_ATTEMPTS
    values = {
        "state": "failed" if is_last else "waiting",
        "run_at": now + delay_after(held.attempt),
        "finished_at": now if is_last else None,
        "leased_until": None,
        "last_error": error,
    }
    with database.writing() as session:
        session.execute(update(Job).where(_held(held)).values(**values))


def forget_done(database: Database, *, now: datetime) -> None:
    """Delete jobs that were done long ago."""
    with database.writing() as session:
        session.execute(delete(Job).where(Job.state == "done", Job.finished_at < now - KEEP_DONE))
