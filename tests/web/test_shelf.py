"""What is kept of each provider: cards and items of the API are made again only for whoever changed."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import event

from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.search import refresh
from directory.web.session import KEY
from tests.cast import Cast, add_cast
from tests.factories import announce

LISTS = ("/providers?sort=name", "/api/v1/providers?sort=name")
HOSTILE = "<script>alert('\"&\"')</script>"


@pytest.fixture
def cast(sqlite_database: Database, settings: Settings) -> Cast:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        cast.other.name = cast.other.summary = HOSTILE
        for one in (cast.provider, cast.other):
            announce(session, one)
    refresh.refresh(sqlite_database, settings.index_dir, on=clock.today())
    return cast


@pytest.fixture
def asked(app: Flask, cast: Cast) -> Iterator[list[str]]:
    """The statements that the app sends about what providers show."""
    statements: list[str] = []

    def note(*sent: object) -> None:
        if "FROM provider" in str(sent[2]):
            statements.append(str(sent[2]))

    engine = app.extensions[KEY].database.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("address", LISTS)
def test_another_list_of_the_same_providers_reads_none_of_them_again(
    client: FlaskClient, asked: list[str], address: str
) -> None:
    first = client.get(address)
    asked.clear()
    other = client.get(f"{address}&per_page=50")
    assert (first.status_code, other.status_code) == (200, 200)
    assert asked == []


@pytest.mark.parametrize("address", LISTS)
def test_a_change_makes_whoever_changed_anew(
    client: FlaskClient, cast: Cast, asked: list[str], sqlite_database: Database, address: str
) -> None:
    client.get(address)
    with sqlite_database.writing() as session:
        provider = session.merge(cast.provider)
        provider.summary = "Something else entirely."
        announce(session, provider)
    asked.clear()
    assert "Something else entirely." in client.get(address).text
    assert asked
    assert "Something else entirely." in client.get(f"{address}&per_page=50").text


def test_hostile_names_stay_text_on_a_card_that_is_kept(client: FlaskClient, cast: Cast) -> None:
    for _ in range(2):
        html = client.get("/providers?sort=name").text
        assert str(escape(HOSTILE)) in html
        assert "<script>alert" not in html
    assert client.get("/api/v1/providers?sort=name").json["items"][0]["name"] in (HOSTILE, cast.provider.name)  # type: ignore[index]  # it is JSON
