"""How a view says that its answer is the same for every reader without a cookie, so that it may be kept.

It says so by answering with `same_for_all`; what doesn't is never kept.
"""

import hashlib
from collections.abc import Callable

from flask import Response, request, session
from flask.typing import ResponseReturnValue

from directory.web.compression import LEAST_BYTES, TYPES
from directory.web.page_cache import Answer, Offer, Shown, State
from directory.web.session import position, services, today

KEY = "directory.offer"
"""Where a request's environment holds its `Offer`."""
VARY = ("Accept-Encoding", "Cookie")
PER_REQUEST = frozenset({"content-length", "content-encoding", "vary", "x-request-id", "date"})
"""Headers that the front writes itself, each time."""


def offer() -> Offer | None:
    """Return the offer that this request carries; None where its answer is for one reader alone."""
    found: Offer | None = request.environ.get(KEY)
    return found


def same_for_all(address: str, make: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Return the answer that is kept under a canonical address, or make it and let it be kept.

    The answer may depend on the address, on what `State` holds and on the settings, and on nothing else of the request.
    """
    found = offer()
    if found is None:
        return make()
    found.address = address
    found.state = State(position(), *services().search.standing(), today())
    found.answer = found.cache.find(address, found.state)
    found.is_found = found.answer is not None
    return Response() if found.is_found else make()


def hand_over(response: Response) -> bool:
    """Give an answer that may be kept to the front, which sends it; what is left of it here is empty.

    Only a whole page of status 200 that sets no cookie, changes no session and may be stored is handed over.
    """
    found = offer()
    if found is None or found.state is None:
        return False
    if found.answer is None:
        if not _is_for_all(response):
            return False
        found.answer = _answer(response, tuple(found.shown))
    response.set_data(b"")
    return True


def is_handed_over() -> bool:
    """Whether the front sends, and logs, the answer to this request."""
    found = offer()
    return found is not None and found.answer is not None


def validator(body: bytes) -> str:
    """Return the tag that tells one body from another."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def _is_for_all(response: Response) -> bool:
    return (
        response.status_code == 200
        and not response.is_streamed
        and "Set-Cookie" not in response.headers
        and not response.cache_control.no_store
        and not session.modified
    )


def _answer(response: Response, shown: Shown) -> Answer:
    body = response.get_data()
    if not response.headers.get("ETag"):
        response.set_etag(validator(body), weak=True)
    response.vary.update(VARY)
    headers = tuple((name, value) for name, value in response.headers if name.lower() not in PER_REQUEST)
    return Answer(
        endpoint=request.endpoint or "",
        etag=response.headers["ETag"],
        headers=(*headers, ("Vary", response.headers["Vary"])),
        bodies={"": body},
        is_compressible=response.mimetype in TYPES and len(body) >= LEAST_BYTES,
        shown=shown,
    )
