"""The day the factories speak of, and sites to ask."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine

from directory.core.db import Database
from directory.web.session import KEY
from tests import factories, postgresql
from tests.conftest import KINDS
from tests.web.api.site import Site, build


@pytest.fixture(autouse=True)
def at_the_factories_day() -> Iterator[None]:
    with time_machine.travel(factories.AT, tick=True):
        yield


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Site]:
    """Give a site over a migrated, empty database, and close all its connections at the end."""
    database = Database(url)
    with time_machine.travel(factories.AT, tick=True):
        found = build(database, folder)
    yield found
    found.app.extensions[KEY].database.dispose()
    database.dispose()


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own."""
    shutil.copy(sqlite_template, tmp_path / "directory.sqlite")
    with opened(f"sqlite:///{tmp_path / 'directory.sqlite'}", tmp_path) as found:
        yield found


@pytest.fixture(scope="session")
def shared_site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that tests only read."""
    folder = tmp_path_factory.mktemp("shared")
    shutil.copy(sqlite_template, folder / "directory.sqlite")
    with opened(f"sqlite:///{folder / 'directory.sqlite'}", folder) as found:
        yield found


@pytest.fixture(scope="session", params=KINDS)
def either_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that tests only read, once on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("shared_site")
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    template: str = request.getfixturevalue("postgresql_template")
    with server.database(template) as url, opened(url, tmp_path_factory.mktemp("postgresql")) as found:
        yield found
