"""Registering, confirming, resetting: letters, links that count once, and nothing to learn about others."""

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from structlog.testing import capture_logs

from directory.accounts import passwords
from directory.accounts.models import User
from directory.audit.models import AuditEvent
from directory.core.db import Database
from directory.core.outbox import Job
from directory.core.settings import Settings
from tests.web.account.door import OTHER, PASSWORD, add_somebody, is_in, later, letters, link_in, log_in, send

FORM = {"name": "Ada Lovelace", "email": "ada@firm.example", "password": PASSWORD, "role": "vendor"}


def register(client: FlaskClient, **changes: str) -> int:
    return send(client, "/account/register", **{**FORM, **changes}).status_code


def newest(database: Database, settings: Settings) -> tuple[str, str, str]:
    return letters(database, settings)[-1]


def test_from_nothing_to_an_account(both_app: Flask, both_settings: Settings, database: Database) -> None:
    client = both_app.test_client()
    assert register(client) == 303
    assert "mailbox" in client.get("/account/register/sent").get_data(as_text=True)
    assert log_in(client, "ada@firm.example").status_code == 422, "not before the address is confirmed"
    template, to, text = newest(database, both_settings)
    assert (template, to) == ("account-confirm", "ada@firm.example")
    link = link_in(text, "confirm")
    for _ in range(3):
        assert both_app.test_client().get(link).status_code == 200, "a mail scanner uses nothing up"
    assert send(client, link, password=OTHER).status_code == 422
    assert send(client, link, password=PASSWORD).location == "/vendor/", "where somebody who came to be found begins"
    page = client.get("/account/").get_data(as_text=True)
    assert "ada@firm.example" in page
    assert "vendor" in page
    assert client.get(link).status_code == 410
    with database.reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
        assert [event.action for event in events] == ["account.registered", "account.confirmed"]
        assert {event.subject for event in events} == {"account:1"}
        assert not any("ada" in f"{event.detail}{event.actor}".lower() for event in events)


def test_a_known_address_gets_the_same_answer_and_its_owner_a_letter(
    app: Flask, settings: Settings, sqlite_database: Database
) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    pages = []
    for email in ("ada@firm.example", "new@firm.example"):
        client = app.test_client()
        with patch.object(passwords, "_hasher", wraps=passwords._hasher) as hasher:
            answer = send(client, "/account/register", **{**FORM, "email": email})
            assert (hasher.hash.call_count, hasher.verify.call_count) == (1, 0)
        pages.append((answer.status_code, answer.location, client.get(answer.location).get_data(as_text=True)))
    assert pages[0] == pages[1]
    known, new = letters(sqlite_database, settings)
    assert (known[0], known[1]) == ("account-known", "ada@firm.example")
    assert "/account/confirm/" not in known[2]
    assert new[0] == "account-confirm"
    assert log_in(app.test_client(), "ada@firm.example").status_code == 303, "nothing about the account has changed"


def test_whoever_registers_a_strangers_address_first_gains_nothing(
    app: Flask, settings: Settings, sqlite_database: Database
) -> None:
    thief, owner = app.test_client(), app.test_client()
    register(thief, password=OTHER, name="Eve")
    first = link_in(newest(sqlite_database, settings)[2], "confirm")
    register(owner)
    second = link_in(newest(sqlite_database, settings)[2], "confirm")
    assert owner.get(first).status_code == 410
    assert send(owner, second, password=OTHER).status_code == 422
    assert send(owner, second, password=PASSWORD).status_code == 303
    assert log_in(thief, "ada@firm.example", OTHER).status_code == 422
    assert "Ada Lovelace" in owner.get("/account/").get_data(as_text=True)


