"""Worker processes that are killed at any moment, on both databases: no mail is lost, one sent twice is the same."""

import email
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from directory.core import clock
from directory.core.db import Database
from directory.core.outbox import Job, Letter, post
from directory.jobs.queue import LEASE
from tests.ports import free_port

LETTERS, WORKERS, KILLS = 120, 3, 3


class Sink:
    """Counts what arrives by Message-ID."""

    def __init__(self) -> None:
        self.arrived: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's signature
        self.arrived.append(str(email.message_from_bytes(envelope.content)["Message-ID"]))
        return "250 taken"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler, port = Sink(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def start(database: Database, folder: Path, port: int) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "DIRECTORY_DATABASE_URL": database.url,
        "DIRECTORY_VAR": str(folder),
        "DIRECTORY_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "DIRECTORY_LOG_LEVEL": "ERROR",
    }
    return subprocess.Popen([sys.executable, "-m", "directory", "worker"], env=environment)


def wait_until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "the workers didn't get on"
        time.sleep(0.02)  # other processes have no other way to tell


def let_leases_run_out(database: Database, dead: set[str]) -> None:
    """Let the time pass that a dead worker's lease lasts, without waiting for it."""
    with database.writing() as session:
        over = clock.now() - LEASE
        lost = (Job.state == "running", Job.leased_by.in_(dead))
        session.execute(update(Job).where(*lost).values(leased_until=over))


def done(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Job.kind == "letter", Job.state == "done")) or 0


@pytest.mark.slow
def test_killed_workers_lose_nothing(database: Database, tmp_path: Path, sink: tuple[Sink, int]) -> None:
    handler, port = sink
    with database.writing() as session:
        for number in range(LETTERS):
            values = {
                "provider": "P",
                "slug": "p",
                "item": "claim 1",
                "outcome": "approved",
                "reason": "ok",
                "kind": "",
            }
            post(session, Letter("decision", "a@b.example", f"letter-{number}", values), at=clock.now())
    chance, dead = random.Random(11), set()
    workers = [start(database, tmp_path, port) for _ in range(WORKERS)]
    try:
        for kill in range(KILLS):
            target = min(LETTERS - 10, chance.randint(10, 25) + kill * 25)
            wait_until(lambda least=target: done(database) >= least)  # type: ignore[misc]
            victim = workers.pop(chance.randrange(len(workers)))
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait(10)
            dead.add(f"{os.uname().nodename[:60]}:{victim.pid}")
            workers.append(start(database, tmp_path, port))
        let_leases_run_out(database, dead)
        wait_until(lambda: done(database) == LETTERS)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(30)
    arrived = Counter(handler.arrived)
    assert set(arrived) == {f"<letter-{number}@127.0.0.1>" for number in range(LETTERS)}
    assert sum(arrived.values()) - LETTERS <= KILLS, "only a mail in a killed worker's hands may arrive again"
