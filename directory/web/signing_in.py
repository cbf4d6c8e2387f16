"""Flask-Login, wired to our log-in sessions: what it takes for a user's id is the session's token.

Whoever it is, is asked in one place (`directory/web/identity.py`); Flask-Login's `current_user` says the same.
Everything in the cookie is new at log-in, so nobody can plant a session in somebody else's browser.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, Response, g, request, session
from flask_login import LoginManager, UserMixin, login_user
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from directory.accounts import sessions
from directory.accounts.models import LoginSession, User
from directory.accounts.policies import Person
from directory.accounts.services import account_of
from directory.core import clock
from directory.web import keeping
from directory.web.identity import TOKEN_KEY, account, login_session, person, person_of, token_hash
from directory.web.session import transaction

CACHED = ("login_session", "person", "user", "entry", "shortlist", "_login_user")
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


class Reader(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """Whoever is logged in, as Flask-Login knows them."""

    def __init__(self, somebody: Person, token: str) -> None:
        """Take the person and the token of their log-in session."""
        self.person = somebody
        self.token = token

    def get_id(self) -> str:
        """Return what the cookie keeps."""
        return self.token


def install(app: Flask) -> None:
    """Connect Flask-Login, and write down now and then that a session is in use.

    Its `init_app` is left out: all that adds is a cookie that remembers somebody past their session, which ours
    must not, and that reads the session on every answer, which would keep shared caches from every page.
    """
    manager = LoginManager()
    manager.session_protection = None  # it would end sessions of whoever changes networks
    manager.user_loader(_load)
    app.login_manager = manager  # type: ignore[attr-defined]  # where Flask-Login looks for it
    app.config.update(PERMANENT_SESSION_LIFETIME=sessions.LASTS + timedelta(days=1), SESSION_REFRESH_EACH_REQUEST=False)
    app.after_request(_mark_seen)


def _load(token: str) -> Reader | None:
    somebody = person()
    return Reader(somebody, token) if somebody is not None and token == session.get(TOKEN_KEY) else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A log-in session that was opened in a transaction, to be put into the cookie once that is through."""

    token: str
    user: User
    login_session: LoginSession


def open_for(writing: Session, user: User, *, has_second_factor: bool) -> Opened:
    """Open a log-in session in the caller's transaction; call `enter` after it.

    What the browser has kept on its shortlist until then joins the account's.
    """
    before, token = login_session(), secrets.token_urlsafe(32)
    opening = sessions.Opening(token_hash(token), device(), has_second_factor, before.id if before else None)
    keeping.join(writing, user.id)
    return Opened(token, user, sessions.open_session(writing, user, opening, at=clock.now()))


def enter(opened: Opened) -> None:
    """Put a log-in session into a cookie that holds nothing else, and be that person for the rest of the request."""
    leave()
    somebody = person_of(opened.user, opened.login_session)
    g.login_session, g.user, g.person = opened.login_session, opened.user, somebody
    login_user(Reader(somebody, opened.token))
    session.permanent = True


@contextmanager
def staying() -> Iterator[Session]:
    """Give a transaction as `transaction` does; this browser stays in where its person's role changes in it.

    Every session has ended with the role, so it gets a new one.
    """
    somebody, opened = account(), None
    with transaction() as writing:
        yield writing
        user = account_of(writing, somebody.id)
        if user.role != somebody.role:
            opened = open_for(writing, user, has_second_factor=somebody.has_second_factor)
    if opened is not None:
        enter(opened)


def leave() -> None:
    """Empty the cookie, and forget who it was."""
    session.clear()
    forget()


def forget() -> None:
    """Forget what this request has read of who asks."""
    for name in CACHED:
        g.pop(name, None)


def device() -> str:
    """Return the kind of browser that asks, coarsely: to tell one's own sessions apart, and nobody from others."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in BROWSERS if sign in agent), "A browser")
    system = next((name for sign, name in SYSTEMS if re.search(sign, agent)), "")
    return f"{browser} on {system}" if system else browser


def _mark_seen(response: Response) -> Response:
    opened: LoginSession | None = g.get("login_session")
    at = clock.now()
    if opened is not None and sessions.is_due(opened, at):
        try:
            with transaction() as writing:
                sessions.mark_seen(writing, opened.id, at=at)
        except OperationalError:
            return response  # somebody else writes for long; the next request comes soon enough
    return response