def test_two_registrations_at_once_make_one_account(both_app: Flask, database: Database) -> None:
    clients = [both_app.test_client() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(register, clients)) == {303}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Type your name."),
        ({"email": "nobody"}, "e-mail address"),
        ({"email": "a b@c.example"}, "e-mail address"),
        ({"password": "too short"}, "12 characters"),
        ({"password": "Password123456"}, "tried first"),
        ({"password": "Ada Lovelace 1"}, "Your name or address"),
        ({"role": "admin"}, "Not a valid choice"),
        ({"role": ""}, "Choose what you come for."),
        ({"leave_empty": "x"}, "field that people don’t see"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field(
    app: Flask, sqlite_database: Database, changes: dict[str, str], words: str
) -> None:
    answer = send(app.test_client(), "/account/register", **{**FORM, **changes})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert changes.get("email", FORM["email"]) in page
    with sqlite_database.reading() as session:
        assert session.scalars(select(Job)).all() == []


def test_registrations_are_limited(app: Flask, sqlite_database: Database) -> None:
    client = app.test_client()
    statuses = [register(client, email=f"n{number}@firm.example") for number in range(11)]
    assert statuses == [303] * 10 + [429]
    with later(minutes=61):
        assert register(client, email="later@firm.example") == 303


def test_a_reset_answers_the_same_and_writes_to_both(app: Flask, settings: Settings, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    pages = []
    for email in ("Ada@firm.example", "nobody@firm.example"):
        client = app.test_client()
        with patch.object(passwords, "_hasher", wraps=passwords._hasher) as hasher:
            answer = send(client, "/account/reset", email=email)
            assert (hasher.hash.call_count, hasher.verify.call_count) == (0, 0)
        pages.append((answer.status_code, answer.location, client.get(answer.location).get_data(as_text=True)))
    assert pages[0] == pages[1]
    assert [one[:2] for one in letters(sqlite_database, settings)] == [
        ("account-reset", "ada@firm.example"),
        ("account-none", "nobody@firm.example"),
    ]


def test_a_reset_link_counts_once_and_ends_every_session(
    both_app: Flask, both_settings: Settings, database: Database
) -> None:
    add_somebody(database, email="ada@firm.example", failed_logins=9)
    elsewhere, client = both_app.test_client(), both_app.test_client()
    log_in(elsewhere, "ada@firm.example")
    send(client, "/account/reset", email="ada@firm.example")
    link = link_in(newest(database, both_settings)[2], "reset")
    assert "ada@firm.example" in client.get(link).get_data(as_text=True)
    assert send(client, link, password="short").status_code == 422
    assert is_in(elsewhere)
    assert send(client, link, password=OTHER).location == "/account/"
    assert is_in(client)
    assert not is_in(elsewhere)
    assert client.get(link).status_code == 410
    assert log_in(elsewhere, "ada@firm.example", OTHER).status_code == 303
    assert newest(database, both_settings)[0] == "account-changed"


def test_a_reset_link_used_twice_at_once_sets_one_password(
    both_app: Flask, both_settings: Settings, database: Database
) -> None:
    add_somebody(database, email="ada@firm.example")
    send(both_app.test_client(), "/account/reset", email="ada@firm.example")
    link = link_in(newest(database, both_settings)[2], "reset")
    clients = [both_app.test_client() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        statuses = sorted(pool.map(lambda client: send(client, link, password=OTHER).status_code, clients))
    assert statuses == [303, 410, 410]


def test_links_end_in_time_and_with_the_next_one(app: Flask, settings: Settings, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    client = app.test_client()
    send(client, "/account/reset", email="ada@firm.example")
    first = link_in(newest(sqlite_database, settings)[2], "reset")
    send(client, "/account/reset", email="ada@firm.example")
    second = link_in(newest(sqlite_database, settings)[2], "reset")
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    assert client.get(second.replace("/reset/", "/confirm/")).status_code == 410, "a link for one is none for another"
    assert client.get(second[:-1] + ("A" if second[-1] != "A" else "B")).status_code == 410
    with later(minutes=61):
        assert client.get(second).status_code == 410


def test_a_link_of_an_erased_account_is_never_another_accounts(
    both_app: Flask, both_settings: Settings, database: Database
) -> None:
    add_somebody(database, email="owner@firm.example")
    eve, victim = add_somebody(database, email="eve@firm.example"), add_somebody(database, email="ada@firm.example")
    browser = both_app.test_client()
    send(browser, "/account/reset", email=str(eve.email))
    link = link_in(newest(database, both_settings)[2], "reset")
    log_in(browser, str(eve.email))
    assert send(browser, "/account/data", current=PASSWORD).status_code == 303
    send(browser, "/account/reset", email=str(victim.email))
    assert newest(database, both_settings)[:2] == ("account-reset", "ada@firm.example")
    assert send(browser, link, password=OTHER).status_code == 410
    assert log_in(browser, str(victim.email), OTHER).status_code == 422


def test_no_link_stands_in_the_database_or_the_log(app: Flask, settings: Settings, sqlite_database: Database) -> None:
    add_somebody(sqlite_database, email="ada@firm.example")
    client = app.test_client()
    with capture_logs() as lines:
        send(client, "/account/reset", email="ada@firm.example")
        link = link_in(newest(sqlite_database, settings)[2], "reset")
        token = link.rpartition("/")[2]
        client.get(link)
        send(client, link, password=OTHER)
    assert lines
    assert token not in str(lines)
    assert "ada@firm.example" not in str(lines)
    with sqlite_database.reading() as session:
        assert token.rpartition("-")[2] not in str(session.scalars(select(Job.payload)).all())


def test_what_is_wrong_is_listed_in_the_order_of_the_page(app: Flask) -> None:
    html = send(app.test_client(), "/account/register").get_data(as_text=True)
    listed = html[html.index('class="summary"') : html.index("</ul>", html.index('class="summary"'))]
    asked = ["Choose what you come for.", "Type your name.", "Type your e-mail address.", "Choose a password."]
    assert sorted(asked, key=listed.index) == asked
