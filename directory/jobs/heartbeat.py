"""Signs of life: a worker notes that it is there and renews the lease of the job in hand, however long that takes."""

import threading
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from directory.core import clock
from directory.core.db import Database
from directory.core.outbox import WorkerBeat
from directory.jobs import queue

log = structlog.get_logger("directory.jobs")
BEAT_SECONDS = 15.0
MISSED = timedelta(minutes=2)
"""Without a sign for so long, a worker counts as gone."""


class Heart:
    """Beats in a thread of its own while a worker runs; `held` is the job in hand."""

    def __init__(self, database: Database, name: str) -> None:
        """Begin without a beat."""
        self.database = database
        self.name = name
        self.held: queue.Claim | None = None
        self._started_at = clock.now()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and leave no sign behind that would outlive the worker."""
        self._ended.set()
        self._thread.join()
        with self.database.writing() as session:
            session.execute(delete(WorkerBeat).where(WorkerBeat.name == self.name))

    def beat(self) -> None:
        """Note that the worker is there, and hold on to the job in hand."""
        now, held = clock.now(), self.held
        with self.database.writing() as session:
            session.merge(WorkerBeat(name=self.name, started_at=self._started_at, seen_at=now))
        if held is not None:
            queue.renew(self.database, held, now=now)

    def _run(self) -> None:
        while True:
            try:
                self.beat()
            except Exception as error:  # noqa: BLE001 - a beat that failed is missed, and the next one tried
                log.warning("no sign of life could be left", error=type(error).__name__)
            if self._ended.wait(BEAT_SECONDS):
                return


def alive(session: Session, now: datetime) -> int:
    """Return how many workers gave a sign lately."""
    query = select(func.count()).select_from(WorkerBeat).where(WorkerBeat.seen_at > now - MISSED)
    return session.scalar(query) or 0


def forget_gone(session: Session, now: datetime) -> None:
    """Delete the signs of workers that are long gone."""
    session.execute(delete(WorkerBeat).where(WorkerBeat.seen_at < now - timedelta(days=1)))
