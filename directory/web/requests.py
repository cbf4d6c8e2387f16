"""Each request gets an id, and one line in the log: what was asked, what came of it, how long it took.

The line holds no query, address or header of the reader: what people search for is theirs.
"""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("directory.web")
ID = re.compile(r"[A-Za-z0-9-]{8,64}")


def install(app: Flask) -> None:
    """Give every request its number and its line in the log."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    proposed = request.headers.get("X-Request-ID", "")
    g.request_id = proposed if ID.fullmatch(proposed) else uuid.uuid4().hex
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    log.info(
        "request",
        method=request.method,
        endpoint=request.endpoint,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.started) * 1000, 1),
    )
    return response
