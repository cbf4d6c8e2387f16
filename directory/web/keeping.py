"""Whose shortlist a request is about, and what stands on it: an account's, else that of the browser's cookie.

Reading sets no cookie and writes nothing. The first addition without an account makes a token; only its hash is kept.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Flask, Response, g, request
from sqlalchemy.orm import Session

from directory.core import clock
from directory.shortlists.merging import merge
from directory.shortlists.models import BROWSER_DAYS
from directory.shortlists.queries import Keeper, Kept, kept
from directory.web.identity import person, token_hash
from directory.web.session import reader, services

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_COMPARED = 6


@dataclass(frozen=True, slots=True)
class Own:
    """The reader's shortlist, as every page shows it."""

    entries: tuple[Kept, ...]

    @property
    def listed(self) -> tuple[Kept, ...]:
        """What of it readers may see."""
        return tuple(one for one in self.entries if one.is_listed)

    @property
    def compare(self) -> str:
        """The address that compares the first of them, empty where there are not two."""
        slugs = [one.slug for one in self.listed[:MOST_COMPARED]]
        return f"/compare?{urlencode([('provider', slug) for slug in slugs])}" if len(slugs) > 1 else ""

    def has(self, slug: str) -> bool:
        """Whether a provider stands on it."""
        return any(one.slug == slug for one in self.entries)


def install(app: Flask) -> None:
    """Give templates `shortlist()`, and put the cookie's changes into answers."""
    app.jinja_env.globals["shortlist"] = own
    app.after_request(_put_cookie)


def cookie_name() -> str:
    """Return the cookie's name; with its prefix browsers take it from this very host only."""
    return "__Host-shortlist" if services().settings.base_url.startswith("https://") else "shortlist"


def _browser() -> Keeper | None:
    """Return whom the cookie stands for, if there is one that we could have made."""
    token = request.cookies.get(cookie_name(), "")
    return Keeper(token_hash=token_hash(token)) if TOKEN.fullmatch(token) else None


def keeper() -> Keeper | None:
    """Return whose shortlist this request reads; None for somebody who has kept nothing yet."""
    somebody = person()
    return Keeper(user_id=somebody.id) if somebody is not None else _browser()


def own() -> Own:
    """Return the reader's shortlist; without account and cookie nothing is asked of the database."""
    if "shortlist" not in g:
        whose = keeper()
        g.shortlist = Own(kept(reader(), whose) if whose else ())
    found: Own = g.shortlist
    return found


def keeper_writing(session: Session) -> Keeper:
    """Return whose shortlist this request writes to.

    A browser that has none yet gets a token. What a browser kept before somebody logged in joins the account's.
    """
    somebody, browser = person(), _browser()
    if somebody is not None:
        join(session, somebody.id)
        return Keeper(user_id=somebody.id)
    token = request.cookies[cookie_name()] if browser else secrets.token_urlsafe(32)
    g.shortlist_cookie = token
    return browser or Keeper(token_hash=token_hash(token))


def join(session: Session, user_id: int) -> None:
    """Let what this browser keeps join an account's shortlist; the cookie goes once nothing is left behind."""
    browser = _browser()
    if browser is None or browser.token_hash is None:
        return
    if not merge(session, browser.token_hash, user_id, at=clock.now()):
        g.shortlist_cookie = ""


def look_again(session: Session, whose: Keeper) -> None:
    """Show for the rest of the request what stands on the shortlist in this transaction."""
    g.shortlist = Own(kept(session, whose))


def left_behind() -> int:
    """Return how many entries the browser of somebody with an account still keeps for want of room there."""
    browser = _browser() if person() is not None else None
    return len(kept(reader(), browser)) if browser else 0


def _put_cookie(response: Response) -> Response:
    token: str | None = g.get("shortlist_cookie")
    if token is None or response.status_code >= 400:
        return response
    is_secure = cookie_name().startswith("__Host-")
    if token:
        response.set_cookie(
            cookie_name(),
            token,
            max_age=timedelta(days=BROWSER_DAYS),
            path="/",
            secure=is_secure,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(cookie_name(), path="/", secure=is_secure, httponly=True, samesite="Lax")
    return response
