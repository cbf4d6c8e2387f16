"""Asking from any website: nothing in the API depends on who asks, so every origin may, without credentials."""

from collections.abc import Callable, Iterable

from flask import Response, make_response, request

ALLOWED = {
    "GET": (("GET", "HEAD"), ("If-None-Match",)),
    "POST": (("POST",), ("Content-Type",)),
    "DELETE": (("DELETE",), ()),
}
"""By an operation's method: the methods that it answers, and the headers that a page may send."""
PREFLIGHT_SECONDS = "86400"


def preflight(operations: Iterable[str]) -> Callable[..., Response]:
    """Return the view that answers, for an address with such operations, what a browser asks before another site's."""
    allowed = [ALLOWED[one] for one in operations]
    methods = ", ".join([name for names, _ in allowed for name in names] + ["OPTIONS"])
    headers = ", ".join(name for _, names in allowed for name in names)

    def respond(**_path: str) -> Response:
        response = make_response("", 204)
        response.headers["Allow"] = methods
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = headers
        response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
        del response.headers["Content-Type"]
        return response

    return respond


def allow(response: Response) -> Response:
    """Let other sites read every answer below `/api/`, errors of addresses that don't exist included."""
    if request.path.startswith("/api/"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, X-Request-ID"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
