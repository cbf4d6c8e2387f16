"""The worker's loop: index what changed, run what is due, wait a moment. Any number may run at once."""

import os
import socket
import threading
import time
from datetime import datetime

import structlog

from directory.core import clock
from directory.core.db import Database
from directory.core.mail import PermanentRefusalError, code_of, is_server_trouble
from directory.core.settings import Settings
from directory.jobs import queue, schedule
from directory.jobs.breaker import Breaker
from directory.jobs.context import Context
from directory.jobs.handlers import HANDLERS, MAIL_KINDS
from directory.jobs.heartbeat import Heart
from directory.search import refresh

log = structlog.get_logger("directory.jobs")
PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0


class Worker:
    """One worker process. `stop` may be called from a signal handler or another thread."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Name it by machine and process, as a lease shows it."""
        self.database = database
        self.settings = settings
        self.context = Context(settings, database)
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}"
        self.heart = Heart(database, self.name)
        self.mail_server = Breaker()
        self._stopped = threading.Event()
        self._scheduled_at: datetime | None = None
        self._index_pause = 0.0
        self._index_at = 0.0

    def stop(self) -> None:
        """End the loop after the work in hand."""
        self._stopped.set()

    def run(self) -> None:
        """Work until stopped. What goes wrong outside a job is logged and tried again, ever more slowly."""
        pause = PAUSE_SECONDS
        self.heart.start()
        while not self._stopped.is_set():
            try:
                self.turn()
                pause = PAUSE_SECONDS
            except Exception:
                log.exception("worker turn failed", retry_seconds=pause)
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
            self._stopped.wait(pause)
        self.heart.stop()

    def turn(self) -> None:
        """Queue what recurs, run every job that is due, then index what changed, which never waits long for jobs.

        With nothing of either to do, the index's segments are joined, one step a turn.
        """
        self._schedule()
        is_quiet = True
        until = time.monotonic() + PAUSE_SECONDS
        while not self._stopped.is_set() and self.run_one():
            is_quiet = False
            if time.monotonic() > until:
                self._index(is_quiet=False)
                until = time.monotonic() + PAUSE_SECONDS
        self._index(is_quiet=is_quiet)

    def _index(self, *, is_quiet: bool) -> None:
        """Bring the index up to date, or in order; while that fails, jobs go on and it is tried ever more slowly."""
        if time.monotonic() < self._index_at:
            return
        index_dir, joined = self.settings.index_dir, 0
        try:
            indexed = refresh.refresh(self.database, index_dir, on=clock.today())
            if is_quiet and not indexed:
                joined = refresh.join_some(index_dir)
        except Exception:
            self._index_pause = min(LONGEST_PAUSE_SECONDS, max(PAUSE_SECONDS, self._index_pause * 2))
            self._index_at = time.monotonic() + self._index_pause
            log.exception("indexing failed", retry_seconds=self._index_pause)
            return
        self._index_pause = 0.0
        if indexed:
            log.info("indexed", providers=indexed)
        if joined:
            log.info("joined", segments=joined)

    def run_one(self) -> bool:
        """Run one due job; return whether there was one. While the mail server is away, mail waits."""
        now = clock.now()
        resting = MAIL_KINDS if self.mail_server.is_open(now) else ()
        held = queue.claim(self.database, self.name, now=now, but=resting)
        if held is None:
            return False
        self.heart.held = held
        try:
            HANDLERS[held.kind](held.payload, self.context)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is a failed attempt
            self._failed(held, error)
        else:
            log.info("job done", job=held.id, kind=held.kind, attempt=held.attempt)
            queue.finish(self.database, held, now=clock.now())
            if held.kind in MAIL_KINDS:
                self.mail_server.succeeded()
        finally:
            self.heart.held = None
        return True

    def _failed(self, held: queue.Claim, error: Exception) -> None:
        now, reason = clock.now(), safe_reason(error)
        log.warning("job failed", job=held.id, kind=held.kind, attempt=held.attempt, error=reason)
        if held.kind in MAIL_KINDS and is_server_trouble(error):
            queue.put_back(self.database, held, reason, now=now, until=self.mail_server.failed(now))
        else:
            queue.fail(self.database, held, reason, now=now, is_final=isinstance(error, PermanentRefusalError))

    def _schedule(self) -> None:
        """Queue what recurs, at most once a minute, as cron knows nothing smaller."""
        minute = clock.now().replace(second=0, microsecond=0)
        if self._scheduled_at != minute:
            with self.database.writing() as session:
                schedule.enqueue_due(session, minute)
            self._scheduled_at = minute


def safe_reason(error: Exception) -> str:
    """Return what kind of error it was, with the mail server's code; never its text, which may hold an address."""
    code = code_of(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
