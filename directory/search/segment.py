"""Segments: some providers as arrays and bitmaps, numbered from 0 in the order they were written.

A provider's number within a segment, or within a generation, is its ordinal. Only live systems are kept;
theirs are ordinals of their own, in order of provider and rank.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from directory.search.bitmaps import Ordinals
from directory.search.document import METRICS, TERM_FIELDS, TEXT_FIELDS, Document
from directory.search.sequences import pack

Counts = NDArray[np.float32]


class Words(Protocol):
    """The postings of a segment's text."""

    def postings(self, field: str, word: str) -> tuple[Ordinals, Counts]:
        """Return the ordinals of the providers whose field holds the word, ascending, and how often."""

    def starting(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """Return the words of a field that begin so, each with how many providers hold it."""

    def sequences(self, ordinals: Ordinals) -> list[bytes]:
        """Return the order of these providers' words, packed."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Sort keys in ascending order, and whose they are.

    One text with the place where each key ends: a hundred thousand strings would take ten times the memory, and
    processes that share it would each write to it by counting who holds them. Bytes of UTF-8 sort as their text does.
    """

    text: bytes
    ends: NDArray[np.int64]
    ordinals: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ends)

    def __iter__(self) -> Iterator[bytes]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> bytes:
        return self.text[self.ends[place - 1] if place else 0 : self.ends[place]]


def keys_of(keys: Sequence[bytes], ordinals: NDArray[np.int32]) -> Keys:
    """Return keys that are in order already."""
    return Keys(b"".join(keys), np.cumsum([len(key) for key in keys], dtype=np.int64), ordinals)


@dataclass(frozen=True, slots=True)
class Systems:
    """The live systems: whose they are (ascending), values and levels of shape (metrics, systems)."""

    parent: NDArray[np.int32]
    id: NDArray[np.int64]
    values: NDArray[np.int64]
    levels: NDArray[np.int8]
    is_round_the_clock: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers' columns, by ordinal; `lengths` has the shape (text fields, providers)."""

    id: NDArray[np.int64]
    tier: NDArray[np.int8]
    passes: NDArray[np.int16]
    published_at: NDArray[np.int64]
    evaluated_on: NDArray[np.int32]
    changes_on: NDArray[np.int32]
    lengths: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Segment:
    """An immutable reading of some documents. `terms` by field and value."""

    providers: Providers
    systems: Systems
    slugs: Keys
    names: Keys
    terms: Mapping[str, Mapping[str, BitMap]]
    words: Words

    @property
    def size(self) -> int:
        """How many providers it has, deleted ones included."""
        return len(self.providers.id)


NO_ORDINALS: Ordinals = np.empty(0, np.uint32)
NO_COUNTS: Counts = np.empty(0, np.float32)


class MemoryWords:
    """Postings of documents that never were in an index."""

    def __init__(self, documents: Sequence[Document]) -> None:
        """Count the words of every field."""
        found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for ordinal, document in enumerate(documents):
            for field, words in zip(TEXT_FIELDS, document.words, strict=True):
                for word, count in Counter(words).items():
                    found[field, word].append((ordinal, count))
        self._found = found
        self._sequences = [pack(document.words) for document in documents]

    def postings(self, field: str, word: str) -> tuple[Ordinals, Counts]:
        """Return what `Words` promises."""
        pairs = self._found.get((field, word))
        if not pairs:
            return NO_ORDINALS, NO_COUNTS
        ordinals, counts = zip(*pairs, strict=True)
        return np.array(ordinals, np.uint32), np.array(counts, np.float32)

    def starting(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """Return what `Words` promises."""
        found = self._found.items()
        return [(word, len(pairs)) for (of, word), pairs in found if of == field and word.startswith(prefix)]

    def sequences(self, ordinals: Ordinals) -> list[bytes]:
        """Return what `Words` promises."""
        return [self._sequences[ordinal] for ordinal in ordinals]


def _terms(documents: Sequence[Document]) -> dict[str, dict[str, BitMap]]:
    found: dict[str, dict[str, list[int]]] = {field: defaultdict(list) for field in TERM_FIELDS}
    for ordinal, document in enumerate(documents):
        for field, values in document.terms.items():
            for value in values:
                found[field][value].append(ordinal)
    return {field: {value: BitMap(ids) for value, ids in sorted(of.items())} for field, of in found.items()}


def sorted_keys(keys: Iterable[str]) -> Keys:
    """Return the keys of providers 0, 1, … in order."""
    pairs = sorted((key.encode(), ordinal) for ordinal, key in enumerate(keys))
    return keys_of([key for key, _ in pairs], np.array([ordinal for _, ordinal in pairs], np.int32))


def _systems(documents: Sequence[Document]) -> Systems:
    live = [(ordinal, one) for ordinal, document in enumerate(documents) for one in document.systems if one.is_live]
    shape = (len(live), len(METRICS))
    return Systems(
        parent=np.array([ordinal for ordinal, _ in live], np.int32),
        id=np.array([one.id for _, one in live], np.int64),
        values=np.array([one.values for _, one in live], np.int64).reshape(shape).T.copy(),
        levels=np.array([one.levels for _, one in live], np.int8).reshape(shape).T.copy(),
        is_round_the_clock=np.array([one.is_round_the_clock for _, one in live], np.bool_),
    )


def from_documents(documents: Sequence[Document]) -> Segment:
    """Return the segment that the index would give for these documents."""
    lengths = [[len(words) for words in document.words] for document in documents]
    return Segment(
        providers=Providers(
            id=np.array([one.id for one in documents], np.int64),
            tier=np.array([one.tier for one in documents], np.int8),
            passes=np.array([one.passes for one in documents], np.int16),
            published_at=np.array([one.published_at for one in documents], np.int64),
            evaluated_on=np.array([one.evaluated_on for one in documents], np.int32),
            changes_on=np.array([one.changes_on for one in documents], np.int32),
            lengths=np.array(lengths, np.int32).reshape(len(documents), len(TEXT_FIELDS)).T.copy(),
        ),
        systems=_systems(documents),
        slugs=sorted_keys(one.slug for one in documents),
        names=sorted_keys(one.name_key for one in documents),
        terms=_terms(documents),
        words=MemoryWords(documents),
    )
