"""What guards a form on a page that is the same for everybody, and so holds no token: it must come from our own pages.

Browsers say where a request comes from, in headers that no page can set: `Sec-Fetch-Site`, and before there was that,
or without https, `Origin`. Whatever says neither, or that it doesn't know (`null`), is refused.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from flask import request
from flask.typing import ResponseReturnValue

from directory.core.errors import DomainError
from directory.web.security import csrf
from directory.web.session import services

READING = ("GET", "HEAD", "OPTIONS")
REFUSED = "This was sent from another site, or your browser doesn’t say from where. Open the page here and try again."

View = Callable[..., ResponseReturnValue]


class ElsewhereError(DomainError):
    """A form didn't come from a page of ours."""


def is_from_here() -> bool:
    """Whether the browser says that this request was made by a page of ours."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and origin in _own_origins()


def _own_origins() -> tuple[str, str]:
    """Return the origin that is set, and the one that was asked: a browser names itself what it asks."""
    parts = urlsplit(services().settings.base_url)
    return f"{parts.scheme}://{parts.netloc}", f"{request.scheme}://{request.host}"


def from_here(view: View) -> View:
    """Let a view take what our own pages send, in the place of the check for a token; reading is free."""

    @wraps(view)
    def guarded(*args: object, **values: object) -> ResponseReturnValue:
        if request.method not in READING and not is_from_here():
            raise ElsewhereError(REFUSED)
        return view(*args, **values)

    exempt: View = csrf.exempt(guarded)
    return exempt


def came_from() -> str | None:
    """Return the path and query of our own page that this request says it comes from, if it does."""
    parts = urlsplit(request.headers.get("Referer", ""))
    path = parts.path or "/"
    if f"{parts.scheme}://{parts.netloc}" not in _own_origins() or path.startswith("//") or "\\" in path:
        return None  # two slashes would lead to another host
    return f"{path}?{parts.query}" if parts.query else path
