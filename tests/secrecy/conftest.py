"""The stage of the authorisation tests, with everything in the index and the log at its most talkative."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from directory.core import clock
from directory.core.db import Database
from directory.search import refresh
from tests.authorisation.stage import Stage, raise_stage
from tests.conftest import settings_for


@pytest.fixture(scope="module")
def raised(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage that every test of a module shares."""
    folder = tmp_path_factory.mktemp("stage")
    file = folder / "directory.sqlite"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    settings = replace(settings_for(database, folder), log_level="DEBUG")
    stage = raise_stage(database, settings)
    refresh.refresh(database, settings.index_dir, on=clock.today())
    yield stage
    stage.watch.close()
    database.dispose()


@pytest.fixture
def stage(raised: Stage) -> Stage:
    """The stage as it was at the beginning."""
    raised.restore()
    return raised
