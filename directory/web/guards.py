"""Who may open what: every address is closed unless it stands on the open list."""

from flask import Flask, abort, request

OPEN_ENDPOINTS = frozenset(
    {
        "favicon",
        "static_file",
        "ops.healthz",
        "ops.readyz",
    }
)
"""Endpoints that anybody may open without an account. A new one is closed until it is added here."""

OPEN_BLUEPRINTS = frozenset({"buyer", "machines", "api"})
"""Blueprints whose every address is for anybody: reading the directory needs no account."""


def is_open(endpoint: str, blueprint: str | None) -> bool:
    """Whether anybody may open the endpoint."""
    return endpoint in OPEN_ENDPOINTS or blueprint in OPEN_BLUEPRINTS


def install(app: Flask) -> None:
    """Check every request before its view is called."""
    app.before_request(_refuse_unaskable)
    app.before_request(_refuse_closed)


def _refuse_unaskable() -> None:
    """Answer as for any address that doesn't exist: PostgreSQL can't even be asked for a text with a NUL in it."""
    if "\0" in request.path:
        abort(404)


def _refuse_closed() -> None:
    if request.endpoint is not None and not is_open(request.endpoint, request.blueprint):
        abort(403)
