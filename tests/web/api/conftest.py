"""The day the factories speak of, and a site to ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from directory.core.db import Database
from tests import factories
from tests.web.api.site import Site, build


@pytest.fixture(autouse=True)
def at_the_factories_day() -> Iterator[None]:
    with time_machine.travel(factories.AT, tick=True):
        yield


@pytest.fixture
def site(sqlite_database: Database, tmp_path: Path) -> Site:
    return build(sqlite_database, tmp_path)


@pytest.fixture
def both_sites(database: Database, tmp_path: Path) -> Site:
    """The site, once on each kind of database."""
    return build(database, tmp_path)
