"""The page with the code of a badge."""

import html
import re

import pytest
from flask import Flask
from sqlalchemy import update

from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.providers.models import Provider
from tests.cast import Cast, add_cast, log_in

PAGE = "/vendor/the-provider/badge"


@pytest.fixture
def cast(sqlite_database: Database) -> Cast:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        return add_cast(session)


def test_it_has_the_code_and_every_state(app: Flask, sqlite_database: Database, cast: Cast) -> None:
    page = log_in(app, sqlite_database, cast.editor).get(PAGE).text
    codes = [html.unescape(code) for code in re.findall(r"<code>(.*?)</code>", page, re.DOTALL)]
    base = "http://127.0.0.1:8000"
    picture = f'<img src="{base}/badges/the-provider.svg" alt="What is proven at Find the Makers" height="32">'
    assert codes == [
        f'<a href="{base}/providers/the-provider">{picture}</a>',
        f"[![What is proven at Find the Makers]({base}/badges/the-provider.svg)]({base}/providers/the-provider)",
    ]
    for state in ("In production", "At scale", "Enterprise", "expired", "Not proven in production", "demonstration"):
        assert state in page
    assert app.test_client().get("/badges/the-provider.svg").status_code == 200


def test_an_entry_that_is_not_listed_has_no_code(app: Flask, sqlite_database: Database, cast: Cast) -> None:
    with sqlite_database.writing() as session:
        session.execute(update(Provider).where(Provider.id == cast.provider.id).values(withdrawn_at=clock.now()))
    page = log_in(app, sqlite_database, cast.owner).get(PAGE).text
    assert "so it has no badge" in page
    assert "<code>" not in page


def test_strangers_do_not_see_it(app: Flask, sqlite_database: Database, cast: Cast) -> None:
    assert log_in(app, sqlite_database, cast.stranger).get(PAGE).status_code == 404
    assert log_in(app, sqlite_database, None).get(PAGE).status_code == 303
