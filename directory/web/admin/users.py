"""Accounts: searched by name or address, never in an address of a page; roles, locks, the end of sessions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, flash, make_response, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import administration as acts
from directory.accounts.models import Role, User
from directory.core import clock
from directory.core.errors import ConflictError, ForbiddenError
from directory.providers.membership import Membership
from directory.providers.models import Provider
from directory.web.admin.forms import SearchForm
from directory.web.forms import summary
from directory.web.identity import account
from directory.web.session import reader, services, transaction

DONE = {
    "lock": "The account is locked, and logged out everywhere.",
    "unlock": "The account is unlocked.",
    "end-sessions": "The account is logged out everywhere.",
    "role": "The role is changed, and the account logged out everywhere.",
}
CHANGED = "The account has changed meanwhile. This is how it stands now; nothing was done."


@dataclass(frozen=True, slots=True)
class UsersPage:
    """The search, and what it found; before a search the admins and whoever is locked."""

    form: SearchForm
    errors: tuple[tuple[str, str], ...]
    found: list[User]
    is_search: bool
    most: int = acts.FOUND_AT_MOST


@dataclass(frozen=True, slots=True)
class UserPage:
    """One account, with what an admin may do to it."""

    user: User
    sessions: int
    memberships: list[tuple[str, str, str]]
    now: datetime
    is_own: bool
    changed: str
    roles: tuple[Role, ...] = tuple(Role)


def _users(form: SearchForm, found: list[User], *, is_search: bool, status: int = 200) -> Response:
    form.prepare()
    page = UsersPage(form, summary(form), found, is_search)
    return make_response(render_template("admin/users.html", page=page), status)


def show() -> AnyResponse:
    """Show the accounts to look after, or those that a search finds."""
    form = SearchForm()
    if request.method != "POST":
        return _users(form, acts.notable_accounts(reader()), is_search=False)
    if not form.validate():
        return _users(form, [], is_search=True, status=422)
    return _users(form, acts.find_accounts(reader(), form.words.data), is_search=True)


def show_one(number: int) -> AnyResponse:
    """Show one account."""
    return _one(reader(), number)


def _one(session: Session, number: int, *, changed: str = "", status: int = 200) -> Response:
    user, now = acts.find_account(session, number), clock.now()
    query = (
        select(Provider.name, Provider.slug, Membership.role)
        .join(Membership, Membership.provider_id == Provider.id)
        .where(Membership.user_id == number)
        .order_by(Provider.name)
    )
    page = UserPage(
        user=user,
        sessions=acts.count_sessions(session, number, now),
        memberships=[(row.name, row.slug, row.role) for row in session.execute(query)],
        now=now,
        is_own=number == account().id,
        changed=changed,
    )
    return make_response(render_template("admin/user.html", page=page), status)


def _set_role(session: Session, act: acts.Act) -> None:
    asked = request.form.get("role", "")
    if asked not in set(Role):
        abort(400)
    acts.change_role(session, act, Role(asked))


VERBS: Mapping[str, Callable[[Session, acts.Act], None]] = {
    "lock": acts.lock,
    "unlock": acts.unlock,
    "end-sessions": acts.end_sessions,
    "role": _set_role,
}


def change(number: int, verb: str) -> AnyResponse:
    """Do something to an account, as it was on the screen."""
    if verb not in VERBS:
        abort(404)
    somebody, seen = account(), request.form.get("revision", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    act = acts.Act(number, revision, somebody.id, somebody.actor, clock.now())
    try:
        with transaction() as session:
            VERBS[verb](session, act)
    except (ConflictError, StaleDataError):
        with services().database.reading() as session:
            return _one(session, number, changed=CHANGED, status=409)
    except ForbiddenError as error:
        return _one(reader(), number, changed=str(error), status=403)
    flash(DONE[verb])
    return redirect(f"/admin/users/{number}", 303)
