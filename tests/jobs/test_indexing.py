"""The worker's turn at the index: changes at once, joining when it is quiet, and a new one when it came to harm."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest

from directory.app import create_app
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.outbox import enqueue_once
from directory.core.settings import Settings
from directory.jobs.worker import Worker
from directory.search import index as store
from directory.search import merging
from tests import factories as make


@pytest.fixture
def worker(sqlite_database: Database, settings: Settings) -> Worker:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        for _ in range(3):
            make.announce(session, make.add_provider(session))
    found = Worker(sqlite_database, settings)
    found.turn()  # builds the index, and queues what recurs
    found.turn()
    return found


def segments(worker: Worker) -> int:
    folder = store.current_folder(worker.settings.index_dir)
    return len(store.open_index(folder)._read_toc().segments)


def change(worker: Worker) -> None:
    with worker.database.writing() as session:
        make.announce(session, make.add_provider(session))


def test_under_load_nothing_is_joined_and_in_a_quiet_turn_it_is(worker: Worker) -> None:
    for number in range(merging.TOGETHER + 3):
        change(worker)
        worker.turn()
        assert segments(worker) == number + 2
    with worker.database.writing() as session:
        letter = {"to": "reader@buyer.example", "subject": "Hello", "text": "Hello", "key": "letter-1"}
        enqueue_once(session, "mail", "letter-1", letter, at=clock.now())
    before = segments(worker)
    worker.turn()
    assert segments(worker) == before, "there was a job to do"
    worker.turn()
    assert segments(worker) == 1


def _cut(folder: Path, pattern: str) -> None:
    for file in folder.glob(pattern):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _of_an_older_make(folder: Path) -> None:
    meta = store.read_meta(folder)
    store.write_meta(folder, replace(meta, schema=meta.schema - 1))


HARM: dict[str, Callable[[Path], object]] = {
    "deleted as a whole": lambda folder: rmtree(folder.parent.parent),
    "its generation deleted": rmtree,
    "its contents cut off": lambda folder: _cut(folder, "*.toc"),
    "its terms cut off": lambda folder: _cut(folder, "*.trm"),
    "a column cut off": lambda folder: _cut(folder, "*.tier.col"),
    "meta.json cut off": lambda folder: _cut(folder, "meta.json"),
    "of an older make": _of_an_older_make,
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_without_an_index_that_is_whole_the_database_answers_until_a_turn_of_the_worker_builds_one(
    worker: Worker, harm: Callable[[Path], object]
) -> None:
    change(worker)
    harm(store.current_folder(worker.settings.index_dir))
    client = create_app(worker.settings).test_client()
    assert client.get("/api/v1/providers").get_json()["total"] == 4, "also what no index ever held"
    assert "answers come from the database" in client.get("/providers").get_data(as_text=True)
    search = {part["name"]: part for part in client.get("/readyz").get_json()["parts"]}["search"]
    assert search["state"] == "degraded"
    worker.turn()
    client = create_app(worker.settings).test_client()
    assert client.get("/api/v1/providers").get_json()["total"] == 4
    assert "answers come from the database" not in client.get("/providers").get_data(as_text=True)
    search = {part["name"]: part for part in client.get("/readyz").get_json()["parts"]}["search"]
    assert (search["state"], search["message"]) == ("ok", "reads the index of 4 providers")
