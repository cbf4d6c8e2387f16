"""What somebody changes about their own account: password, address, second factor, sessions."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts.models import Role, User
from directory.core.db import Database
from directory.core.settings import Settings
from tests.web.account.door import (
    OTHER,
    PASSWORD,
    add_somebody,
    code,
    enrol,
    is_in,
    later,
    letters,
    link_in,
    log_in,
    send,
)


@pytest.fixture
def client(app: Flask, sqlite_database: Database) -> FlaskClient:
    add_somebody(sqlite_database, email="ada@firm.example", name="Ada Lovelace")
    client = app.test_client()
    log_in(client, "ada@firm.example")
    return client


def test_another_password_ends_every_other_session_and_renews_this_one(app: Flask, client: FlaskClient) -> None:
    other = app.test_client()
    log_in(other, "ada@firm.example")
    before = client.get_cookie("session")
    assert send(client, "/account/password", current=OTHER, password=OTHER).status_code == 422
    assert send(client, "/account/password", current=PASSWORD, password="adalovelace1").status_code == 422
    answer = send(client, "/account/password", current=PASSWORD, password=OTHER)
    assert answer.status_code == 303
    assert "Your password is changed" in client.get(answer.location).get_data(as_text=True)
    assert is_in(client)
    assert not is_in(other)
    assert before
    other.set_cookie("session", before.value)
    assert not is_in(other), "the session's old token holds no longer"
    assert log_in(other, "ada@firm.example", PASSWORD).status_code == 422
    assert log_in(other, "ada@firm.example", OTHER).status_code == 303


def test_an_account_moves_to_an_address_that_was_proved(
    app: Flask, client: FlaskClient, settings: Settings, sqlite_database: Database
) -> None:
    assert send(client, "/account/email", email="new@firm.example", current=OTHER).status_code == 422
    assert send(client, "/account/email", email="New@firm.example", current=PASSWORD).status_code == 303
    template, to, text = letters(sqlite_database, settings)[-1]
    assert (template, to) == ("account-email", "new@firm.example")
    link = link_in(text, "email")
    assert app.test_client().get(link).status_code == 303, "it takes the log-in too"
    add_somebody(sqlite_database, email="eve@firm.example")
    eve = app.test_client()
    log_in(eve, "eve@firm.example")
    assert eve.get(link).status_code == 410
    assert log_in(app.test_client(), "new@firm.example").status_code == 422, "nothing has moved yet"
    assert send(client, link).status_code == 303
    assert "new@firm.example" in client.get("/account/").get_data(as_text=True)
    assert log_in(app.test_client(), "new@firm.example").status_code == 303
    assert letters(sqlite_database, settings)[-1][:2] == ("account-changed", "ada@firm.example")
    assert client.get(link).status_code == 410


def test_an_address_that_has_an_account_gets_the_same_answer(
    client: FlaskClient, settings: Settings, sqlite_database: Database
) -> None:
    add_somebody(sqlite_database, email="bob@firm.example")
    answers = [
        send(client, "/account/email", email=email, current=PASSWORD)
        for email in ("bob@firm.example", "free@firm.example")
    ]
    assert answers[0].get_data() == answers[1].get_data()
    assert [one[:2] for one in letters(sqlite_database, settings)] == [
        ("account-known", "bob@firm.example"),
        ("account-email", "free@firm.example"),
    ]


def test_a_second_factor_is_kept_encrypted_and_its_codes_count_once(
    app: Flask, client: FlaskClient, sqlite_database: Database
) -> None:
    assert "secret" in client.get("/account/two-factor").get_data(as_text=True)
    assert (
        send(client, "/account/two-factor", to="/account/two-factor?new=1", code="1", current=PASSWORD).status_code
        == 422
    )
    key, recovery = enrol(client)
    assert is_in(client)
    with sqlite_database.reading() as session:
        user = session.scalars(select(User)).one()
        kept = f"{user.tf_totp_secret}{user.mf_recovery_codes}"
    assert key.replace("-", "").replace(" ", "") not in kept
    assert not any(one in kept or one.replace("-", "") in kept for one in recovery)
    other = app.test_client()
    log_in(other, "ada@firm.example")
    assert send(other, "/account/login/second", code=code(key)).status_code == 422, "the code that set it up was used"
    assert send(other, "/account/login/second", code=recovery[0].upper()).status_code == 303
    assert is_in(other)
    third = app.test_client()
    log_in(third, "ada@firm.example")
    assert send(third, "/account/login/second", code=recovery[0]).status_code == 422
    assert send(third, "/account/login/second", code=recovery[1]).status_code == 303
    assert "8 recovery codes left" in third.get("/account/two-factor").get_data(as_text=True)


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_used_twice_at_once_opens_one_session(both_app: Flask, database: Database, kind: str) -> None:
    add_somebody(database, email="ada@firm.example")
    first = both_app.test_client()
    log_in(first, "ada@firm.example")
    key, recovery = enrol(first)
    clients = [both_app.test_client() for _ in range(3)]
    with later(minutes=2):
        for one in clients:
            log_in(one, "ada@firm.example")
        used = code(key) if kind == "app" else recovery[0]
        with ThreadPoolExecutor(3) as pool:
            answers = sorted(pool.map(lambda one: send(one, "/account/login/second", code=used).status_code, clients))
        assert answers == [303, 422, 422]
        assert sum(map(is_in, clients)) == 1


def test_wrong_codes_make_the_next_wait_also_after_the_right_password(
    app: Flask, client: FlaskClient, sqlite_database: Database
) -> None:
    _, recovery = enrol(client)
    other = app.test_client()
    for _ in range(5):
        log_in(other, "ada@firm.example")
        assert send(other, "/account/login/second", code="999999").status_code == 422
    assert send(other, "/account/login/second", code=recovery[0]).status_code == 422
    with later(seconds=31):
        log_in(other, "ada@firm.example")
        assert send(other, "/account/login/second", code=recovery[0]).status_code == 303


def test_an_admin_is_led_to_set_it_up_and_back_and_cannot_turn_it_off(app: Flask, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, Role.ADMIN, email="adam@firm.example")
    admin = app.test_client()
    log_in(admin, "adam@firm.example")
    led = admin.get("/admin/")
    assert led.location == "/account/two-factor?next=%2Fadmin%2F"
    assert "/admin/" in admin.get(led.location).get_data(as_text=True)
    enrol(admin)
    assert admin.get("/admin/").status_code == 200
    page = admin.get("/account/two-factor").get_data(as_text=True)
    assert "Turn it off" not in page
    assert send(admin, "/account/two-factor", to="/account/two-factor/off", current=PASSWORD).status_code == 403
    assert admin.get("/admin/").status_code == 200


def test_setting_it_up_takes_the_password_and_a_second_one_the_first(
    app: Flask, client: FlaskClient, sqlite_database: Database
) -> None:
    with pytest.raises(AssertionError):
        enrol(client, password=OTHER)
    enrol(client)
    with sqlite_database.reading() as session:
        assert session.scalars(select(User)).one().tf_totp_secret
    page = client.get("/account/two-factor?new=1").get_data(as_text=True)
    assert 'class="key"' in page, "a new phone takes the old one's place"


def test_it_is_turned_off_and_codes_are_renewed_with_the_password(app: Flask, client: FlaskClient) -> None:
    _, recovery = enrol(client)
    assert send(client, "/account/two-factor", to="/account/two-factor/codes", current=OTHER).status_code == 422
    renewed = send(client, "/account/two-factor", to="/account/two-factor/codes", current=PASSWORD)
    page = renewed.get_data(as_text=True)
    assert page.count("<li><code>") == 10
    assert recovery[0] not in page
    assert send(client, "/account/two-factor", to="/account/two-factor/off", current=PASSWORD).status_code == 303
    assert log_in(app.test_client(), "ada@firm.example").location == "/account/"


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(app: Flask, client: FlaskClient) -> None:
    others = [app.test_client() for _ in range(2)]
    for other in others:
        other.get("/account/login", headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
        log_in(other, "ada@firm.example")
    page = client.get("/account/sessions").get_data(as_text=True)
    assert page.count("last seen") == 3
    assert page.count("this one") == 1
    assert send(client, "/account/sessions", to="/account/sessions/2/end").status_code == 303
    assert [is_in(other) for other in others] == [False, True]
    assert send(client, "/account/sessions", to="/account/sessions/end").status_code == 303
    assert not is_in(others[1])
    assert send(client, "/account/sessions", to="/account/sessions/1/end").location == "/"
    assert not is_in(client)


def test_nobody_ends_a_strangers_session(app: Flask, client: FlaskClient, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="eve@firm.example")
    eve = app.test_client()
    log_in(eve, "eve@firm.example")
    assert send(eve, "/account/sessions", to="/account/sessions/1/end").status_code == 404
    assert is_in(client)


def test_a_name_is_changed(client: FlaskClient) -> None:
    assert send(client, "/account/", name="  ").status_code == 422
    assert send(client, "/account/", name="Ada King").status_code == 303
    assert "Ada King" in client.get("/account/").get_data(as_text=True)
