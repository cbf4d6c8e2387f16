"""What every test may ask for: databases of both kinds, the shipped catalogue, settings, the app."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from directory.core import schema
from directory.core.db import Database
from directory.core.settings import Settings
from tests import postgresql

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from directory.catalogue.services import Catalogue

KINDS = ("sqlite", "postgresql")

# How long an example takes says more about the machine than about the code.
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("house")
# The mail server that tests start isn't ours: what it says of who writes to whom is no log line of the directory's.
logging.getLogger("mail.log").setLevel(logging.WARNING)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A real server, started by the first test of this process that needs one."""
    with postgresql.server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: postgresql.Server) -> str:
    """The name of a migrated database that tests get copies of."""
    postgresql_server.run("CREATE DATABASE migrated TEMPLATE template0")
    schema.upgrade(postgresql_server.url("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests get copies of."""
    file = tmp_path_factory.mktemp("template") / "migrated.sqlite"
    schema.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database, for tests to which the kind of database makes no difference."""
    file = tmp_path / "directory.sqlite"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()


@pytest.fixture
def postgresql_database(postgresql_server: postgresql.Server, postgresql_template: str) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database, for the few tests that are about PostgreSQL only."""
    with postgresql_server.database(postgresql_template) as url:
        database = Database(url)
        yield database
        database.dispose()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database; the test runs once on each kind."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table; the test runs once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    with server.database() as url:
        yield url


@pytest.fixture(scope="session")
def catalogue() -> "Catalogue":
    """The taxonomy, checklist and rules that ship with the code."""
    from directory.catalogue.services import shipped  # noqa: PLC0415 - tests of lower layers don't load it

    return shipped()


@pytest.fixture
def settings(sqlite_database: Database, tmp_path: Path) -> Settings:
    """Settings for one test: an empty SQLite database and a folder of its own for everything written."""
    return settings_for(sqlite_database, tmp_path)


def settings_for(database: Database, folder: Path) -> Settings:
    """Return settings for an app over `database` that writes under `folder`."""
    return Settings(
        database_url=database.url, var=folder / "var", secret_key="only for tests, never anywhere else, ever"
    )


@pytest.fixture
def app(settings: Settings) -> "Flask":
    """The whole app over `settings`; nothing is in the database until the test puts it there."""
    from directory.app import create_app  # noqa: PLC0415 - tests of lower layers don't load it

    return create_app(settings)


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    """A client of `app`."""
    return app.test_client()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One browser for all tests of this process; Playwright can't be started twice in it."""
    from tests.browser.chromium import open_browser  # noqa: PLC0415 - most tests have no browser

    with open_browser() as opened:
        yield opened
