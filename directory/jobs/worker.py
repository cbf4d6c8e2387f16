"""The worker's loop: index what changed, run what is due, wait a moment. Any number may run at once."""

import os
import socket
import threading
import time
from datetime import date

import structlog

from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.jobs import queue
from directory.jobs.context import Context
from directory.jobs.handlers import HANDLERS
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
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._stopped = threading.Event()
        self._tidied_on: date | None = None
        self._index_pause = 0.0
        self._index_at = 0.0

    def stop(self) -> None:
        """End the loop after the work in hand."""
        self._stopped.set()

    def run(self) -> None:
        """Work until stopped. What goes wrong outside a job is logged and tried again, ever more slowly."""
        pause = PAUSE_SECONDS
        while not self._stopped.is_set():
            try:
                self.turn()
                pause = PAUSE_SECONDS
            except Exception:
                log.exception("worker turn failed", retry_seconds=pause)
                pause = min(LONGEST_PAUSE_SECONDS, pause * 2)
            self._stopped.wait(pause)

    def turn(self) -> None:
        """Run every job that is due, then index what changed."""
        while not self._stopped.is_set() and self.run_one():
            pass
        self._tidy()
        if time.monotonic() >= self._index_at:
            self._index()

    def _index(self) -> None:
        """Bring the index up to date; while that fails, jobs go on and it is tried ever more slowly."""
        try:
            indexed = refresh.refresh(self.database, self.settings.index_dir, on=clock.today())
        except Exception:
            self._index_pause = min(LONGEST_PAUSE_SECONDS, max(PAUSE_SECONDS, self._index_pause * 2))
            self._index_at = time.monotonic() + self._index_pause
            log.exception("indexing failed", retry_seconds=self._index_pause)
            return
        self._index_pause = 0.0
        if indexed:
            log.info("indexed", providers=indexed)

    def run_one(self) -> bool:
        """Run one due job; return whether there was one."""
        held = queue.claim(self.database, self.name, now=clock.now())
        if held is None:
            return False
        try:
            HANDLERS[held.kind](held.payload, self.context)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is a failed attempt
            reason = type(error).__name__  # its text may hold an address
            log.warning("job failed", job=held.id, kind=held.kind, attempt=held.attempt, error=reason)
            queue.fail(self.database, held, reason, now=clock.now())
        else:
            log.info("job done", job=held.id, kind=held.kind, attempt=held.attempt)
            queue.finish(self.database, held, now=clock.now())
        return True

    def _tidy(self) -> None:
        today = clock.today()
        if self._tidied_on != today:
            queue.forget_done(self.database, now=clock.now())
            self._tidied_on = today
