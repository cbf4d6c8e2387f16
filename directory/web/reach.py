"""Counting how often entries are seen: in memory, written together every few seconds, never in a reader's way.

What counts is said in docs/reach.md. Nothing about the reader is kept, not even for a moment: a request either counts
or it doesn't. A process that is killed loses what it counted since it wrote last; a database that can't be written to
loses what was to be written.
"""

import atexit
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog
from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from directory.providers.membership import ReachKind
from directory.providers.reach import Counts, add_counts
from directory.web.for_all import offer
from directory.web.identity import membership_of
from directory.web.page_cache import Shown
from directory.web.session import Services, today, transaction_apart

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = structlog.get_logger("directory.web")
PAUSE_SECONDS = 5.0
MOST_KEYS = 20_000
KEY = "directory.reach"
PROGRAMS = re.compile(
    r"bot\b|bot[/;_ -]|crawl|spider|slurp|archiver|facebookexternalhit|embedly|preview|monitor|uptime|headless|pingdom"
    r"|lighthouse|scrap|scan|curl/|wget/|python|go-http|java/|okhttp|libwww|axios|node-fetch|werkzeug|feed|perplexity",
    re.IGNORECASE,
)
"""What programs that read for nobody in particular call themselves."""
PURPOSES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ", "HTTP_X_PURPOSE")
"""Headers in which a browser says that nobody has asked yet for what it fetches."""


class Tally:
    """The counts of one process that aren't written yet; any number of threads may add."""

    def __init__(self, write: Callable[[Counts], None], pause: float = PAUSE_SECONDS) -> None:
        """Start empty, with the way to write; threads begin with the first count, so that a process may fork before."""
        self._write = write
        self._pause = pause
        self._counts: Counter[tuple[int, date, ReachKind]] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._has_complained = False
        self._is_at_exit = False

    def add(self, kind: ReachKind, provider_ids: Iterable[int], on: date) -> None:
        """Count each of these entries once; the first count since the last writing sets the next one going."""
        with self._lock:
            if len(self._counts) < MOST_KEYS:
                self._counts.update((provider_id, on.replace(day=1), kind) for provider_id in set(provider_ids))
            if self._timer is None and self._counts:
                self._set_going()

    def _set_going(self) -> None:
        self._timer = threading.Timer(self._pause, self.flush)
        self._timer.daemon = True
        self._timer.start()
        if not self._is_at_exit:
            atexit.register(self.flush)
            self._is_at_exit = True

    def flush(self) -> None:
        """Write what was counted. What can't be written is dropped, and that is logged once till it works again."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        if not counts:
            return
        try:
            self._write(counts)
            self._has_complained = False
        except SQLAlchemyError as error:
            if not self._has_complained:
                log.warning("reach isn't counted", error=type(error).__name__)
            self._has_complained = True


def install(app: Flask, parts: Services) -> None:
    """Give the application its tally."""

    def write(counts: Counts) -> None:
        with transaction_apart(parts) as session:
            add_counts(session, counts)

    app.extensions[KEY] = Tally(write)


def count(kind: ReachKind, provider_ids: Iterable[int]) -> None:
    """Count that this request shows these entries, if it is one that counts; an answer that is kept remembers them."""
    ids = tuple(provider_ids)
    kept = offer()
    if kept is not None:
        kept.shown.append((kind, ids))
    if is_reader(request.environ):
        _tally(current_app).add(kind, ids, today())


def count_view(provider_id: int) -> None:
    """Count that this request shows an entry's page; its own members' visits don't count."""
    if membership_of(provider_id) is None:
        count(ReachKind.VIEW, [provider_id])


def count_kept(app: Flask, environ: "WSGIEnvironment", shown: Shown, on: date) -> None:
    """Count what a kept answer shows, as if it had been made for this request."""
    if shown and is_reader(environ):
        for kind, provider_ids in shown:
            _tally(app).add(kind, provider_ids, on)


def is_reader(environ: "WSGIEnvironment") -> bool:
    """Whether somebody looks at what this request asks for: not a program, a peek at headers, or a browser's guess."""
    if environ["REQUEST_METHOD"] != "GET" or not _is_browser(environ.get("HTTP_USER_AGENT", "")):
        return False
    purposes = (environ[name].lower() for name in PURPOSES if name in environ)
    return not any(word in purpose for purpose in purposes for word in ("prefetch", "prerender", "preview"))


@lru_cache(500)
def _is_browser(agent: str) -> bool:
    """Whether what calls itself this reads for somebody."""
    return bool(agent) and not PROGRAMS.search(agent)


def _tally(app: Flask) -> Tally:
    found: Tally = app.extensions[KEY]
    return found
