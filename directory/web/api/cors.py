"""Reading from any website: nothing in the API depends on who asks, so every origin may, without credentials."""

from flask import Response, make_response, request

METHODS = "GET, HEAD, OPTIONS"
PREFLIGHT_SECONDS = "86400"


def preflight(**_path: str) -> Response:
    """Answer what a browser asks before it sends a request of another site."""
    response = make_response("", 204)
    response.headers["Allow"] = METHODS
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    del response.headers["Content-Type"]
    return response


def allow(response: Response) -> Response:
    """Let other sites read every answer below `/api/`, errors of addresses that don't exist included."""
    if request.path.startswith("/api/"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, X-Request-ID"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
