"""What a server does before it forks, so that its processes share it."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from shutil import rmtree

import pytest
from flask import Flask

from directory.catalogue.services import in_force, install_shipped
from directory.commands.serving import share
from directory.core import clock
from directory.core.db import Database
from directory.search.query import Query
from directory.search.refresh import refresh
from directory.web.session import KEY, Services
from tests.factories import AT, add_provider


@pytest.fixture(autouse=True)
def _thaw() -> Iterator[None]:
    """Let the collector look after this process's objects again."""
    yield
    gc.unfreeze()


def parts_of(app: Flask) -> Services:
    found: Services = app.extensions[KEY]
    return found


def test_what_forked_processes_share_was_read_before(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = parts_of(app)
    with parts.database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        add_provider(session, name="Shared Works")
        catalogue = in_force(session)
    refresh(parts.database, parts.settings.index_dir, on=clock.today())
    share(app)
    monkeypatch.setattr("directory.search.service.LOOK_EVERY", float("inf"))
    rmtree(parts.settings.index_dir)  # whoever looked for it only now would find nothing
    assert parts.search.find(Query(words="shared"), catalogue, clock.today()).total == 1
    assert not parts.search.state().is_degraded


def test_no_connection_is_open_when_processes_are_forked(app: Flask) -> None:
    share(app)
    assert "Connections in pool: 0" in parts_of(app).database.engine.pool.status()


def test_a_directory_that_cannot_be_read_yet_starts_all_the_same(
    empty_url: str, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    parts = parts_of(app)
    app.extensions[KEY] = replace(parts, database=Database(empty_url))
    share(app)
    assert "nothing was read before the start" in caplog.text
