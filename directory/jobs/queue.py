"""Claiming, finishing and failing jobs: each step is one short transaction of its own.

A claim is a compare-and-set on state and lease, so any number of workers share a queue. A worker that lives renews its
lease; one that dies leaves it behind, and when it runs out, another one takes the job. So a job may run twice, never
not at all: handlers must bear it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select, update
from sqlalchemy.orm import Session

from directory.core.db import Database
from directory.core.outbox import Job

LEASE = timedelta(minutes=2)
LONGEST = timedelta(hours=2)
"""After this, a job that is still running counts as hung: its lease isn't renewed any more."""
FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=6)
MAX_ATTEMPTS = 12
WAIT_FOR_SERVER = timedelta(days=5)
"""How long a mail waits for a mail server that is away, without using up its attempts."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker holds until its lease runs out. `attempt` counts from 1."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempt: int
    worker: str
    claimed_at: datetime
    created_at: datetime


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.state == "waiting", Job.run_at <= now),
        and_(Job.state == "running", Job.leased_until < now),
    )


def claim(database: Database, worker: str, *, now: datetime, but: Collection[str] = ()) -> Claim | None:
    """Take the job that has been due for longest, of any kind `but` some; return None when nothing is due."""
    query = select(Job).where(_due(now), Job.kind.not_in(but)).order_by(Job.run_at, Job.id).limit(1)
    with database.writing() as session:
        if _is_postgresql(session):
            query = query.with_for_update(skip_locked=True)
        job = session.scalars(query).first()
        if job is None:
            return None
        job.state, job.leased_by, job.leased_until = "running", worker, now + LEASE
        job.attempts += 1
        return Claim(job.id, job.kind, dict(job.payload), job.attempts, worker, now, job.created_at)


def overdue(session: Session, now: datetime) -> int:
    """Return how many jobs should have begun more than a lease ago."""
    query = select(func.count()).select_from(Job).where(Job.state.in_(("waiting", "running")), _due(now - LEASE))
    return session.scalar(query) or 0


def failed(session: Session) -> int:
    """Return how many jobs were given up."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.state == "failed")) or 0


def _is_postgresql(session: Session) -> bool:
    bind = session.get_bind()
    return isinstance(bind, Engine) and bind.dialect.name == "postgresql"


def _held(held: Claim) -> ColumnElement[bool]:
    """Whether the claim still is the job's newest; one worker has one job in hand at a time."""
    return and_(Job.id == held.id, Job.state == "running", Job.leased_by == held.worker, Job.attempts == held.attempt)


def renew(database: Database, held: Claim, *, now: datetime) -> None:
    """Hold a job for longer; one that has run for very long is left to whoever comes next."""
    if now - held.claimed_at < LONGEST:
        _change(database, held, {"leased_until": now + LEASE})


def finish(database: Database, held: Claim, *, now: datetime) -> None:
    """Mark a job as done and forget what it carried; a lease that another worker took over stays theirs."""
    _change(
        database, held, {"state": "done", "finished_at": now, "payload": {}, "leased_until": None, "last_error": ""}
    )


def delay_after(attempt: int) -> timedelta:
    """Return how long to wait after a failed attempt: doubling from 15 seconds to 6 hours."""
    return min(LONGEST_DELAY, FIRST_DELAY * (1 << (attempt - 1)))


def fail(database: Database, held: Claim, error: str, *, now: datetime, is_final: bool = False) -> None:
    """Put a job back for later, or give it up, after the last attempt at the latest.

    `error` holds no personal data.
    """
    is_last = is_final or held.attempt >= MAX_ATTEMPTS
    values = {
        "state": "failed" if is_last else "waiting",
        "run_at": now + delay_after(held.attempt),
        "finished_at": now if is_last else None,
        "leased_until": None,
        "last_error": error,
    }
    _change(database, held, values)


def put_back(database: Database, held: Claim, error: str, *, now: datetime, until: datetime) -> None:
    """Let a job wait for a server that is away: the attempt doesn't count, unless it has waited for days."""
    if now - held.created_at > WAIT_FOR_SERVER:
        fail(database, held, error, now=now)
        return
    _change(
        database,
        held,
        {
            "state": "waiting",
            "run_at": until,
            "attempts": held.attempt - 1,
            "leased_until": None,
            "last_error": error,
        },
    )


def _change(database: Database, held: Claim, values: dict[str, Any]) -> None:
    with database.writing() as session:
        session.execute(update(Job).where(_held(held)).values(**values))
