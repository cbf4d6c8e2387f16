"""The cast: one provider with everybody who may have to do with it, and clients that are logged in as each.

Nobody here has a password: `log_in` opens a log-in session as the pages would after checking one. The moments are
those of the real clock, as sessions end by it.
"""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.accounts.models import LoginSession, Role, User
from directory.core import clock
from directory.core.db import Database
from directory.providers.membership import MemberRole
from directory.providers.models import Provider
from directory.web.identity import TOKEN_KEY, token_hash
from tests.factories import add_member, add_provider, add_user


@dataclass(frozen=True, slots=True)
class Cast:
    """`owner` and `editor` belong to `provider`; `stranger` owns `other`; `admin_member` is an admin who edits."""

    provider: Provider
    other: Provider
    buyer: User
    owner: User
    editor: User
    stranger: User
    admin: User
    admin_member: User


def add_cast(session: Session) -> Cast:
    """Add the cast."""
    at = clock.now()
    provider = add_provider(session, slug="the-provider", name="The Provider", claimed_at=at)
    other = add_provider(session, slug="the-other", name="The Other", claimed_at=at)
    cast = Cast(
        provider=provider,
        other=other,
        buyer=add_user(session, Role.BUYER, name="Bea Buyer"),
        owner=add_user(session, name="Olga Owner"),
        editor=add_user(session, name="Ed Editor"),
        stranger=add_user(session, name="Sam Stranger"),
        admin=add_user(session, Role.ADMIN, name="Ada Admin"),
        admin_member=add_user(session, Role.ADMIN, name="Max Member"),
    )
    add_member(session, provider, cast.owner)
    add_member(session, provider, cast.editor, MemberRole.EDITOR)
    add_member(session, provider, cast.admin_member, MemberRole.EDITOR)
    add_member(session, other, cast.stranger)
    return cast


def log_in(app: Flask, database: Database, user: User | None, *, second_factor: bool = False) -> FlaskClient:
    """Return a client that is logged in as somebody; as nobody for None."""
    client = app.test_client()
    if user is None:
        return client
    token, at = token_urlsafe(32), clock.now()
    with database.writing() as session:
        session.add(
            LoginSession(
                user_id=user.id,
                token_hash=token_hash(token),
                device="Test",
                has_second_factor=second_factor,
                created_at=at,
                seen_at=at,
                ends_at=at + timedelta(days=1),
            )
        )
    with client.session_transaction() as cookie:
        cookie[TOKEN_KEY] = token
        cookie["_fresh"] = True
    return client
