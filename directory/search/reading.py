"""Reading a Whoosh segment into bitmaps and columns.

Whole blocks of postings are decoded at once through Whoosh's own block reader; under another codec the
public, slower interface does the same.
"""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cachetools import LRUCache
from numpy.typing import DTypeLike, NDArray
from pyroaring import BitMap
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.columns import NumericColumn
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader, TermNotFound

from directory.search.bitmaps import Ordinals, bitmap
from directory.search.document import METRICS, TERM_FIELDS, TEXT_FIELDS
from directory.search.index import PROVIDER_COLUMNS, SEQUENCE, SYSTEM_COLUMNS, open_index
from directory.search.segment import NO_COUNTS, NO_ORDINALS, Counts, Keys, Providers, Segment, Systems, keys_of

CACHED_POSTINGS = 1_000_000
"""How many decoded postings of words a segment keeps, eight bytes each."""


def _blocks(matcher: Any) -> Iterator[tuple[Ordinals, Counts]]:  # noqa: ANN401 - Whoosh has no types
    if not isinstance(matcher, W3LeafMatcher):
        while matcher.is_active():
            yield np.array([matcher.id()], np.uint32), np.array([matcher.weight()], np.float32)
            matcher.next()
        return
    while matcher.is_active():
        matcher._read_data()  # noqa: SLF001 - whole blocks; whoosh is pinned
        deltas, weights, _ = matcher._data  # noqa: SLF001 - as above
        ids = np.cumsum(np.array(deltas, np.uint32), dtype=np.uint32)
        yield ids, np.broadcast_to(np.float32(1), len(ids)) if weights is None else _weights(weights, len(ids))
        matcher._next_block()  # noqa: SLF001 - as above


def _weights(weights: float | tuple[float, ...], size: int) -> Counts:
    return np.full(size, weights, np.float32) if isinstance(weights, float) else np.array(weights, np.float32)


def postings(reader: SegmentReader, field: str, term: bytes) -> tuple[Ordinals, Counts]:
    """Return the row numbers that hold a term, deleted ones included, and how often each does."""
    try:
        matcher = reader._terms.matcher(field, term, reader.schema[field].format)  # noqa: SLF001 - skips the filter of deleted rows
    except TermNotFound:
        return NO_ORDINALS, NO_COUNTS
    blocks = list(_blocks(matcher))
    if len(blocks) == 1:
        return blocks[0]
    return np.concatenate([ids for ids, _ in blocks]), np.concatenate([counts for _, counts in blocks])


class DamagedIndexError(Exception):
    """A part of the index that is read on demand can't be read."""


def column(reader: SegmentReader, name: str, kind: NumericColumn, dtype: DTypeLike) -> NDArray[Any]:
    """Return a numeric column, one value for each row."""
    size = reader.doc_count_all()
    found = reader.column_reader(name, translate=False)
    code = np.dtype(kind._typecode).newbyteorder(">")  # noqa: SLF001 - ours, from the schema
    raw = found._dbfile.get(found._basepos, size * code.itemsize)  # noqa: SLF001 - the column's bytes
    values = np.frombuffer(raw, code)
    if len(values) != size:
        raise DamagedIndexError(f"the column {name} is cut off")
    return values.astype(dtype)


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of bytes: the length of each row's, and all of them joined in the order of rows."""

    lengths: NDArray[np.int64]
    joined: bytes

    def parts(self, rows: NDArray[np.int64]) -> Iterator[bytes]:
        """Yield what some rows hold, ascending."""
        if len(rows) == len(self.lengths):
            yield self.joined
            return
        ends = np.cumsum(self.lengths)
        for begin, end in zip((ends - self.lengths)[rows].tolist(), ends[rows].tolist(), strict=True):
            yield self.joined[begin:end]


def texts(reader: SegmentReader, name: str) -> Texts:
    """Return a column of bytes at once."""
    found = reader.column_reader(name, translate=False)
    lengths = np.array(found._lengths, np.int64)  # noqa: SLF001 - a row at a time takes ten times as long
    joined: bytes = found._dbfile.get(found._basepos, int(lengths.sum()))  # noqa: SLF001 - as above
    return Texts(lengths, joined)


