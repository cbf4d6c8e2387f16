"""Joining segments into one, without the rows that are deleted: term by term and column by column.

Nothing is analysed again and no row is handled by itself, so that joining costs a small part of what writing did. In
memory are one column, or one term's rows, at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from directory.search.files import Postings, SegmentFiles
from directory.search.index import COLUMNS, KEYS, SEQUENCE, keyword_fields, schema
from directory.search.reading import column, postings, texts

GONE = -1


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to be joined: the rows of it that live on, and where each goes (GONE: nowhere)."""

    reader: SegmentReader
    kept: NDArray[np.int64]
    place: NDArray[np.int64]


def join(storage: FileStorage, segments: Sequence[W3Segment]) -> W3Segment:
    """Write the living rows of segments, in their order, as one more segment; at least one row must live."""
    sources: list[Source] = []
    size = 0
    try:
        for segment in segments:
            sources.append(_source(SegmentReader(storage, schema(), segment), segment, size))
            size += len(sources[-1].kept)
        return _joined(SegmentFiles(storage, keyword_fields(), size), sources)
    finally:
        for source in sources:
            source.reader.close()


def _source(reader: SegmentReader, segment: W3Segment, offset: int) -> Source:
    is_kept = np.ones(segment.doc_count_all(), np.bool_)
    is_kept[list(segment.deleted_docs())] = False
    place = np.where(is_kept, np.cumsum(is_kept) - 1 + offset, GONE)
    return Source(reader, np.flatnonzero(is_kept), place)


def _joined(files: SegmentFiles, sources: Sequence[Source]) -> W3Segment:
    for name, kind in COLUMNS.items():
        values = [column(source.reader, name, kind, np.int64)[source.kept] for source in sources]
        files.numbers(name, kind, np.concatenate(values))
    for name in (*KEYS, SEQUENCE):
        found = [texts(source.reader, name) for source in sources]
        lengths = [one.lengths[source.kept] for one, source in zip(found, sources, strict=True)]
        parts = (part for one, source in zip(found, sources, strict=True) for part in one.parts(source.kept))
        files.texts(name, parts, np.concatenate(lengths))
    files.terms(_terms(sources))
    return files.segment


def _terms(sources: Sequence[Source]) -> Iterator[Postings]:
    """Yield every term that a living row holds, in order, with its rows in the order of sources."""
    listed = merge(*(_listed(source, number) for number, source in enumerate(sources)))
    for (field, term), holders in groupby(listed, key=itemgetter(0)):
        found = [_postings(sources[number], field, term) for _, number in holders]
        rows = np.concatenate([rows for rows, _ in found])
        if len(rows):
            counts = np.concatenate([counts for _, counts in found])
            yield Postings(field, term, rows, counts if field.startswith("text_") else None)


def _listed(source: Source, number: int) -> Iterator[tuple[tuple[str, bytes], int]]:
    for key in source.reader._terms.terms():  # noqa: SLF001 - the public way decodes each term
        yield key, number


def _postings(source: Source, field: str, term: bytes) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    rows, counts = postings(source.reader, field, term)
    places = source.place[rows]
    is_kept = places != GONE
    return places[is_kept].astype(np.uint32), counts[is_kept]
