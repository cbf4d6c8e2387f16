"""What goes wrong, told to whoever asked: a page for people, problem+json (RFC 9457) under `/api/`."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from flask import Flask, Response, g, make_response, render_template, request, url_for
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from directory.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    UnavailableError,
)
from directory.providers.proof import UnprovenError
from directory.web.keeping import Own

log = structlog.get_logger("directory.web")
EXPLANATIONS = {
    400: ("That address can't be understood", "Something in it has a value that doesn't fit."),
    403: ("This page is closed", "It isn't open to you. Where an account may open it, log in first."),
    404: ("There is no such page", "It may have moved, or the entry was withdrawn."),
    405: ("That isn't possible here", "The address exists, but it doesn't take this kind of request."),
    409: ("Somebody was faster", "What you worked on has changed meanwhile. Look again, then decide."),
    413: ("That is too large", "Send less at once."),
    422: ("Some of it can't be taken as it stands", "Each problem is shown beside its field."),
    429: ("Too many requests", "Wait a little, then try again."),
    500: ("Something broke on our side", "It was written down. Trying again may work."),
    503: ("Not available right now", "A part that this page needs doesn't answer. Try again in a minute."),
}
STATUS_BY_ERROR = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    InvalidInputError: HTTPStatus.BAD_REQUEST,
    UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_SECONDS = "30"


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page shows. `detail` is specific to the case; `way_on`, an address, too; both may be empty."""

    status: int
    title: str
    text: str
    detail: str
    request_id: str
    way_on: str = ""


def install(app: Flask) -> None:
    """Answer every error in the reader's form."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)


def is_for_machines() -> bool:
    """Whether the reader is a program."""
    return request.path.startswith("/api/")


def problem(status: int, detail: str, **more: Any) -> Response:  # noqa: ANN401 - members of a problem are open
    """Return a problem+json answer; `more` are further members, such as the errors by parameter."""
    title = EXPLANATIONS[status][0] if status in EXPLANATIONS else HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    response = make_response(msgspec.json.encode(body), status)
    response.content_type = "application/problem+json"
    return response


def answer(status: int, detail: str = "", way_on: str = "") -> Response:
    """Return the error in the reader's form; `way_on` is where what is in the way is removed."""
    title, text = EXPLANATIONS.get(status) or (HTTPStatus(status).phrase, "")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _ask_no_more()
    if is_for_machines():
        response = problem(status, detail or text)
    else:
        page = ErrorPage(status, title, text, detail, g.get("request_id", ""), way_on)
        response = make_response(render_template("errors/error.html", page=page), status)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response.headers.setdefault("Retry-After", RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    response = answer(status)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = error.get_response().headers.get("Allow")
        if allowed:
            response.headers["Allow"] = allowed
    return response


def _domain(error: DomainError) -> Response:
    status = next((code for kind, code in STATUS_BY_ERROR.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)
    way_on = url_for("vendor.claim", provider_slug=error.slug) if isinstance(error, UnprovenError) else ""
    return answer(status, str(error), way_on)


def _database(error: OperationalError) -> Response:
    log.error("database unavailable", error=type(error.orig).__name__)
    return answer(HTTPStatus.SERVICE_UNAVAILABLE)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", error=type(error).__name__, exc_info=error)
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR)


def _ask_no_more() -> None:
    """Take a reader who isn't known yet for a stranger who keeps nothing.

    Asking who it is, or what they keep, may be what failed, and would fail again.
    """
    g.setdefault("person", None)
    g.setdefault("shortlist", Own(()))
