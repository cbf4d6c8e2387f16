"""The mail server's circuit breaker: it opens, lets one try through after a while, and holds back mail only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from directory.core import clock
from directory.core.db import Database
from directory.core.outbox import Job, Letter, enqueue_once, post
from directory.core.settings import Settings
from directory.jobs.breaker import FAILURES, FIRST_PAUSE, LONGEST_PAUSE, Breaker
from directory.jobs.handlers import HANDLERS
from directory.jobs.worker import Worker
from tests.ports import free_port

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def clockwork() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@given(st.integers(1, 200))
def test_it_opens_after_failures_in_a_row_and_never_for_long(failures: int) -> None:
    breaker = Breaker()
    for _ in range(failures):
        again_at = breaker.failed(NOW)
    assert breaker.is_open(NOW) is (failures >= FAILURES)
    assert FIRST_PAUSE <= again_at - NOW <= LONGEST_PAUSE
    assert not breaker.is_open(again_at)
    breaker.succeeded()
    breaker.failed(NOW)
    assert not breaker.is_open(NOW)


def jobs(database: Database, kind: str) -> list[Job]:
    with database.reading() as session:
        return list(session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)))


def test_while_the_server_is_away_mail_waits_and_everything_else_goes_on(
    sqlite_database: Database,
    settings: Settings,
    clockwork: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setitem(HANDLERS, "other", lambda payload, _context: done.append(payload["name"]))
    with sqlite_database.writing() as session:
        for number in range(FAILURES + 2):
            post(session, Letter("account-none", "somebody@people.example", f"letter-{number}"), at=clock.now())
        enqueue_once(session, "other", "other-1", {"name": "one"}, at=clock.now())
    worker = Worker(sqlite_database, replace(settings, smtp_url=f"smtp://127.0.0.1:{free_port()}"))
    worker.turn()
    letters = jobs(sqlite_database, "letter")
    assert sum(bool(one.last_error) for one in letters) == FAILURES  # the others weren't even tried
    assert {one.state for one in letters} == {"waiting"}
    assert done == ["one"]

    worker.settings = settings  # the server is back: here, mail is written to files
    worker.context = replace(worker.context, settings=settings)
    worker.turn()
    assert {one.state for one in jobs(sqlite_database, "letter")} == {"waiting"}
    clockwork.shift(LONGEST_PAUSE + timedelta(seconds=1))
    worker.turn()
    assert {one.state for one in jobs(sqlite_database, "letter")} == {"done"}
    assert len(list(settings.mail_dir.iterdir())) == FAILURES + 2
