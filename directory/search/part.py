"""One part of an index being built: some providers read, weighed, evaluated and written as a segment.

`python -m directory.search.part N` does so for another process, its parent, that talks to it through the open file N:
it is told the database, the catalogue, the day and the folder, then one part after another, until nothing more comes.
It holds on to nothing of its parent's, and ends when that is gone: telling how far it got fails then.
"""

import gc
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from whoosh.codec.whoosh3 import W3Segment

from directory.catalogue.services import Catalogue
from directory.core.db import Database
from directory.search.document import Document, batches, read_documents
from directory.search.files import SegmentFiles
from directory.search.index import keyword_fields, open_index
from directory.search.writing import Gathered

NICENESS = 5
"""How far a process of its own steps back behind those that serve readers."""


@dataclass(frozen=True, slots=True)
class Task:
    """What every part of an index has in common."""

    url: str
    folder: Path
    catalogue: Catalogue
    on: date


@dataclass(frozen=True, slots=True)
class Done:
    """A part that is written: its number, its segment (None: nobody of it is public), how many providers it has."""

    number: int
    segment: W3Segment | None
    count: int


@dataclass(frozen=True, slots=True)
class Failed:
    """What went wrong: the system's number of the error, if it has one, in words, and where."""

    errno: int | None
    message: str
    where: str


def documents_of(database: Database, ids: Sequence[int], catalogue: Catalogue, on: date) -> list[Document]:
    """Return the documents of those of the providers that are public, in a transaction of their own."""
    with database.reading() as session:
        return read_documents(session, ids, catalogue, on)


def write_part(database: Database, task: Task, number: int, ids: Sequence[int], told: Callable[[int], None]) -> Done:
    """Write a segment of these providers; say after each batch how many more are done."""
    gathered = Gathered()
    for some in batches(ids):
        for document in documents_of(database, some, task.catalogue, task.on):
            gathered.add(document)
        told(len(some))
    if not len(gathered):
        return Done(number, None, 0)
    files = SegmentFiles(open_index(task.folder).storage, keyword_fields(), gathered.size)
    return Done(number, gathered.write(files), len(gathered))


def work(parent: Connection) -> None:
    """Write parts for a parent until it has no more of them."""
    task: Task = parent.recv()
    database = Database(task.url)
    while True:
        number, ids = parent.recv()
        try:
            said: Done | Failed = write_part(database, task, number, ids, parent.send)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent decides what follows
            said = Failed(
                error.errno if isinstance(error, OSError) else None,
                f"{type(error).__name__}: {error}",
                traceback.format_exc(),
            )
        parent.send(said)
        gc.collect()


def main() -> None:
    """Work for the parent that the one argument names."""
    os.nice(NICENESS)
    gc.disable()  # looking for rings in what is read, and soon let go of, took an eighth of the time
    with suppress(EOFError, BrokenPipeError):  # nothing more to do, or nobody to do it for
        work(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    from directory.search import part  # noqa: PLW0406 - the parent knows what is sent to it by the module's own name

    part.main()