class ReplacedError(Exception):
    """The writer took away what was being read: there is something newer."""


def _expect(reader: SegmentReader, name: str) -> None:
    """Raise where a column that every segment has isn't there: Whoosh would give it without any value."""
    if not reader.has_column(name):
        raise FileNotFoundError(name)


class IndexWords:
    """Postings of a segment's text, decoded on first use and kept in a bounded cache. Any thread may ask."""

    def __init__(self, reader: SegmentReader, ordinal_of: NDArray[np.int32]) -> None:
        """Keep the reader open; `ordinal_of` gives the provider of a row."""
        self._reader = reader
        self._ordinal_of = ordinal_of
        self._lock = threading.Lock()
        self._sequences: Any = None
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._cache: LRUCache[tuple[str, str], tuple[Ordinals, Counts]] = LRUCache(
            CACHED_POSTINGS, getsizeof=lambda found: len(found[0]) + 16
        )

    def postings(self, field: str, word: str) -> tuple[Ordinals, Counts]:
        """Return what `Words` promises. Whoosh's readers aren't made for several threads, hence the lock."""
        with self._lock:
            found = self._cache.get((field, word))
            if found is None:
                found = self._decoded(field, word)
                if len(found[0]) < CACHED_POSTINGS:
                    self._cache[field, word] = found
            return found

    def starting(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """Return what `Words` promises."""
        name, beginning = f"text_{field}", prefix.encode()
        with self._lock:
            try:
                return list(_starting(self._reader, name, beginning))
            except Exception as error:  # a damaged index makes Whoosh raise anything
                raise DamagedIndexError(str(error)) from error

    def sequences(self, ordinals: Ordinals) -> list[bytes]:
        """Return what `Words` promises; the column is opened by the first who asks."""
        with self._lock:
            try:
                if self._sequences is None:
                    _expect(self._reader, SEQUENCE)
                    self._sequences = self._reader.column_reader(SEQUENCE, translate=False)
                    self._rows = np.flatnonzero(np.diff(self._ordinal_of, prepend=-1))
                return [bytes(self._sequences[row]) for row in self._rows[ordinals].tolist()]
            except Exception as error:  # a damaged index makes Whoosh raise anything
                raise DamagedIndexError(str(error)) from error

    def _decoded(self, field: str, word: str) -> tuple[Ordinals, Counts]:
        try:
            rows, counts = postings(self._reader, f"text_{field}", word.encode())
            return self._ordinal_of[rows].astype(np.uint32), counts
        except Exception as error:  # a damaged index makes Whoosh raise anything
            raise DamagedIndexError(str(error)) from error


def _keys(reader: SegmentReader, name: str, rows: NDArray[np.int64]) -> Keys:
    """Return the providers' values of a column in ascending order."""
    found = texts(reader, name)
    ends = np.cumsum(found.lengths)[rows].tolist()
    keys = [found.joined[begin:end] for begin, end in itertools.pairwise([0, *ends])]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return keys_of([keys[at] for at in order], np.array(order, np.int32))


def _items(reader: SegmentReader, field: str) -> Iterator[Any]:
    for item in reader._terms.items_from(field, b""):  # noqa: SLF001 - the public way decodes each key twice
        if item[0][0] != field:
            return
        yield item


def _starting(reader: SegmentReader, field: str, beginning: bytes) -> Iterator[tuple[str, int]]:
    for (of, text), info in reader._terms.items_from(field, beginning):  # noqa: SLF001 - as in `_items`
        if of != field or not text.startswith(beginning):
            return
        yield text.decode(), info.doc_frequency()


def _terms(reader: SegmentReader, field: str, ordinal_of: NDArray[np.int32]) -> dict[str, BitMap]:
    found = {}
    for (_, text), _info in list(_items(reader, f"term_{field}")):
        rows, _ = postings(reader, f"term_{field}", text)
        found[text.decode()] = bitmap(ordinal_of[rows])
    return found


def _providers(reader: SegmentReader, rows: NDArray[np.int64]) -> Providers:
    def of(name: str, dtype: DTypeLike) -> NDArray[Any]:
        values: NDArray[Any] = column(reader, name, PROVIDER_COLUMNS[name], dtype)[rows]
        return values

    return Providers(
        id=of("id", np.int64),
        tier=of("tier", np.int8),
        passes=of("passes", np.int16),
        published_at=of("published_at", np.int64),
        evaluated_on=of("evaluated_on", np.int32),
        changes_on=of("changes_on", np.int32),
        lengths=np.array([of(f"length_{field}", np.int32) for field in TEXT_FIELDS]),
    )


def _systems(reader: SegmentReader, ordinal_of: NDArray[np.int32]) -> Systems:
    live = np.flatnonzero(column(reader, "is_live", SYSTEM_COLUMNS["is_live"], np.int8))

    def of(name: str, dtype: DTypeLike) -> NDArray[Any]:
        values: NDArray[Any] = column(reader, name, SYSTEM_COLUMNS[name], dtype)[live]
        return values

    return Systems(
        parent=ordinal_of[live],
        id=of("system", np.int64),
        values=np.array([of(f"value_{metric}", np.int64) for metric in METRICS]),
        levels=np.array([of(f"level_{metric}", np.int8) for metric in METRICS]),
        is_round_the_clock=of("is_round_the_clock", np.bool_),
    )


def read_segment(reader: SegmentReader) -> Segment:
    """Return a segment's reading; deletions are left to the caller, since they change and the rest doesn't."""
    is_provider = column(reader, "id", PROVIDER_COLUMNS["id"], np.int64) >= 0
    ordinal_of = (np.cumsum(is_provider) - 1).astype(np.int32)
    rows = np.flatnonzero(is_provider)
    return Segment(
        providers=_providers(reader, rows),
        systems=_systems(reader, ordinal_of),
        slugs=_keys(reader, "slug", rows),
        names=_keys(reader, "name_key", rows),
        terms={field: _terms(reader, field, ordinal_of) for field in TERM_FIELDS},
        words=IndexWords(reader, ordinal_of),
    )


class IndexReader:
    """Reads an index's segments, each once: what a commit left alone comes from the cache. For one thread at a time."""

    def __init__(self) -> None:
        """Start without any."""
        self._read: dict[str, tuple[Segment, NDArray[np.int32]]] = {}

    def read(self, folder: Path) -> list[tuple[Segment, BitMap]]:
        """Return the segments of the index as of its newest commit, each with the ordinals of those deleted.

        Raises ReplacedError where a newer commit has done away with one meanwhile: Whoosh takes a column whose file
        has gone for one without values. Small ones are opened first, since they are merged away soonest; what was
        read until then is kept for the next try.
        """
        index = open_index(folder)
        segments = sorted(_segments(index), key=lambda one: one.doc_count_all())
        names = {f"{folder.name}/{one.segment_id()}": one for one in segments}
        for name, one in names.items():
            if name not in self._read:
                self._read[name] = _open(index, one)
        if {one.segment_id() for one in segments} - {one.segment_id() for one in _segments(open_index(folder))}:
            raise ReplacedError(folder.name)
        self._read = {name: self._read[name] for name in names}
        return [(self._read[name][0], _deleted(one, self._read[name][1])) for name, one in names.items()]


def _deleted(one: Any, first_rows: NDArray[np.int32]) -> BitMap:  # noqa: ANN401 - Whoosh has no types
    deleted = np.fromiter(one.deleted_docs(), np.int64) if one.deleted_count() else np.empty(0, np.int64)
    return bitmap(np.searchsorted(first_rows, np.intersect1d(deleted, first_rows)))


def _segments(index: FileIndex) -> list[Any]:
    found: list[Any] = index._read_toc().segments  # noqa: SLF001 - opening a reader would open every segment again
    return found


def _open(index: FileIndex, one: Any) -> tuple[Segment, NDArray[np.int32]]:  # noqa: ANN401 - Whoosh has no types
    reader = SegmentReader(index.storage, index.schema, one)
    is_provider = column(reader, "id", PROVIDER_COLUMNS["id"], np.int64) >= 0
    return read_segment(reader), np.flatnonzero(is_provider).astype(np.int32)
