"""Each request gets an id, and one line in the log: what was asked, what came of it, how long it took.

The line holds no query, address or header of the reader: what people search for is theirs.
"""

import logging
import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from directory.web.for_all import is_handed_over

NAME = "directory.web"
log = structlog.get_logger(NAME)
ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def install(app: Flask) -> None:
    """Give every request its number and its line in the log."""
    app.before_request(_start)
    app.after_request(_finish)


def id_of(proposed: str) -> str:
    """Return the id that whoever sends the request gave it, if that is one; else a new one."""
    return proposed if ID.fullmatch(proposed) else uuid.uuid4().hex


def write(method: str, endpoint: str | None, status: int, started: float, **bound: str) -> None:
    """Write a request's line; `started` is by the performance counter."""
    if logging.getLogger(NAME).isEnabledFor(logging.INFO):
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        log.info("request", method=method, endpoint=endpoint, status=status, milliseconds=milliseconds, **bound)


def _start() -> None:
    g.request_id = id_of(request.headers.get("X-Request-ID", ""))
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    if not is_handed_over():
        write(request.method, request.endpoint, response.status_code, g.started)
    return response
