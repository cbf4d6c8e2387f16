"""Keeping the index right: build a fresh one beside the live one, or take in what changed.

What changed is read from the audit log: every change to what is public about a provider is an event with its
id, and ids grow in the order of commits. The index's position is noted after the commit, so that a crash in
between means doing the same again, which changes nothing.
"""

import fcntl
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from secrets import token_hex

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from whoosh.index import FileIndex

from directory.audit.models import AuditEvent
from directory.catalogue.services import Catalogue, in_force
from directory.core.db import Database
from directory.core.errors import UnavailableError
from directory.providers.models import Provider
from directory.search import index as store
from directory.search.document import Document, read_documents
from directory.search.generation import build
from directory.search.index import SCHEMA, Meta
from directory.search.reading import DamagedIndexError, IndexReader, column

BATCH = 500
Progress = Callable[[int, int], None]
"""Called with how many providers are done, and of how many."""
log = logging.getLogger(__name__)


@contextmanager
def _writing(index_dir: Path, *, is_patient: bool) -> Iterator[bool]:
    """Give whether this process is now the one that writes; the system lets go of the lock when a process dies."""
    index_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (index_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def last_event(session: Session) -> int:
    """Return the id of the newest audit event, 0 in an empty log."""
    return session.scalar(select(func.max(AuditEvent.id))) or 0


def public_ids(session: Session) -> list[int]:
    """Return the ids of all providers that readers may see."""
    return list(session.scalars(select(Provider.id).where(Provider.is_public).order_by(Provider.id)))


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids some hundreds at a time."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _documents(database: Database, ids: Sequence[int], catalogue: Catalogue, on: date) -> list[Document]:
    with database.reading() as session:
        return read_documents(session, ids, catalogue, on)


def reindex(database: Database, index_dir: Path, *, on: date, progress: Progress | None = None) -> int:
    """Build a fresh index beside the live one and swap it in; return how many providers it has.

    Waits for another process that writes. When anything fails the live index stays as it was.
    """
    with _writing(index_dir, is_patient=True):
        return _reindex(database, index_dir, on, progress)


@contextmanager
def switching(
    database: Database, index_dir: Path, catalogue: Catalogue, *, on: date, progress: Progress | None = None
) -> Iterator[None]:
    """Build an index for a catalogue, let the caller put it in force, then use that index: nobody sees a gap.

    An error in the body leaves everything as it was. What changes meanwhile is taken in by the next `refresh`.
    """
    with _writing(index_dir, is_patient=True):
        folder, _ = _built(database, index_dir, catalogue, on, progress)
        try:
            yield
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        store.set_current(index_dir, folder)


def _reindex(database: Database, index_dir: Path, on: date, progress: Progress | None) -> int:
    with database.reading() as session:
        catalogue = in_force(session)
    folder, count = _built(database, index_dir, catalogue, on, progress)
    store.set_current(index_dir, folder)
    return count


def _built(
    database: Database, index_dir: Path, catalogue: Catalogue, on: date, progress: Progress | None
) -> tuple[Path, int]:
    """Build an index beside the one in use; return its folder and how many providers it has."""
    with database.reading() as session:
        meta = Meta(catalogue.key, last_event(session), on, token_hex(8))
        ids = public_ids(session)
    folder = store.new_folder(index_dir)
    writer = store.open_writer(store.create(folder))
    count = done = 0
    try:
        for some in batches(ids):
            count += store.add(writer, _documents(database, some, catalogue, on))
            done += len(some)
            if progress:
                progress(done, len(ids))
    except BaseException:
        writer.cancel()
        raise
    writer.commit(merge=False)
    _check(folder, count)
    store.write_meta(folder, meta)
    return folder, count


def _check(folder: Path, count: int) -> None:
    """Read the new index as a whole: what readers would trip over must fail here."""
    parts = IndexReader().read(folder)
    found = len(build(parts).alive) if parts else 0
    if found != count:
        raise UnavailableError(f"the new index holds {found:,} providers instead of {count:,}")


def _live(index_dir: Path, catalogue: Catalogue) -> tuple[Path, Meta] | None:
    """Return the index in use if it can be built on."""
    try:
        folder = store.current_folder(index_dir)
        meta = store.read_meta(folder)
    except (OSError, ValueError):
        return None
    is_broken = (folder / store.BROKEN).exists()
    return None if is_broken or meta.schema != SCHEMA or meta.catalogue != catalogue.key else (folder, meta)


def refresh(database: Database, index_dir: Path, *, on: date) -> int:
    """Take in what changed or expired since the last time; return how many providers that were.

    Rebuilds an index that is missing, unreadable, or made by other rules or by an older schema. Returns 0 at
    once while another process writes.
    """
    with _writing(index_dir, is_patient=False) as is_ours:
        return _refresh(database, index_dir, on) if is_ours else 0


def _refresh(database: Database, index_dir: Path, on: date) -> int:
    with database.reading() as session:
        catalogue = in_force(session)
        live = _live(index_dir, catalogue)
        if live:
            folder, meta = live
            position = last_event(session)
            is_past = AuditEvent.id > meta.position
            has_provider = AuditEvent.provider_id.is_not(None)
            changed = set(session.scalars(select(AuditEvent.provider_id).where(is_past, has_provider).distinct()))
    if not live:
        return _reindex(database, index_dir, on, None)
    if position == meta.position and meta.swept_on == on:
        return 0
    try:
        with _index_at_fault():
            index = store.open_index(folder)
            ids = {one for one in changed if one is not None} | (_expired(index, on) if meta.swept_on != on else set())
        for some in batches(sorted(ids)):
            documents = _documents(database, some, catalogue, on)
            with _index_at_fault():
                _take_in(index, some, documents)
    except DamagedIndexError:
        log.exception("the search index can't be written to and is built again")
        return _reindex(database, index_dir, on, None)
    store.write_meta(folder, replace(meta, position=position, swept_on=on))
    return len(ids)


@contextmanager
def _index_at_fault() -> Iterator[None]:
    """Tell what a damaged index makes Whoosh raise, which can be anything, from faults in what is indexed."""
    try:
        yield
    except Exception as error:
        raise DamagedIndexError(str(error)) from error


def _expired(index: FileIndex, on: date) -> set[int]:
    """Return the providers whose documents aren't right on that day: evaluated later, or changing by then."""
    found: set[int] = set()
    with index.reader() as reader:
        for one, _ in reader.leaf_readers():
            ids, changes_on, evaluated_on = (
                column(one, name, store.PROVIDER_COLUMNS[name], np.int64)
                for name in ("id", "changes_on", "evaluated_on")
            )
            is_stale = (ids >= 0) & ((changes_on <= on.toordinal()) | (evaluated_on > on.toordinal()))
            found |= {int(ids[row]) for row in np.flatnonzero(is_stale) if not one.is_deleted(int(row))}
    return found


def _take_in(index: FileIndex, ids: Sequence[int], documents: Sequence[Document]) -> None:
    """Replace these providers by these documents in one commit."""
    writer = store.open_writer(index)
    try:
        store.remove(writer, ids)
        store.add(writer, documents)
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=store.merge_policy)
