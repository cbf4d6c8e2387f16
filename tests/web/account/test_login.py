"""Logging in and out: what opens a session, what doesn't, and what nobody learns."""

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from flask import Flask
from flask_login import current_user
from sqlalchemy import select

from directory.accounts import passwords
from directory.accounts.models import LoginSession, Role, User
from directory.accounts.services import end_sessions, lock, set_role
from directory.core import clock
from directory.core.db import Database
from directory.web import identity
from tests.web.account.door import (
    OTHER,
    PASSWORD,
    add_somebody,
    code,
    enrol,
    hidden,
    is_in,
    later,
    log_in,
    send,
)

ADMIN = "admin:1"


def test_a_password_opens_a_session_and_flask_login_says_the_same_person(app: Flask, sqlite_database: Database) -> None:
    user = add_somebody(sqlite_database, name="Ada", email="ada@firm.example")
    with app.test_client() as client:
        answer = log_in(client, " ADA@firm.example ")
        assert (answer.status_code, answer.location) == (303, "/account/")
        page = client.get("/account/")
        assert page.status_code == 200
        somebody = identity.person()
        assert somebody is not None
        assert (somebody.id, somebody.role, somebody.has_second_factor) == (user.id, Role.VENDOR, False)
        assert current_user.person == somebody
        assert current_user.is_authenticated
    with sqlite_database.reading() as session:
        opened = session.scalars(select(LoginSession)).one()
        assert opened.token_hash not in page.get_data(as_text=True)
        assert (opened.ends_at - opened.created_at).days == 14


def test_everything_in_the_cookie_is_new_after_logging_in(app: Flask, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    client = app.test_client()
    client.get("/account/login")
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        before = dict(cookie)
    log_in(client, "ada@firm.example")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert not set(before.items()) & set(cookie.items())
    token = before.get(identity.TOKEN_KEY)
    assert token is None
    first = dict(cookie)[identity.TOKEN_KEY]
    client.post("/account/login", data={})
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie[identity.TOKEN_KEY] = "a token that somebody planted"
    log_in(client, "ada@firm.example")
    with client.session_transaction() as cookie:
        assert cookie[identity.TOKEN_KEY] not in (first, "a token that somebody planted")


@pytest.mark.parametrize(
    ("email", "password"),
    [("ada@firm.example", OTHER), ("nobody@firm.example", PASSWORD), ("locked@firm.example", PASSWORD)],
)
def test_every_refusal_reads_the_same(app: Flask, sqlite_database: Database, email: str, password: str) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    add_somebody(sqlite_database, email="locked@firm.example", locked_at=clock.now())
    client = app.test_client()
    answer = log_in(client, email, password)
    page = answer.get_data(as_text=True).replace(email, "…")
    assert answer.status_code == 422
    assert "That doesn’t match: the address, the password, or both." in page
    assert not is_in(client)
    reference = log_in(app.test_client(), "x@y.example", "wrong wrong wrong").get_data(as_text=True)
    texts = [
        [line for line in one.splitlines() if "csrf" not in line and "value=" not in line] for one in (page, reference)
    ]
    assert [line for line in texts[0] if "data-options" not in line] == [
        line.replace("x@y.example", "…") for line in texts[1] if "data-options" not in line
    ]


@pytest.mark.parametrize(
    "email", ["ada@firm.example", "nobody@firm.example", "locked@firm.example", "waits@firm.example"]
)
def test_every_refusal_takes_one_hash(app: Flask, sqlite_database: Database, email: str) -> None:
    at = clock.now()
    add_somebody(sqlite_database, email="ada@firm.example")
    add_somebody(sqlite_database, email="locked@firm.example", locked_at=at)
    with later(minutes=5):
        add_somebody(sqlite_database, email="waits@firm.example", failed_logins=9, retry_at=clock.now())
    client = app.test_client()
    with patch.object(passwords, "_hasher", wraps=passwords._hasher) as hasher:
        assert log_in(client, email, "this is not it at all").status_code == 422
        assert (hasher.verify.call_count, hasher.hash.call_count) == (1, 0)


def test_what_a_stranger_is_held_against_is_hashed_like_a_password() -> None:
    assert not passwords._hasher.check_needs_rehash(passwords.NOBODYS)


def test_wrong_passwords_make_the_next_wait_and_never_for_good(app: Flask, sqlite_database: Database) -> None:
    user = add_somebody(sqlite_database, email="ada@firm.example")
    client = app.test_client()
    for _ in range(5):
        assert log_in(client, "ada@firm.example", OTHER).status_code == 422
    assert log_in(client, "ada@firm.example").status_code == 422, "the right one has to wait as well"
    with sqlite_database.reading() as session:
        first = session.get_one(User, user.id)
        assert first.failed_logins == 5, "a try during the wait doesn't count, so nobody can prolong it"
    with later(seconds=31):
        assert log_in(client, "ada@firm.example", OTHER).status_code == 422
        assert log_in(client, "ada@firm.example").status_code == 422
    with later(seconds=31 + 61):
        assert log_in(client, "ada@firm.example").status_code == 303
        assert is_in(client)
    with sqlite_database.reading() as session:
        after = session.get_one(User, user.id)
        assert (after.failed_logins, after.retry_at, after.revision) == (0, None, first.revision)


def test_tries_are_limited_by_account_whether_it_exists_or_not(app: Flask, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    for email in ("ada@firm.example", "nobody@firm.example"):
        answers = []
        for number in range(21):
            client = app.test_client()
            page = client.get("/account/login", environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}).get_data(as_text=True)
            data = {**hidden(page), "email": email, "password": "no"}
            answers.append(client.post("/account/login", data=data, environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}))
        assert [one.status_code for one in answers] == [422] * 20 + [429]
        page = answers[-1].get_data(as_text=True)
        assert "Too many tries" in page
        assert email in page, "what was typed is still there"


