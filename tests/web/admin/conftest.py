"""An admin at work: the cast, the catalogue in force, and a client that is logged in with a second factor."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.accounts.models import User
from directory.app import create_app
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.outbox import Job
from directory.jobs.worker import Worker
from directory.web.session import KEY
from tests.cast import Cast, add_cast, log_in
from tests.conftest import settings_for

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')


def hidden(html: str) -> dict[str, str]:
    """Return the hidden fields of a page by name."""
    found = {}
    for tag in HIDDEN.findall(html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


@dataclass(frozen=True, slots=True)
class Office:
    """One directory with its people."""

    app: Flask
    database: Database
    cast: Cast
    worker: Worker

    def client(self, user: User) -> FlaskClient:
        return log_in(self.app, self.database, user, second_factor=True)

    def found(self, address: str = "/api/v1/providers") -> list[str]:
        """Return the slugs that a search gives once the worker has taken in what changed.

        A process that has just started reads the index at once; one that runs looks for a new one now and then.
        """
        self.worker.turn()
        app = create_app(self.worker.settings)
        answer = app.test_client().get(address).json
        app.extensions[KEY].database.dispose()
        assert answer is not None
        return [item["slug"] for item in answer["items"]]

    def letters(self) -> list[dict[str, Any]]:
        with self.database.reading() as session:
            jobs = session.scalars(select(Job).where(Job.kind == "letter").order_by(Job.id))
            return [dict(job.payload) for job in jobs]


def send(client: FlaskClient, address: str, values: Mapping[str, str], *, seen: str = "") -> TestResponse:
    """Fill in the form at an address as it was `seen` (its HTML), or as it stands now, and send it."""
    html = seen or client.get(address).text
    return client.post(address, data={**hidden(html), **values})


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """The directory, once on each kind of database."""
    yield from office_over(database, tmp_path)


@pytest.fixture
def sqlite_office(sqlite_database: Database, tmp_path: Path) -> Iterator[Office]:
    """The directory on SQLite, for what doesn't depend on the database."""
    yield from office_over(sqlite_database, tmp_path)


def office_over(database: Database, folder: Path) -> Iterator[Office]:
    settings = settings_for(database, folder)
    with database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
    app = create_app(settings)
    yield Office(app, database, cast, Worker(database, settings))
    app.extensions[KEY].database.dispose()
