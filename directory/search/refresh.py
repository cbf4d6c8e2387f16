"""Keeping the index right: build a fresh one beside the live one, take in what changed, join segments when it is quiet.

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
from errno import EACCES, EDQUOT, EFBIG, ENOSPC, EROFS
from pathlib import Path
from secrets import token_hex

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import FileIndex

from directory.audit.models import AuditEvent
from directory.catalogue.services import Catalogue, in_force
from directory.core.db import Database
from directory.core.errors import UnavailableError
from directory.providers.models import Provider
from directory.search import building
from directory.search import index as store
from directory.search.building import Progress
from directory.search.document import Document, batches
from directory.search.generation import build
from directory.search.index import SCHEMA, Meta
from directory.search.merging import due, urgent
from directory.search.part import Task, documents_of
from directory.search.reading import DamagedIndexError, IndexReader, column
from directory.search.writing import changing

NO_ROOM = {ENOSPC, EDQUOT, EFBIG, EROFS, EACCES}
"""Errors of a disk that takes nothing more: building the index anew would take even more."""
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
    store.sweep(index_dir)
    folder = store.new_folder(index_dir)
    try:
        count = building.build(database, Task(database.url, folder, catalogue, on), ids, progress)
        _check(folder, count)
        store.write_meta(folder, meta)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
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
        if not is_ours:
            return 0
        try:
            count = _refresh(database, index_dir, on)
        except OSError as error:
            store.mark_stuck(index_dir, is_stuck=error.errno in NO_ROOM)
            raise
    store.mark_stuck(index_dir, is_stuck=False)
    return count


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
            documents = documents_of(database, some, catalogue, on)
            with _index_at_fault():
                _take_in(index, some, documents)
    except DamagedIndexError:
        log.exception("the search index can't be written to and is built again")
        return _reindex(database, index_dir, on, None)
    store.write_meta(folder, replace(meta, position=position, swept_on=on))
    return len(ids)


@contextmanager
def _index_at_fault() -> Iterator[None]:
    """Tell what a damaged index makes Whoosh raise, which can be anything, from faults of data or disk."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise
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


def join_some(index_dir: Path) -> int:
    """Join what is due of the index in use, one bounded step; return how many segments that were.

    For a quiet moment: what changes meanwhile has to wait for it. Returns 0 at once while another process writes.
    """
    with _writing(index_dir, is_patient=False) as is_ours:
        if not is_ours:
            return 0
        try:
            folder = store.current_folder(index_dir)
        except (OSError, ValueError):
            return 0
        if (folder / store.BROKEN).exists():
            return 0
        try:
            with _index_at_fault():
                return _join(store.open_index(folder), due)
        except DamagedIndexError:
            (folder / store.BROKEN).touch()
            raise


def _join(index: FileIndex, chosen: Callable[[Sequence[W3Segment]], Sequence[W3Segment]]) -> int:
    """Replace the segments that are chosen by one."""
    with changing(index) as writer:
        segments = chosen(writer.segments)
        if segments:
            writer.join(segments)
            writer.commit()
    return len(segments)


def _take_in(index: FileIndex, ids: Sequence[int], documents: Sequence[Document]) -> None:
    """Replace these providers by these documents in one commit."""
    with changing(index) as writer:
        writer.remove(ids)
        writer.add(documents)
        writer.commit()
    _join(index, urgent)
