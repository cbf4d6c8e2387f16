"""Recurring work: on time, once however many workers look, and made up for after a pause."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from directory.core.db import Database
from directory.core.outbox import Job
from directory.jobs.handlers import HANDLERS
from directory.jobs.schedule import LATEST, SCHEDULE, Recurring, enqueue_due, occurrences

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def keys(database: Database, kind: str) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Job.key).where(Job.kind == kind)))


def test_every_recurring_kind_has_a_handler() -> None:
    assert {one.kind for one in SCHEDULE} <= set(HANDLERS)


def test_any_number_of_workers_queue_each_occurrence_once(database: Database) -> None:
    def look(_worker: int) -> None:
        with database.writing() as session:
            enqueue_due(session, NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(look, range(12)))
    assert keys(database, "retention") == {"retention:2026-11-24T03:00"}
    assert keys(database, "planned-switches") == {"planned-switches:2026-11-24T09:30"}
    with database.reading() as session:
        assert (
            session.scalar(select(func.count()).select_from(Job))
            == len(keys(database, "expiry-reminders")) + len(SCHEDULE) - 1
        )


def test_days_that_were_missed_are_made_up_for_where_that_matters(database: Database) -> None:
    with database.writing() as session:
        enqueue_due(session, NOW)
    assert keys(database, "expiry-reminders") == {f"expiry-reminders:2026-11-{day}T06:00" for day in range(18, 25)}
    with database.reading() as session:
        job = session.scalars(select(Job).where(Job.key == "expiry-reminders:2026-11-20T06:00")).one()
        assert job.payload == {"on": "2026-11-20"}


@given(st.integers(0, 600_000), st.integers(0, 9))
def test_what_is_due_lies_in_the_past_and_not_too_far(minutes: int, days: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    recurring = Recurring("x", "30 3 * * *", timedelta(days=days))
    found = list(occurrences(recurring, now))
    assert found == sorted(found, reverse=True)
    assert all(timedelta(0) <= now - at <= max(LATEST, timedelta(days=days)) for at in found)
    assert all((at.hour, at.minute) == (3, 30) for at in found)
    assert len(found) >= max(1, days)
