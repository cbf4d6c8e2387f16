"""Alive, and able to serve; with what is degraded, in words."""

from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from flask import Response, make_response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from directory.core import clock, schema
from directory.core.errors import DomainError
from directory.jobs.heartbeat import MISSED, alive
from directory.web.session import catalogue, reader, services


@dataclass(frozen=True, slots=True)
class Part:
    """One part that serving depends on: `ok`, `degraded` (right, but slower or less) or `unavailable`."""

    name: str
    state: str
    message: str


def healthz() -> Response:
    """Answer as long as the process runs; asks nothing else."""
    response = make_response("ok\n")
    response.content_type = "text/plain; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response


def readyz() -> Response:
    """Answer 200 when this process can serve, else 503; with every part's state."""
    parts = [_database()]
    if parts[0].state == "ok":
        parts += [_catalogue(), _search(), _workers()]
    states = {part.state for part in parts}
    status = next((state for state in ("unavailable", "degraded") if state in states), "ok")
    code = HTTPStatus.SERVICE_UNAVAILABLE if status == "unavailable" else HTTPStatus.OK
    response = make_response(msgspec.json.encode({"status": status, "parts": parts}), code)
    response.content_type = "application/json"
    response.headers["Cache-Control"] = "no-store"
    return response


def _database() -> Part:
    try:
        reader().execute(text("SELECT 1"))
        found, head = schema.current(services().database.engine), schema.head()
    except SQLAlchemyError as error:
        return Part("database", "unavailable", f"doesn't answer: {type(error).__name__}")
    if found != head:
        return Part("database", "unavailable", "its schema isn't the newest: run directory migrate")
    return Part("database", "ok", "answers; schema is the newest")


def _catalogue() -> Part:
    try:
        return Part("catalogue", "ok", f"rules version {catalogue().rules.version}")
    except DomainError as error:
        return Part("catalogue", "unavailable", str(error))


def _search() -> Part:
    state = services().search.state()
    return Part("search", "degraded" if state.is_degraded else "ok", state.message)


def _workers() -> Part:
    count = alive(reader(), clock.now())
    if not count:
        minutes = int(MISSED.total_seconds()) // 60
        message = f"none has given a sign for {minutes} minutes: mail and changes wait; run directory worker"
        return Part("workers", "degraded", message)
    return Part("workers", "ok", f"{count} at work")
