"""What an admin sees of the jobs and does to them; what a job carries is personal and stays unseen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from directory.audit.services import Event, append
from directory.core.errors import ConflictError, InvalidInputError, NotFoundError
from directory.core.outbox import Job
from directory.jobs.heartbeat import alive

SHOWN_AT_MOST = 100
EMPTIED = "(emptied)"
REASONS = {
    "not-needed": "Not needed any more",
    "by-hand": "Done by hand",
    "never-works": "Can never work",
}
"""Why a job is let go. Free words could name somebody, and the log is public."""
GONE = "This job has changed meanwhile. Look again."


@dataclass(frozen=True, slots=True)
class Count:
    """How many jobs of a kind there are."""

    kind: str
    waiting: int
    running: int
    failed: int
    done: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything at a glance. `late` is for how long the longest-due job has been due."""

    workers: int
    counts: tuple[Count, ...]
    late: timedelta
    retried: Sequence[Row[int, str, int, datetime, str]]
    running: Sequence[Row[int, str, int, datetime, str]]
    failed: Sequence[Row[int, str, int, datetime, str]]


def overview(session: Session, now: datetime) -> Overview:
    """Return how the jobs stand; those done are counted for today (UTC)."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    is_shown = (Job.state != "done") | (Job.finished_at >= today)
    rows = session.execute(select(Job.kind, Job.state, func.count()).where(is_shown).group_by(Job.kind, Job.state))
    by_kind: dict[str, dict[str, int]] = {}
    for kind, state, count in rows:
        by_kind.setdefault(kind, {})[state] = count
    oldest = session.scalar(select(func.min(Job.run_at)).where(Job.state == "waiting", Job.run_at <= now))
    return Overview(
        workers=alive(session, now),
        counts=tuple(
            Count(kind, *(by_kind[kind].get(state, 0) for state in ("waiting", "running", "failed", "done")))
            for kind in sorted(by_kind)
        ),
        late=now - oldest if oldest else timedelta(0),
        retried=_listed(session, Job.state == "waiting", Job.last_error != ""),
        running=_listed(session, Job.state == "running"),
        failed=_listed(session, Job.state == "failed"),
    )


def _listed(session: Session, *conditions: object) -> Sequence[Row[int, str, int, datetime, str]]:
    query = select(Job.id, Job.kind, Job.attempts, Job.run_at, Job.last_error)
    return session.execute(query.where(*conditions).order_by(Job.run_at.desc(), Job.id).limit(SHOWN_AT_MOST)).all()  # type: ignore[arg-type]


def retry(session: Session, number: int, *, actor: str, at: datetime) -> None:
    """Let a failed job run again, with all its attempts."""
    if not _run_again(session, at, Job.id == number):
        raise ConflictError(GONE)
    append(session, Event("job.retried", f"job:{number}"), actor=actor, at=at)


def retry_kind(session: Session, kind: str, *, actor: str, at: datetime) -> int:
    """Let every failed job of a kind run again; return how many there were."""
    count = _run_again(session, at, Job.kind == kind)
    if count:
        append(session, Event("job.retried", f"jobs:{kind}", None, {"count": count}), actor=actor, at=at)
    return count


def discard(session: Session, number: int, reason: str, *, actor: str, at: datetime) -> None:
    """Delete a failed job for good; why is one of `REASONS`, as it stands in the public log."""
    if reason not in REASONS:
        raise InvalidInputError("reason", "say why the job isn’t needed any more")
    job = session.get(Job, number, with_for_update=True)
    if job is None:
        message = "There is no such job."
        raise NotFoundError(message)
    if job.state != "failed":
        raise ConflictError(GONE)
    detail = {"kind": job.kind, "reason": reason}
    session.delete(job)
    append(session, Event("job.discarded", f"job:{number}", None, detail), actor=actor, at=at)


def _run_again(session: Session, at: datetime, condition: object) -> int:
    """Put failed jobs back; one whose contents were removed can't be carried out any more."""
    statement = (
        update(Job)
        .where(Job.state == "failed", Job.last_error.not_like(f"%{EMPTIED}"), condition)  # type: ignore[arg-type]
        .values(state="waiting", run_at=at, attempts=0, finished_at=None, leased_until=None, created_at=at)
        .returning(Job.id)
    )
    return len(session.scalars(statement.execution_options(synchronize_session=False)).all())
