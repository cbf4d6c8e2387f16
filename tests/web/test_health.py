"""Alive, and ready to serve, with what is degraded in words."""

from dataclasses import replace
from pathlib import Path

import time_machine
from flask.testing import FlaskClient
from sqlalchemy import text

from directory.app import create_app
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.jobs.heartbeat import MISSED, Heart
from directory.search import refresh
from directory.web.identity import TOKEN_KEY


def ready(client: FlaskClient) -> tuple[int, str, dict[str, tuple[str, str]]]:
    response = client.get("/readyz")
    parts = {part["name"]: (part["state"], part["message"]) for part in response.json["parts"]}  # type: ignore[index]
    return response.status_code, response.json["status"], parts  # type: ignore[index]


def install(database: Database) -> None:
    with database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())


def test_alive_needs_nothing_but_the_process(settings: Settings) -> None:
    gone = create_app(replace(settings, database_url="postgresql://127.0.0.1:9/nowhere"))
    response = gone.test_client().get("/healthz")
    assert (response.status_code, response.get_data(as_text=True)) == (200, "ok\n")


def test_ready_when_everything_is_there(settings: Settings, sqlite_database: Database) -> None:
    install(sqlite_database)
    refresh.refresh(sqlite_database, settings.index_dir, on=clock.today())
    Heart(sqlite_database, "host:1").beat()
    status, word, parts = ready(create_app(settings).test_client())
    assert (status, word) == (200, "ok")
    assert {state for state, _ in parts.values()} == {"ok"}


def test_a_worker_that_gives_no_sign_is_missed(settings: Settings, sqlite_database: Database) -> None:
    install(sqlite_database)
    client = create_app(settings).test_client()
    assert ready(client)[2]["workers"][0] == "degraded"
    Heart(sqlite_database, "host:1").beat()
    assert ready(client)[2]["workers"] == ("ok", "1 at work")
    with time_machine.travel(clock.now() + MISSED, tick=False):
        status, word, parts = ready(client)
    assert (status, word, parts["workers"][0]) == (200, "degraded", "degraded")
    assert "directory worker" in parts["workers"][1]


def test_without_an_index_it_serves_but_says_so(settings: Settings, sqlite_database: Database) -> None:
    install(sqlite_database)
    client = create_app(settings).test_client()
    status, word, parts = ready(client)
    assert (status, word, parts["search"][0]) == (200, "degraded", "degraded")
    assert client.get("/providers").status_code == 200


def test_not_ready_without_a_database(settings: Settings) -> None:
    status, word, parts = ready(
        create_app(replace(settings, database_url="postgresql://127.0.0.1:9/nowhere")).test_client()
    )
    assert (status, word, parts["database"][0]) == (503, "unavailable", "unavailable")


def test_not_ready_with_an_old_schema_or_without_a_catalogue(
    settings: Settings, sqlite_database: Database, tmp_path: Path
) -> None:
    status, _, parts = ready(create_app(settings).test_client())
    assert (status, parts["catalogue"][0]) == (503, "unavailable")
    assert "directory migrate" in parts["catalogue"][1]
    with sqlite_database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    status, _, parts = ready(create_app(settings).test_client())
    assert (status, parts["database"][0]) == (503, "unavailable")
    assert "directory migrate" in parts["database"][1]


def test_a_database_that_is_away_gives_503_to_people_and_programs(settings: Settings) -> None:
    client = create_app(replace(settings, database_url="postgresql://127.0.0.1:9/nowhere")).test_client()
    page, api = client.get("/providers"), client.get("/api/v1/providers")
    assert (page.status_code, api.status_code) == (503, 503)
    assert page.headers["Retry-After"] == "30"
    assert api.content_type == "application/problem+json"


def test_it_does_so_for_somebody_who_is_logged_in(settings: Settings) -> None:
    client = create_app(replace(settings, database_url="postgresql://127.0.0.1:9/nowhere")).test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN_KEY] = "the token of a log-in session"
    for address in ("/providers", "/vendor/", "/admin/"):
        page = client.get(address)
        assert page.status_code == 503
        assert "Not available right now" in page.text
