"""Who may open what: every address is closed unless it stands on the open list."""

from urllib.parse import urlencode

from flask import Flask, abort, redirect, request
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from directory.accounts.policies import Person, is_admin, may_decide
from directory.providers.policies import may_edit, may_own
from directory.web.access import NEEDS, Need
from directory.web.identity import entry, person

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
"""Blueprints whose addresses are for anybody unless they say otherwise: reading the directory needs no account."""


BIGGEST_ID = 2**31 - 1
LOGIN_ADDRESS = "/account/login"
SECOND_FACTOR_ADDRESS = "/account/two-factor"


def need_of(endpoint: str, blueprint: str | None) -> Need | None:
    """Return what an endpoint asks for; None where it is closed to everybody."""
    declared = NEEDS.get(endpoint)
    if declared is None and (endpoint in OPEN_ENDPOINTS or blueprint in OPEN_BLUEPRINTS):
        return Need.ANYBODY
    return declared


def is_open(endpoint: str, blueprint: str | None) -> bool:
    """Whether anybody may open the endpoint without an account; a link's view checks the link."""
    return need_of(endpoint, blueprint) in (Need.ANYBODY, Need.LINK)


def install(app: Flask) -> None:
    """Check every request before its view is called, and keep what only some may see out of caches."""
    app.before_request(_refuse_unaskable)
    app.before_request(_check)
    app.after_request(_keep_private)


def _refuse_unaskable() -> None:
    """Answer as for any address that doesn't exist: no database can be asked for a number beyond its own.

    Nor PostgreSQL for a text with a NUL in it.
    """
    numbers = (value for value in (request.view_args or {}).values() if isinstance(value, int))
    if "\0" in request.path or any(number > BIGGEST_ID for number in numbers):
        abort(404)


def _check() -> Response | None:
    if request.endpoint is None:
        return None
    need = need_of(request.endpoint, request.blueprint)
    if need is None:
        abort(403)
    return None if need in (Need.ANYBODY, Need.LINK) else _check_person(need)


def _check_person(need: Need) -> Response | None:
    somebody = person()
    if somebody is None:
        return _lead_to(LOGIN_ADDRESS)
    if need is Need.ADMIN:
        return _check_admin(somebody)
    if need in (Need.EDITOR, Need.OWNER):
        _check_member(need, str((request.view_args or {}).get("slug", "")))
    return None


def _check_admin(somebody: Person) -> Response | None:
    if not is_admin(somebody):
        abort(403)
    return None if may_decide(somebody) else _lead_to(SECOND_FACTOR_ADDRESS)


def _check_member(need: Need, slug: str) -> None:
    membership = entry(slug).membership  # to strangers the entry isn't there: 404
    if not (may_own(membership) if need is Need.OWNER else may_edit(membership)):
        abort(403)


def _lead_to(address: str) -> Response:
    """Lead a reader to where they get in, and back afterwards; what was sent can't be taken along."""
    if request.method not in ("GET", "HEAD"):
        abort(403)
    came_from = request.full_path.rstrip("?")
    return redirect(f"{address}?{urlencode({'next': came_from})}", 303)


def _keep_private(response: FlaskResponse) -> FlaskResponse:
    if request.endpoint is not None and need_of(request.endpoint, request.blueprint) is not Need.ANYBODY:
        response.headers["Cache-Control"] = "no-store"
    return response
