"""The worker's turn at the index: changes at once, joining only when nothing else is to be done."""

import pytest

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
