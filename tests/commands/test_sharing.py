"""What a server does before it forks, so that its processes share it."""

import gc
import sys
from collections.abc import Iterator
from dataclasses import replace
from shutil import rmtree
from subprocess import run

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


HOLES = """
from directory.commands.serving import give_back_large_blocks

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

give_back_large_blocks()
for _ in range(3):
    del [b"page" * 60_000 for _ in range(3)][:]  # pages come and go
before = resident()
pages, held = [], []
for _ in range(200):
    pages.append(b"page" * 60_000)
    held.append(b"kept" * 5_000)
assert resident() - before > 40_000_000
pages.clear()
print(resident() - before)
"""
"""Makes many pages, keeps something small beside each, and says how much memory is left taken without the pages."""


def test_memory_that_pages_took_is_given_back_although_something_beside_them_is_kept() -> None:
    done = run([sys.executable, "-c", HOLES], check=True, capture_output=True, text=True)
    assert int(done.stdout) < 12_000_000


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
