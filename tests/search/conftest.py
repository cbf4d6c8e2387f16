"""A directory of random providers with its index, for the tests that only read it; and an empty one to change."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import copy

import pytest

from directory.catalogue.services import Catalogue, in_force, install_shipped
from directory.core.db import Database
from directory.search.refresh import reindex
from directory.search.service import Search
from tests.factories import AT, ON
from tests.postgresql import Server
from tests.search.corpus import fill


@dataclass
class Place:
    """A database, its index and a search over both."""

    database: Database
    index_dir: Path
    catalogue: Catalogue
    search: Search


def place(database: Database, folder: Path) -> Place:
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        catalogue = in_force(session)
    return Place(database, folder / "index", catalogue, Search(database, folder / "index"))


@contextmanager
def random_providers(url: str, folder: Path) -> Iterator[Place]:
    database = Database(url)
    found = place(database, folder)
    with database.writing() as session:
        fill(session, Random(11), found.catalogue, 150)
    reindex(database, found.index_dir, on=ON)
    yield found
    database.dispose()


@pytest.fixture(scope="session")
def random_place(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A hundred and fifty random providers, indexed; not to be changed."""
    folder = tmp_path_factory.mktemp("random")
    copy(sqlite_template, folder / "directory.sqlite")
    with random_providers(f"sqlite:///{folder / 'directory.sqlite'}", folder) as found:
        yield found


@pytest.fixture(scope="session")
def random_place_on_postgresql(
    postgresql_server: Server, postgresql_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """The same providers on PostgreSQL."""
    with (
        postgresql_server.database(postgresql_template) as url,
        random_providers(url, tmp_path_factory.mktemp("random")) as found,
    ):
        yield found


@pytest.fixture
def empty_place(sqlite_database: Database, tmp_path: Path) -> Place:
    """Nothing in it yet, and no index."""
    return place(sqlite_database, tmp_path)


@pytest.fixture
def any_place(database: Database, tmp_path: Path) -> Place:
    """The same, once on each kind of database."""
    return place(database, tmp_path)


@pytest.fixture(autouse=True)
def _always_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query look whether the index changed, so that no test has to wait."""
    monkeypatch.setattr("directory.search.service.LOOK_EVERY", 0.0)
