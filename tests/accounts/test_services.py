"""Roles, locks and the end of sessions, with their traces."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.accounts import services
from directory.accounts.models import LoginSession, Role, User
from directory.accounts.queries import sessions_of
from directory.accounts.sessions import Opening, open_session
from directory.audit.models import AuditEvent
from directory.core.db import Database
from directory.core.errors import ConflictError, NotFoundError
from tests.factories import AT, add_user

ACTOR = "admin:1"


@pytest.fixture
def user(database: Database) -> User:
    with database.writing() as session:
        found = add_user(session, Role.BUYER, email="ada@firm.example")
        for number in range(3):
            open_session(session, found, Opening(f"hash-{number}", "Firefox"), at=AT)
    return found


def actions(database: Database) -> list[tuple[str, str, dict[str, object]]]:
    with database.reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        assert all(event.subject.startswith("account:") for event in events)
        return [(event.action, event.actor, event.detail) for event in events]


def count_open(database: Database, user: User) -> int:
    with database.reading() as session:
        return len(sessions_of(session, user.id, AT))


def test_another_role_ends_all_sessions(database: Database, user: User) -> None:
    with database.writing() as session:
        services.set_role(session, user.id, Role.ADMIN, actor=ACTOR, at=AT)
        services.set_role(session, user.id, Role.ADMIN, actor=ACTOR, at=AT)
    assert count_open(database, user) == 0
    assert actions(database) == [
        ("account.role-set", ACTOR, {"before": "buyer", "after": "admin"}),
        ("account.sessions-ended", ACTOR, {"count": 3}),
    ]


def test_a_buyer_becomes_a_vendor_once_and_all_sessions_end(database: Database, user: User) -> None:
    with database.writing() as session:
        services.become_vendor(session, user.id, actor="buyer:1", at=AT)
        services.become_vendor(session, user.id, actor="vendor:1", at=AT)
    assert count_open(database, user) == 0
    assert [action for action, _, _ in actions(database)] == ["account.role-set", "account.sessions-ended"]
    with database.reading() as session:
        assert session.get_one(User, user.id).role == Role.VENDOR


def test_locking_and_unlocking(database: Database, user: User) -> None:
    with database.writing() as session:
        services.lock(session, user.id, actor=ACTOR, at=AT, revision=user.revision)
    with pytest.raises(ConflictError), database.writing() as session:
        services.unlock(session, user.id, actor=ACTOR, at=AT, revision=user.revision)
    assert count_open(database, user) == 0
    with database.writing() as session:
        services.unlock(session, user.id, actor=ACTOR, at=AT)
    with database.reading() as session:
        assert session.get_one(User, user.id).locked_at is None
    assert [action for action, _, _ in actions(database)] == [
        "account.locked",
        "account.sessions-ended",
        "account.unlocked",
    ]


def test_one_session_can_be_left_open(database: Database, user: User) -> None:
    with database.writing() as session:
        kept = session.scalars(select(LoginSession.id).order_by(LoginSession.id)).first()
        assert services.end_sessions(session, user.id, actor=ACTOR, at=AT, but=kept) == 2
        assert services.end_sessions(session, user.id, actor=ACTOR, at=AT, but=kept) == 0
    assert count_open(database, user) == 1
    with database.reading() as session:
        assert sessions_of(session, user.id, AT + timedelta(days=15)) == []


def test_nobody_is_nobody(database: Database) -> None:
    with pytest.raises(NotFoundError), database.writing() as session:
        services.lock(session, 404, actor=ACTOR, at=AT)
