"""What stands before Flask: who sends no cookie gets what is the same for everybody from the page cache.

An answer that was kept and one that was just made to be kept are both sent from here, so that they can't differ.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import is_resource_modified
from werkzeug.wsgi import ClosingIterator

from directory.audit import queries as audit
from directory.core import clock
from directory.web.compression import encoding_for
from directory.web.for_all import KEY
from directory.web.page_cache import Answer, Offer, PageCache, State
from directory.web.reach import count_kept
from directory.web.requests import id_of, write
from directory.web.session import Services

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

EXTENSION = "directory.front"
PERSONAL = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")
"""Whoever sends one of these may be somebody: the application alone answers them."""
UNUSUAL = ("SCRIPT_NAME", "HTTP_IF_MATCH")
"""Nor is this answered from here: a place below another site, a condition under which something would be changed."""
OF_A_BODY = frozenset({"content-type", "content-language"})


def install(app: Flask, parts: Services) -> None:
    """Put the front before everything else that requests go through; call it last."""
    front = Front(app, parts)
    app.extensions[EXTENSION] = front
    app.wsgi_app = front  # type: ignore[method-assign]  # Flask's documented way


def is_anybodys(environ: "WSGIEnvironment") -> bool:
    """Whether a request may be answered with what anybody would get."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return False
    return not any(environ.get(name) for name in (*PERSONAL, *UNUSUAL))


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, with when it began and what it is known by."""

    environ: "WSGIEnvironment"
    start_response: "StartResponse"
    started: float
    request_id: str = ""


class Front:
    """The WSGI application that readers meet."""

    def __init__(self, app: Flask, parts: Services) -> None:
        """Stand before what the application has been so far."""
        self._app = app
        self._inner = app.wsgi_app
        self._parts = parts
        self.cache = PageCache()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from the cache where that is possible; else the application answers."""
        if not is_anybodys(environ):
            return self._inner(environ, start_response)
        spelling = (environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
        started = time.perf_counter()
        address = self.cache.address_of(spelling)
        state = self._state() if address else None
        answer = self.cache.find(address, state) if address and state else None
        if address and state and answer:
            asked = Asked(environ, start_response, started, id_of(environ.get("HTTP_X_REQUEST_ID", "")))
            count_kept(self._app, environ, answer.shown, state.on)
            return self._send(asked, Offer(self.cache, address, state, answer))
        return self._ask(environ, start_response, started, spelling)

    def _state(self) -> State | None:
        """Return what answers depend on at this moment; None where that can't be found out."""
        try:
            position = audit.position(self._parts.database)
        except SQLAlchemyError:
            return None
        return State(position, *self._parts.search.standing(), clock.today())

    def _ask(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", started: float, spelling: tuple[str, str]
    ) -> Iterable[bytes]:
        """Let the application answer; what it hands over is kept and sent from here."""
        offer = environ[KEY] = Offer(self.cache)
        told: list[Any] = []

        def hold(*status_and_headers: Any) -> Any:  # noqa: ANN401 - passed on as it is
            told[:] = status_and_headers
            return None  # nothing in the house writes instead of returning a body

        body = self._inner(environ, hold)
        if offer.answer is None or offer.state is None:
            start_response(*told)
            return body
        ClosingIterator(body).close()
        headers = told[1]
        asked = Asked(environ, start_response, started, dict(headers)["X-Request-ID"])
        self.cache.remember(spelling, offer.address)
        if offer.is_found:
            count_kept(self._app, environ, offer.answer.shown, offer.state.on)
        else:
            self.cache.keep(offer.address, offer.state, offer.answer)
        return self._send(asked, offer)

    def _send(self, asked: Asked, offer: Offer) -> Iterable[bytes]:
        """Send an answer in the encoding that is wanted, or say that the reader has it."""
        answer, environ = offer.answer, asked.environ
        assert answer is not None  # noqa: S101 - only what there is is sent
        headers = [*answer.headers, ("X-Request-ID", asked.request_id)]
        if _has(environ, answer):
            status, body = "304 NOT MODIFIED", b""
            headers = [(name, value) for name, value in headers if name.lower() not in OF_A_BODY]
        else:
            status, (encoding, body) = "200 OK", self._body(environ, offer, answer)
            headers += [("Content-Length", str(len(body))), *((("Content-Encoding", encoding),) if encoding else ())]
        write(environ["REQUEST_METHOD"], answer.endpoint, int(status[:3]), asked.started, request_id=asked.request_id)
        asked.start_response(status, headers)
        return [body] if body and environ["REQUEST_METHOD"] == "GET" else []

    def _body(self, environ: "WSGIEnvironment", offer: Offer, answer: Answer) -> tuple[str, bytes]:
        """Return the encoding that is wanted and the body in it; the first who wants one has it made for all."""
        encoding = encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")) if answer.is_compressible else ""
        if encoding and encoding not in answer.bodies and offer.state is not None:
            answer = answer.encoded(encoding)
            self.cache.keep(offer.address, offer.state, answer)
        return encoding, answer.body(encoding)


def _has(environ: "WSGIEnvironment", answer: Answer) -> bool:
    """Whether the reader says that they have this answer already."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    return known is not None and (known == answer.etag or not is_resource_modified(environ, answer.etag))
