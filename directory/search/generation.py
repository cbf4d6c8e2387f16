"""A generation: segments read together as one immutable whole, with orders over it and a small memory.

Everything found in it holds for one state of the index. Ordinals mean nothing outside it.
"""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray
from pyroaring import BitMap

from directory.search.bitmaps import NOBODY, bitmap
from directory.search.document import TERM_FIELDS
from directory.search.segment import Keys, Providers, Segment, Systems

MEMORY = 16_000_000
"""Bytes of arrays that a generation remembers at least: words, systems that meet a filter, orders."""
MEMORY_EACH = 160
"""Bytes for each provider, where that is more: what is remembered grows with them."""
Part = tuple[Segment, BitMap]
Found = TypeVar("Found")


def _size(found: object) -> int:
    if isinstance(found, BitMap):
        return 64 + len(found) // 4
    parts = found if isinstance(found, tuple) else (found,)
    return sum(64 + getattr(one, "nbytes", 0) for one in parts)


class Memory:
    """A bounded cache that any thread may use; what two threads compute at once is computed twice."""

    def __init__(self, providers: int = 0) -> None:
        """Start empty, with room for what a directory of so many providers needs."""
        self._lock = threading.Lock()
        self._limit = max(MEMORY, MEMORY_EACH * providers)
        self._cache: LRUCache[object, object] = LRUCache(self._limit, getsizeof=_size)

    def recall(self, key: object, compute: Callable[[], Found]) -> Found:
        """Return what was computed under this key, or compute it."""
        with self._lock:
            found = self._cache.get(key)
        if found is None:
            found = compute()
            if _size(found) < self._limit // 4:
                with self._lock:
                    self._cache[key] = found
        return found  # type: ignore[return-value] # a key always stands for the same kind of thing


@dataclass(frozen=True, slots=True)
class Generation:
    """Providers and live systems by ordinal, bitmaps of ordinals by field and value, and what is `alive`.

    Arrays and bitmaps may still hold deleted providers: whatever is looked for starts from `alive`.
    `slug_rank` and `name_rank` are the places of living providers in the order of slugs and of names.
    """

    parts: tuple[Part, ...]
    alive: BitMap
    providers: Providers
    systems: Systems
    terms: Mapping[str, Mapping[str, BitMap]]
    slug_rank: NDArray[np.int32]
    name_rank: NDArray[np.int32]
    memory: Memory = field(default_factory=Memory)

    @property
    def size(self) -> int:
        """How many ordinals there are, deleted ones included."""
        return len(self.providers.id)

    def members(self, field_name: str, value: str) -> BitMap:
        """Return who has a value."""
        return self.terms[field_name].get(value, NOBODY)

    def stale_on(self, on: int) -> NDArray[np.int64]:
        """Return ids of providers that must be evaluated again to answer for the day `on` (an ordinal)."""
        is_stale = (self.providers.changes_on <= on) | (self.providers.evaluated_on > on)
        ordinals = self.alive & bitmap(np.flatnonzero(is_stale))
        return self.providers.id[list(ordinals)] if ordinals else np.empty(0, np.int64)


def _shifted(parts: Sequence[Part]) -> Iterable[tuple[int, Part]]:
    offset = 0
    for part in parts:
        yield offset, part
        offset += part[0].size


def _alive(parts: Sequence[Part]) -> BitMap:
    alive = BitMap()
    for offset, (segment, deleted) in _shifted(parts):
        everybody = BitMap()
        everybody.add_range(0, segment.size)
        alive |= (everybody - deleted).shift(offset)
    return alive


def _terms(parts: Sequence[Part]) -> dict[str, Mapping[str, BitMap]]:
    """Return the bitmaps of all segments together; those that only the first segment has are shared, not copied."""
    terms: dict[str, Mapping[str, BitMap]] = {}
    for name in TERM_FIELDS:
        together = dict(parts[0][0].terms[name])
        for offset, (segment, _) in list(_shifted(parts))[1:]:
            for value, members in segment.terms[name].items():
                together[value] = together.get(value, NOBODY) | members.shift(offset)
        terms[name] = together
    return terms


def _providers(parts: Sequence[Part]) -> Providers:
    all_of = [segment.providers for segment, _ in parts]
    return Providers(
        id=np.concatenate([one.id for one in all_of]),
        tier=np.concatenate([one.tier for one in all_of]),
        passes=np.concatenate([one.passes for one in all_of]),
        published_at=np.concatenate([one.published_at for one in all_of]),
        evaluated_on=np.concatenate([one.evaluated_on for one in all_of]),
        changes_on=np.concatenate([one.changes_on for one in all_of]),
        lengths=np.concatenate([one.lengths for one in all_of], axis=1),
    )


def _systems(parts: Sequence[Part]) -> Systems:
    all_of = [(offset, segment.systems) for offset, (segment, _) in _shifted(parts)]
    return Systems(
        parent=np.concatenate([one.parent + np.int32(offset) for offset, one in all_of]),
        id=np.concatenate([one.id for _, one in all_of]),
        values=np.concatenate([one.values for _, one in all_of], axis=1),
        levels=np.concatenate([one.levels for _, one in all_of], axis=1),
        is_round_the_clock=np.concatenate([one.is_round_the_clock for _, one in all_of]),
    )


def _ranks(all_of: Sequence[Keys], size: int) -> NDArray[np.int32]:
    """Return each ordinal's place in the order of keys; small segments are sorted into the first one."""
    first = all_of[0]
    offset, rest = len(first), []
    for keys in all_of[1:]:
        rest += [(key, ordinal + offset) for key, ordinal in zip(keys, keys.ordinals.tolist(), strict=True)]
        offset += len(keys)
    rest.sort()
    places = np.array([bisect_left(first, key) for key, _ in rest], np.int64)
    ranks = np.empty(size, np.int32)
    before = np.cumsum(np.bincount(places, minlength=len(first) + 1))[: len(first)]
    ranks[first.ordinals] = np.arange(len(first)) + before
    ranks[np.array([ordinal for _, ordinal in rest], np.int64)] = places + np.arange(len(rest))
    return ranks


def build(parts: Iterable[Part]) -> Generation:
    """Return segments, each with its deleted ordinals, as a generation; the largest comes first and isn't copied."""
    ordered = sorted(parts, key=lambda part: -part[0].size)
    if not ordered:
        raise ValueError("a generation needs a segment, be it an empty one")
    first = ordered[0][0]
    is_one = len(ordered) == 1
    providers = first.providers if is_one else _providers(ordered)
    size = len(providers.id)
    return Generation(
        parts=tuple(ordered),
        alive=_alive(ordered),
        providers=providers,
        systems=first.systems if is_one else _systems(ordered),
        terms=first.terms if is_one else _terms(ordered),
        slug_rank=_ranks([segment.slugs for segment, _ in ordered], size),
        name_rank=_ranks([segment.names for segment, _ in ordered], size),
        memory=Memory(size),
    )


def replaced(generation: Generation, provider_ids: NDArray[np.int64], segment: Segment) -> Generation:
    """Return the generation without these providers, and with a segment that holds what became of them."""
    parts: list[Part] = []
    for old, deleted in generation.parts:
        gone = bitmap(np.flatnonzero(np.isin(old.providers.id, provider_ids)))
        parts.append((old, deleted | gone))
    return build([*parts, (segment, NOBODY)])
