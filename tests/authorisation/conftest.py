"""One stage for each module: raising it takes longer than a hundred requests on it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.core.db import Database
from tests.authorisation.stage import Stage, raise_stage
from tests.conftest import settings_for


@pytest.fixture(scope="module")
def raised(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage that every test of a module shares."""
    folder = tmp_path_factory.mktemp("stage")
    file = folder / "directory.sqlite"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    stage = raise_stage(database, settings_for(database, folder))
    yield stage
    stage.watch.close()
    database.dispose()


@pytest.fixture
def stage(raised: Stage) -> Stage:
    """The stage as it was at the beginning."""
    raised.restore()
    return raised
