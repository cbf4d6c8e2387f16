"""Asking from any website: nothing in the API depends on who asks, so every origin may, without credentials."""

from collections.abc import Callable

from flask import Response, make_response, request

ALLOWED = {
    "GET": ("GET, HEAD, OPTIONS", "If-None-Match"),
    "POST": ("POST, OPTIONS", "Content-Type"),
}
"""By an operation's method: the methods of its address, and the headers that a page may send."""
PREFLIGHT_SECONDS = "86400"


def preflight(method: str) -> Callable[..., Response]:
    """Return the view that answers what a browser asks before it sends a request of another site."""
    methods, headers = ALLOWED[method]

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
