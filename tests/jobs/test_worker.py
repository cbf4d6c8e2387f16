"""The worker's turn: it indexes, it sends mail for real, it survives what goes wrong."""

import email
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from sqlalchemy import select

from directory.core import clock
from directory.core.db import Database
from directory.core.outbox import Job, enqueue_once
from directory.core.settings import Settings
from directory.jobs.worker import Worker
from tests.ports import free_port

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LETTER = {"to": "reader@buyer.example", "subject": "Größe", "text": "Line one\nLine two\n", "key": "letter-1"}


class Sink:
    """An SMTP server's handler: keeps what it is sent, after refusing as often as told."""

    def __init__(self) -> None:
        self.refusals: list[str] = []
        self.received: list[bytes] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's signature
        if self.refusals:
            return self.refusals.pop()
        self.received.append(envelope.content)
        return "250 taken"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, str]]:
    handler, port = Sink(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


def put_letter(database: Database) -> None:
    with database.writing() as session:
        enqueue_once(session, "mail", "letter-1", LETTER, at=clock.now())


def job(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job).where(Job.kind == "mail")).one()


def test_without_a_server_mail_is_a_file(sqlite_database: Database, settings: Settings) -> None:
    put_letter(sqlite_database)
    Worker(sqlite_database, settings).turn()
    file = settings.mail_dir / "letter-1.eml"
    message = email.message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=email.policy.default)
    assert message["To"] == LETTER["to"]
    assert message["Subject"] == LETTER["subject"]
    assert message["Message-ID"] == "<letter-1@127.0.0.1>"
    assert message.get_content() == LETTER["text"]
    assert job(sqlite_database).state == "done"


def test_mail_is_sent_again_after_a_refusal_with_the_same_message_id(
    sqlite_database: Database, settings: Settings, sink: tuple[Sink, str]
) -> None:
    handler, url = sink
    handler.refusals = ["451 later"]
    worker = Worker(sqlite_database, replace(settings, smtp_url=url))
    with time_machine.travel(NOW, tick=False) as traveller:
        put_letter(sqlite_database)
        worker.turn()
        waiting = job(sqlite_database)
        assert (waiting.state, waiting.attempts, handler.received) == ("waiting", 1, [])
        assert LETTER["to"] not in waiting.last_error
        traveller.shift(timedelta(minutes=1))
        worker.turn()
    assert job(sqlite_database).state == "done"
    assert len(handler.received) == 1
    assert b"Message-ID: <letter-1@127.0.0.1>" in handler.received[0]


def test_a_server_that_is_away_costs_time_and_no_attempt(sqlite_database: Database, settings: Settings) -> None:
    put_letter(sqlite_database)
    Worker(sqlite_database, replace(settings, smtp_url="smtp://127.0.0.1:9")).turn()
    waiting = job(sqlite_database)
    assert (waiting.state, waiting.last_error, waiting.attempts) == ("waiting", "ConnectionRefusedError", 0)


def test_a_kind_that_nobody_handles_fails_and_the_rest_goes_on(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.writing() as session:
        enqueue_once(session, "unheard-of", "odd", {}, at=clock.now() - timedelta(days=1))
    put_letter(sqlite_database)
    Worker(sqlite_database, settings).turn()
    with sqlite_database.reading() as session:
        of_ours = select(Job.key, Job.state).where(Job.kind.in_(("mail", "unheard-of")))
        assert dict(session.execute(of_ours).all()) == {
            "odd": "waiting",
            "letter-1": "done",
        }


def test_mail_goes_out_while_the_index_cannot_be_written(
    sqlite_database: Database, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.var.mkdir(parents=True)
    settings.index_dir.write_text("a file where the folder should be")
    put_letter(sqlite_database)
    Worker(sqlite_database, settings).turn()
    assert job(sqlite_database).state == "done"


def test_the_loop_outlives_a_turn_that_fails_and_stops_when_told(
    sqlite_database: Database, settings: Settings, tmp_path: Path
) -> None:
    worker = Worker(sqlite_database, settings)
    turns = iter([OSError("disk full")])
    finished = threading.Event()

    def turn() -> None:
        error = next(turns, None)
        if error is not None:
            raise error
        finished.set()

    worker.turn = turn  # type: ignore[method-assign]  # what is tested is the loop round it
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert finished.wait(30)
    worker.stop()
    thread.join(30)
    assert not thread.is_alive()
