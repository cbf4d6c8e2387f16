"""Who is asking: the person behind the log-in session, and the entry they edit."""

import hashlib
from dataclasses import dataclass

from flask import Flask, g, session
from sqlalchemy import select

from directory.accounts.models import LoginSession, Role, User
from directory.accounts.policies import Person
from directory.core import clock
from directory.core.errors import NotFoundError
from directory.providers.membership import MemberRole, Membership
from directory.providers.models import Provider
from directory.web.session import reader, services

TOKEN_KEY = "_user_id"  # noqa: S105 - the name under which Flask-Login keeps it
"""Where the signed cookie keeps the log-in session's token; the database has only its hash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The provider whose slug stands in the address, and what the person asking is to it."""

    provider: Provider
    membership: MemberRole


def install(app: Flask) -> None:
    """Let every template ask who is reading: `me()` is a person or None."""
    app.jinja_env.globals["me"] = person


def token_hash(token: str) -> str:
    """Return what the database keeps of a log-in session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def login_session() -> LoginSession | None:
    """Return the log-in session that this request comes with, while it lasts and its account may log in."""
    if "login_session" not in g:
        token = session.get(TOKEN_KEY)
        g.login_session = _find(token) if isinstance(token, str) else None
    found: LoginSession | None = g.login_session
    return found


def _find(token: str) -> LoginSession | None:
    query = (
        select(LoginSession, User)
        .join(User, User.id == LoginSession.user_id)
        .where(
            LoginSession.token_hash == token_hash(token),
            LoginSession.ended_at.is_(None),
            LoginSession.ends_at > clock.now(),
            User.active,
            User.locked_at.is_(None),
            User.erased_at.is_(None),
        )
    )
    row = reader().execute(query).first()
    if row is None or (row.User.is_demo and services().settings.is_production):
        return None  # demonstration log-ins of a copied database open nothing in production
    g.user = row.User
    found: LoginSession = row.LoginSession
    return found


def person() -> Person | None:
    """Return whoever is logged in; None for an anonymous reader."""
    if "person" not in g:
        found = login_session()
        g.person = person_of(g.user, found) if found is not None else None
    somebody: Person | None = g.person
    return somebody


def person_of(user: User, opened: LoginSession) -> Person:
    """Return what decides what somebody may do in a log-in session."""
    return Person(
        id=user.id,
        role=Role(user.role),
        name=user.name,
        email=user.email or "",
        has_second_factor=opened.has_second_factor,
    )


def account() -> Person:
    """Return whoever is logged in, where the guards let nobody else through."""
    found = person()
    assert found is not None, "the guards ask for an account here"  # noqa: S101 - a rule of the house, not of the input
    return found


def membership_of(provider_id: int) -> MemberRole | None:
    """Return what the person asking is to a provider."""
    somebody = person()
    if somebody is None:
        return None
    query = select(Membership.role).where(Membership.provider_id == provider_id, Membership.user_id == somebody.id)
    role = reader().scalar(query)
    return MemberRole(role) if role else None


def entry(slug: str) -> Entry:
    """Return the entry that a member asks for; to anybody else it isn't there."""
    if "entry" not in g:
        provider = reader().scalar(select(Provider).where(Provider.slug == slug))
        role = membership_of(provider.id) if provider is not None else None
        if provider is None or role is None:
            message = "No entry of yours has this name."
            raise NotFoundError(message)
        g.entry = Entry(provider, role)
    found: Entry = g.entry
    return found
