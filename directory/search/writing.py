"""Changing an index: documents gathered by term and by column, then written as one new segment.

A commit never touches what is there: it adds a segment, notes the rows that are gone, and replaces the table of
contents at once. Whoever is killed in between leaves files that nothing names, which the next commit deletes.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Segment
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.reading import SegmentReader

from directory.search.document import TERM_FIELDS, TEXT_FIELDS, Document, SystemDocument
from directory.search.files import NAME, Postings, SegmentFiles
from directory.search.index import KEYS, PROVIDER_COLUMNS, SEQUENCE, SYSTEM_COLUMNS, keyword_fields
from directory.search.joining import join
from directory.search.reading import column
from directory.search.sequences import pack

UNFINISHED = re.compile(r"_MAIN_[0-9]+\.toc\..*")
"""A table of contents that wasn't written to its end."""
Rows = NDArray[np.int64]
_plain = attrgetter(*(name for name in PROVIDER_COLUMNS if not name.startswith("length_")))


class Gathered:
    """Documents as rows, in memory: by term the rows that hold it, by column the values."""

    def __init__(self) -> None:
        """Start empty."""
        self.size = 0
        self._providers: list[tuple[int, ...]] = []
        self._systems: list[tuple[int, ...]] = []
        self._rows: list[int] = []
        self._keys: dict[str, list[bytes]] = {name: [] for name in (*KEYS, SEQUENCE)}
        self._terms: dict[str, dict[str, array[int]]] = {field: defaultdict(_rows) for field in TERM_FIELDS}
        self._words: dict[str, dict[str, array[int]]] = {field: defaultdict(_rows) for field in TEXT_FIELDS}

    def __len__(self) -> int:
        """Return how many providers there are."""
        return len(self._rows)

    def add(self, document: Document) -> None:
        """Add a provider's row, then one for each of its systems."""
        row = self.size
        self._rows.append(row)
        self._providers.append((*_plain(document), *map(len, document.words)))
        self._keys["slug"].append(document.slug.encode())
        self._keys["name_key"].append(document.name_key.encode())
        self._keys[SEQUENCE].append(pack(document.words))
        for field, values in document.terms.items():
            found = self._terms[field]
            for value in values:
                found[value].append(row)
        for field, words in zip(TEXT_FIELDS, document.words, strict=True):
            found = self._words[field]
            for word, count in Counter(words).items():
                found[word].extend((row, count))
        self._systems.extend(map(_system, document.systems))
        self.size += 1 + len(document.systems)

    def write(self, files: SegmentFiles) -> W3Segment:
        """Write everything as a segment."""
        is_provider = np.zeros(self.size, np.bool_)
        is_provider[self._rows] = True
        for columns, values, of in (
            (PROVIDER_COLUMNS, self._providers, is_provider),
            (SYSTEM_COLUMNS, self._systems, ~is_provider),
        ):
            table = np.array(values, np.int64).reshape(len(values), len(columns))
            for number, (name, kind) in enumerate(columns.items()):
                whole = np.full(self.size, kind.default_value(), np.int64)
                whole[of] = table[:, number]
                files.numbers(name, kind, whole)
        for name, parts in self._keys.items():
            lengths = np.zeros(self.size, np.int64)
            lengths[is_provider] = list(map(len, parts))
            files.texts(name, parts, lengths)
        files.terms(self._postings())
        return files.segment

    def _postings(self) -> Iterator[Postings]:
        for name in keyword_fields():
            kind, _, field = name.partition("_")
            is_text = kind == "text"
            known = self._words[field] if is_text else self._terms[field]
            for term, found in sorted((term.encode(), found) for term, found in known.items()):
                numbers = np.frombuffer(found, np.uint32)
                if is_text:
                    yield Postings(name, term, numbers[::2], numbers[1::2].astype(np.float32))
                else:
                    yield Postings(name, term, numbers, None)


def _rows() -> "array[int]":
    return array("I")


def _system(one: SystemDocument) -> tuple[int, ...]:
    return (one.id, one.is_live, one.is_round_the_clock, *one.values, *one.levels)


class Writer:
    """What is to change in an index: seen by readers after `commit`, by nobody without. One process at a time."""

    def __init__(self, index: FileIndex) -> None:
        """Start from the newest table of contents."""
        self._index = index
        contents = index._read_toc()  # noqa: SLF001 - its public ways open every segment
        self._schema = contents.schema
        self.segments: list[W3Segment] = contents.segments
        self._generation: int = contents.generation
        self._gathered = Gathered()

    def add(self, documents: Iterable[Document]) -> int:
        """Add documents, and return how many there were."""
        before = len(self._gathered)
        for document in documents:
            self._gathered.add(document)
        return len(self._gathered) - before

    def remove(self, provider_ids: Collection[int]) -> None:
        """Mark every row of these providers deleted."""
        wanted = np.fromiter(provider_ids, np.int64)
        for segment in self.segments:
            reader = SegmentReader(self._index.storage, self._schema, segment)
            for row in rows_of(column(reader, "id", PROVIDER_COLUMNS["id"], np.int64), wanted).tolist():
                segment.delete_document(row)
            reader.close()

    def join(self, segments: Collection[W3Segment]) -> None:
        """Replace some of the segments by one that holds what lives of them."""
        living = [one for one in segments if one.doc_count()]
        self.segments = [one for one in self.segments if one not in segments]
        if living:
            self.segments.append(join(self._index.storage, living))

    def commit(self) -> None:
        """Put everything in force at once; segments without a living row are dropped."""
        if self._gathered.size:
            files = SegmentFiles(self._index.storage, keyword_fields(), self._gathered.size)
            self.segments.append(self._gathered.write(files))
        self.segments = [one for one in self.segments if one.doc_count()]
        TOC(self._schema, self.segments, self._generation + 1).write(self._index.storage, NAME)
        tidy(self._index)


@contextmanager
def changing(index: FileIndex) -> Iterator[Writer]:
    """Give a writer; when something goes wrong the index stays as it was, with nothing beside it."""
    try:
        yield Writer(index)
    except BaseException:
        tidy(index)
        raise


def tidy(index: FileIndex) -> None:
    """Delete the files that the newest table of contents doesn't name."""
    contents = index._read_toc()  # noqa: SLF001 - as in `Writer`
    clean_files(index.storage, NAME, contents.generation, contents.segments)
    for name in index.storage.list():
        if UNFINISHED.fullmatch(name):
            index.storage.delete_file(name)


def rows_of(ids: Rows, wanted: Rows) -> Rows:
    """Return the rows of these providers: their own, and those of systems up to the next provider's."""
    starts = np.flatnonzero(ids >= 0)
    is_wanted = np.isin(ids[starts], wanted)
    return np.flatnonzero(np.repeat(is_wanted, np.diff(starts, append=len(ids))))