def test_tries_are_limited_by_network_address(app: Flask, sqlite_database: Database) -> None:
    client = app.test_client()
    data = hidden(client.get("/account/login").get_data(as_text=True))
    statuses = [
        client.post("/account/login", data={**data, "email": f"n{number}@firm.example", "password": "no"}).status_code
        for number in range(41)
    ]
    assert statuses == [422] * 40 + [429]


def test_sessions_end_when_they_are_over_or_ended_from_elsewhere(both_app: Flask, database: Database) -> None:
    user = add_somebody(database, email="ada@firm.example")
    client = both_app.test_client()
    log_in(client, "ada@firm.example")
    with later(days=13, hours=23):
        assert is_in(client)
    with later(days=14, minutes=1):
        assert not is_in(client)
    for action in (
        lambda session: end_sessions(session, user.id, actor=ADMIN, at=clock.now()),
        lambda session: set_role(session, user.id, Role.BUYER, actor=ADMIN, at=clock.now()),
        lambda session: lock(session, user.id, actor=ADMIN, at=clock.now()),
    ):
        log_in(client, "ada@firm.example")
        assert is_in(client)
        with database.writing() as session:
            action(session)
        assert not is_in(client)


def test_an_admins_session_lasts_twelve_hours(app: Flask, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, Role.ADMIN, email="ada@firm.example")
    client = app.test_client()
    log_in(client, "ada@firm.example")
    with later(hours=11, minutes=59):
        assert is_in(client)
    with later(hours=12, minutes=1):
        assert not is_in(client)


def test_that_a_session_is_in_use_is_written_down_every_ten_minutes(app: Flask, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    client = app.test_client()
    log_in(client, "ada@firm.example")

    def seen() -> object:
        with sqlite_database.reading() as session:
            return session.scalars(select(LoginSession.seen_at)).one()

    first = seen()
    with later(minutes=9):
        client.get("/account/")
        assert seen() == first
    with later(minutes=11):
        client.get("/account/")
        assert seen() != first


def test_logging_out_ends_the_session_for_whoever_kept_the_cookie(app: Flask, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    client = app.test_client()
    log_in(client, "ada@firm.example")
    kept = client.get_cookie("session")
    assert kept is not None
    assert client.get("/account/logout").status_code == 405
    assert send(client, "/account/", to="/account/logout").location == "/"
    assert not is_in(client)
    thief = app.test_client()
    thief.set_cookie("session", kept.value)
    assert not is_in(thief)


def test_two_log_ins_at_once_open_two_sessions(both_app: Flask, database: Database) -> None:
    add_somebody(database, email="ada@firm.example")
    clients = [both_app.test_client() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: log_in(client, "ada@firm.example").status_code, clients))
    assert answers == [303] * 4
    assert all(is_in(client) for client in clients)


def test_wrong_passwords_at_once_are_all_counted(both_app: Flask, database: Database) -> None:
    user = add_somebody(database, email="ada@firm.example")
    clients = [both_app.test_client() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda client: log_in(client, "ada@firm.example", OTHER), clients))
    with database.reading() as session:
        assert session.get_one(User, user.id).failed_logins == 4


def test_at_most_two_hashes_are_computed_at_once() -> None:
    running, most = 0, 0

    def count(*_: object) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        clock.now()
        running -= 1
        return True

    with patch.object(passwords, "_hasher") as hasher, ThreadPoolExecutor(8) as pool:
        hasher.verify.side_effect = count
        list(pool.map(lambda _: passwords.is_right("x", "y"), range(200)))
    assert most <= passwords.AT_ONCE


def test_a_post_without_the_forgery_token_changes_nothing(app: Flask, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    client = app.test_client()
    answer = client.post("/account/login", data={"email": "ada@firm.example", "password": PASSWORD})
    assert answer.status_code == 422
    assert "ada@firm.example" in answer.get_data(as_text=True)
    assert not is_in(client)
    log_in(client, "ada@firm.example")
    for address in (
        "/account/logout",
        "/account/sessions/end",
        "/account/sessions/1/end",
        "/account/passkeys/1/remove",
    ):
        assert client.post(address).status_code == 400
    for address in ("/account/password", "/account/email", "/account/two-factor", "/account/", "/account/passkeys"):
        assert client.post(address, data={"name": "Eve"}).status_code == 422
    assert is_in(client)


def test_a_second_factor_is_asked_for_after_the_password(app: Flask, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    client = app.test_client()
    log_in(client, "ada@firm.example")
    key, _ = enrol(client)
    other = app.test_client()
    with later(minutes=2):
        answer = log_in(other, "ada@firm.example", next="/methodology")
        assert answer.location == "/account/login/second"
        assert not is_in(other)
        assert send(other, "/account/login/second", code="000000").status_code == 422
        assert send(other, "/account/login/second", code=code(key)).location == "/methodology"
        assert is_in(other)
    with later(minutes=2), app.test_client() as third:
        log_in(third, "ada@firm.example")
        assert send(third, "/account/login/second", code=code(key)).status_code == 422, "a code counts once"
        assert not is_in(third)


def test_the_second_step_without_the_first_leads_back(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/account/login/second").location == "/account/login"
    assert client.post("/account/login/second", data={"code": "123456"}).location == "/account/login"
