"""Recurring work: each occurrence is queued once under a key of its own, however many workers look."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from cronsim import CronSim
from sqlalchemy.orm import Session

from directory.core.outbox import enqueue_once


@dataclass(frozen=True, slots=True)
class Recurring:
    """A kind of job and when it is due, as a cron expression in UTC.

    What was missed while no worker ran is made up for: occurrences not older than `catch_up`, and the last one
    within a day in any case.
    """

    kind: str
    when: str
    catch_up: timedelta = timedelta(0)


LATEST = timedelta(days=1)
SCHEDULE = (
    Recurring("retention", "0 3 * * *"),
    Recurring("expiry-reminders", "0 6 * * *", catch_up=timedelta(days=7)),
    Recurring("alerts", "30 6 * * *"),
    Recurring("end-claims", "15 * * * *"),
    Recurring("planned-switches", "*/5 * * * *"),
    Recurring("sweep-uploads", "30 3 * * *"),
)


def occurrences(recurring: Recurring, now: datetime) -> Iterator[datetime]:
    """Yield when it was due, newest first, as far back as is made up for."""
    past = CronSim(recurring.when, now + timedelta(minutes=1), reverse=True)
    due = (at for at in past if at <= now)
    newest = next(due)
    if now - newest <= max(LATEST, recurring.catch_up):
        yield newest
        yield from takewhile(lambda at: now - at <= recurring.catch_up, due)


def enqueue_due(session: Session, now: datetime) -> int:
    """Queue every occurrence that isn't queued yet; return how many that were."""
    added = 0
    for recurring in SCHEDULE:
        for due in occurrences(recurring, now):
            key = f"{recurring.kind}:{due:%Y-%m-%dT%H:%M}"
            added += enqueue_once(session, recurring.kind, key, {"on": due.date().isoformat()}, at=due)
    return added
