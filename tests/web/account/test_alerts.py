"""Saving a search, changing how often one is told of it, ending that from a letter without logging in."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts.models import Role
from directory.alerts.models import MOST_ALERTS, Alert, Cadence
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.links import LinkKind, sign
from directory.core.settings import Settings
from tests.factories import AT, add_provider
from tests.web.account.door import add_somebody, log_in, send

NEW = "/account/alerts/new?"


@pytest.fixture
def client(app: Flask, sqlite_database: Database) -> FlaskClient:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        add_provider(session, name="Here Before", summary="Agents for claims")
    add_somebody(sqlite_database, Role.BUYER, email="ada@firm.example")
    client = app.test_client()
    log_in(client, "ada@firm.example")
    return client


def alerts(database: Database) -> list[Alert]:
    with database.reading() as session:
        return list(session.scalars(select(Alert).order_by(Alert.place)))


def test_a_search_is_saved_with_its_words_and_listed(client: FlaskClient, sqlite_database: Database) -> None:
    address = f"{NEW}q=claims&production=at-scale&page=1&sort=name"
    assert "words: claims · At scale" in client.get(address).get_data(as_text=True)
    assert send(client, address, cadence="weekly").status_code == 303
    (alert,) = alerts(sqlite_database)
    assert (alert.query, alert.cadence, alert.looked_on) == ("q=claims&production=at-scale", "weekly", clock.today())
    page = client.get("/account/alerts").get_data(as_text=True)
    assert "/providers?q=claims&amp;production=at-scale" in page
    assert send(client, address, cadence="daily").status_code == 303
    assert [one.cadence for one in alerts(sqlite_database)] == ["daily"], "the same search is kept once"


def test_what_is_amiss_is_said_and_nothing_is_saved(client: FlaskClient, sqlite_database: Database) -> None:
    assert client.get(f"{NEW}industry=alchemy").status_code == 400
    assert send(client, f"{NEW}q=claims", cadence="hourly").status_code == 422
    assert alerts(sqlite_database) == []


def test_a_search_with_more_filters_than_an_alert_keeps_is_refused_in_words(
    client: FlaskClient, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.alerts.services.LONGEST_QUERY", 20)
    answer = send(client, f"{NEW}q=claims&production=at-scale", cadence="daily")
    assert answer.status_code == 400
    assert "more filters than an alert can keep" in answer.get_data(as_text=True)
    assert alerts(sqlite_database) == []


def test_one_account_has_room_for_so_many(client: FlaskClient, sqlite_database: Database) -> None:
    for number in range(MOST_ALERTS):
        assert send(client, f"{NEW}q=claims{number}", cadence="never").status_code == 303
    answer = send(client, f"{NEW}q=onemore", cadence="never")
    assert answer.status_code == 409
    assert "Remove one first" in answer.get_data(as_text=True)
    client.post(f"/account/alerts/{alerts(sqlite_database)[3].id}/remove", data=token(client))
    assert send(client, f"{NEW}q=onemore", cadence="never").status_code == 303


def token(client: FlaskClient) -> dict[str, str]:
    page = client.get("/account/alerts").get_data(as_text=True)
    return {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}


def test_how_often_is_changed_and_nobody_elses_is_there(
    app: Flask, client: FlaskClient, sqlite_database: Database
) -> None:
    send(client, f"{NEW}q=claims", cadence="daily")
    send(client, f"{NEW}shortlist=1", cadence="daily")
    first = alerts(sqlite_database)[0].id
    assert client.post(f"/account/alerts/{first}", data={"cadence": "never", **token(client)}).status_code == 303
    assert client.post(f"/account/alerts/{first}", data={"cadence": "often", **token(client)}).status_code == 400
    assert [one.cadence for one in alerts(sqlite_database)] == ["never", "daily"]
    add_somebody(sqlite_database, Role.BUYER, email="eve@firm.example")
    other = app.test_client()
    log_in(other, "eve@firm.example")
    send(other, f"{NEW}q=other", cadence="daily")
    for address in (f"/account/alerts/{first}", f"/account/alerts/{first}/remove"):
        assert other.post(address, data={"cadence": "daily", **token(other)}).status_code == 404


def test_a_letters_link_ends_its_alert_without_a_log_in(
    app: Flask, client: FlaskClient, sqlite_database: Database, settings: Settings
) -> None:
    send(client, f"{NEW}q=claims", cadence="daily")
    (alert,) = alerts(sqlite_database)
    anybody = app.test_client()
    link = f"/alerts/stop/{sign(LinkKind.ALERT, alert.id, 0, settings.secret_key)}"
    assert "No more of these letters?" in anybody.get(link).get_data(as_text=True)
    assert alerts(sqlite_database)[0].cadence == Cadence.DAILY, "looking at a link changes nothing"
    for _ in range(2):
        answer = anybody.post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "no more" in answer.get_data(as_text=True)
    assert alerts(sqlite_database)[0].cadence == Cadence.NEVER
    assert anybody.get(link[:-1] + "x").status_code == 404
    assert anybody.post("/alerts/stop/1-0-forged").status_code == 404


def test_a_search_that_names_what_is_gone_says_so(client: FlaskClient, sqlite_database: Database) -> None:
    send(client, f"{NEW}q=claims", cadence="daily")
    with sqlite_database.writing() as session:
        session.scalars(select(Alert)).one().query = "q=claims&industry=alchemy"
    assert "isn’t there any more" in client.get("/account/alerts").get_data(as_text=True)


def test_results_and_shortlist_lead_to_it(client: FlaskClient) -> None:
    page = client.get("/providers?q=claims&page=1").get_data(as_text=True)
    assert "/account/alerts/new?q=claims" in page
