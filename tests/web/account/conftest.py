"""An app over each kind of database, for what depends on how they lock."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from directory.app import create_app
from directory.core.db import Database
from directory.core.settings import Settings
from tests.conftest import settings_for


@pytest.fixture
def both_settings(database: Database, tmp_path: Path) -> Settings:
    return settings_for(database, tmp_path)


@pytest.fixture
def both_app(both_settings: Settings) -> Iterator[Flask]:
    app = create_app(both_settings)
    yield app
    app.extensions["directory"].database.dispose()
