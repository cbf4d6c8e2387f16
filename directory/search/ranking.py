"""Order. Providers that reach a tier come first under every sort.

Order by evidence: tier, rules passed, sum of the headline's levels, slug. Every other sort falls back to it, so that
the order is total. Sorting everybody who matches for the sake of twenty would be most of the work: what comes first
is found along orders that are remembered, and only what can be among it is sorted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from directory.evidence.levels import Level
from directory.search.bitmaps import is_among, mask_of, ordinals_of, providers_of
from directory.search.generation import Generation
from directory.search.headlines import Array, Reading, badness, headlines
from directory.search.matching import Conditions, meeting
from directory.search.query import Sort
from directory.search.results import Hit
from directory.search.words import Matched, micro

Listed = tuple[Array, Array]
"""Providers in order, and beside each its headline."""
UNPROVEN = 2**60
FEW = 2_000
"""So many who match are sorted whole."""
STEP = 500
"""How far an order is walked at a time."""


@dataclass(frozen=True, slots=True)
class Order:
    """Some ordinals in order, and beside each the key that it is ordered by; equal keys stand in any order."""

    ordinals: NDArray[np.int32]
    keys: Array

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.ordinals.nbytes + self.keys.nbytes


def _ordered(keys: Array) -> Order:
    order = np.argsort(keys, kind="stable")
    return Order(order.astype(np.int32), keys[order])


def _level_sums(generation: Generation) -> NDArray[np.int16]:
    """Return the sum of each system's levels, and behind them 0 for the headline that isn't there (−1)."""
    sums = np.maximum(generation.systems.levels, 0).sum(axis=0, dtype=np.int16)
    return np.append(sums, np.int16(0))


def _evidence(generation: Generation, headline: Array, who: Array) -> Array:
    """Return keys of the order by evidence, the best lowest: all different among the living."""
    levels = generation.memory.recall("levels", lambda: _level_sums(generation))[headline]
    result: Array = (_proof(generation, who) << 8 | (64 - levels)) << 32 | generation.slug_rank[who]
    return result


def _proof(generation: Generation, who: Array) -> Array:
    """Return keys of the order by what doesn't depend on the headline, tier and rules passed, the best lowest."""
    tier, passes = generation.providers.tier[who].astype(np.int64), generation.providers.passes[who].astype(np.int64)
    result: Array = (2 - tier) << 16 | (2**15 - passes)
    return result


def _unproven(generation: Generation, who: NDArray[np.integer]) -> Array:
    result: Array = UNPROVEN * (generation.providers.tier[who] == 0)
    return result


def _provider_key(generation: Generation, sort: Sort, who: Array) -> Array:
    """Return what a sort compares first of a provider itself, the best lowest, the unproven behind."""
    key = np.zeros(len(who), np.int64)
    if sort is Sort.NEWEST:
        key = 2**55 - generation.providers.published_at[who]
    elif sort is Sort.NAME:
        key = generation.name_rank[who].astype(np.int64)
    elif sort.metric is None:
        key = _proof(generation, who)
    return key + _unproven(generation, who)


def _system_key(generation: Generation, reading: Reading, systems: Array) -> Array:
    """Return what a sort by a metric compares first, for its system, the best lowest, the unproven behind."""
    assert reading.metric is not None  # noqa: S101 - asked for under such a sort only
    who = generation.systems.parent[systems]
    return badness(generation, systems, reading.metric, reading.level) + _unproven(generation, who)


# ---------------------------------------------------------------- all of them, or some


def _first_keys(generation: Generation, reading: Reading, sort: Sort, headline: Array, who: Array) -> Array:
    """Return what a sort compares first, of some providers with these headlines."""
    if reading.metric is None:
        return _provider_key(generation, sort, who)
    keys = np.full(len(who), 2**58, np.int64) + _unproven(generation, who)
    has_one = headline >= 0
    keys[has_one] = _system_key(generation, reading, headline[has_one])
    return keys


def _sorted(generation: Generation, reading: Reading, sort: Sort, who: Array) -> Listed:
    """Return some providers in order."""
    headline = headlines(generation, reading, who)
    order = np.lexsort((_evidence(generation, headline, who), _first_keys(generation, reading, sort, headline, who)))
    return who[order], headline[order]


def _whole_order(generation: Generation, reading: Reading, sort: Sort) -> NDArray[np.int32]:
    """Return all ordinals in an order that doesn't depend on who matches."""

    def all_of_them() -> NDArray[np.int32]:
        return _sorted(generation, reading, sort, np.arange(generation.size))[0].astype(np.int32)

    return generation.memory.recall(("order", sort, *reading.key), all_of_them)


def places_by_evidence(generation: Generation) -> NDArray[np.int32]:
    """Return each ordinal's place in the order by evidence that providers have when nothing is asked."""
    return generation.memory.recall("places by evidence", lambda: _places(generation))


def _places(generation: Generation) -> NDArray[np.int32]:
    order = _whole_order(generation, Reading((), Level.STATED, None), Sort.EVIDENCE)
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


# ---------------------------------------------------------------- who may be among the first


def _along(generation: Generation, sort: Sort, members: BitMap, stop: int) -> Array:
    """Return who of the members may be among the first `stop`, by what is compared of the provider itself."""
    order = generation.memory.recall(("providers in order", sort), lambda: _providers_in_order(generation, sort))
    is_member = mask_of(members, generation.size)
    found, count = [], 0
    for start in range(0, len(order.ordinals), STEP):
        some = order.ordinals[start : start + STEP]
        places = start + np.flatnonzero(is_member[some])
        if count + len(places) >= stop:
            last = order.keys[places[stop - count - 1]]
            tied = order.ordinals[start : np.searchsorted(order.keys, last, "right")]
            found.append(tied[is_member[tied]])
            break
        found.append(order.ordinals[places])
        count += len(places)
    return np.concatenate(found).astype(np.int64)


def _providers_in_order(generation: Generation, sort: Sort) -> Order:
    return _ordered(_provider_key(generation, sort, np.arange(generation.size)))


def _along_systems(generation: Generation, reading: Reading, members: BitMap, stop: int) -> Array:
    """Return who of the members may be among the first `stop`, by the metric of their best system."""
    key = ("systems in order", reading.metric, reading.level)
    order = generation.memory.recall(key, lambda: _systems_in_order(generation, reading))
    everybody, parent = ordinals_of(members), generation.systems.parent
    meets = meeting(generation, reading.bounds, reading.level)
    who, start = np.empty(0, np.int32), 0
    while len(who) < stop and start < len(order.ordinals):
        end = int(np.searchsorted(order.keys, order.keys[min(start + STEP, len(order.keys)) - 1], "right"))
        some = order.ordinals[start:end]
        owners = parent[some[meets[some]]]
        who = np.union1d(who, owners[is_among(everybody, owners)])
        start = end
    return who.astype(np.int64)


def _systems_in_order(generation: Generation, reading: Reading) -> Order:
    return _ordered(_system_key(generation, reading, np.arange(len(generation.systems.parent))))


def _best_scored(matched: Matched, generation: Generation, members: BitMap, stop: int) -> tuple[Array, Array]:
    """Return who of the members may be among the first `stop` by relevance, and what is compared of each."""
    who = providers_of(members)
    first = 2**50 - micro(matched.scores(who.astype(np.uint32))) + _unproven(generation, who)
    if stop < len(first) // 2:
        may_be = np.flatnonzero(first <= np.partition(first, stop - 1)[stop - 1])
        return who[may_be], first[may_be]
    return who, first


def _relevant(generation: Generation, reading: Reading, matched: Matched, members: BitMap, stop: int) -> Listed:
    who, first = _best_scored(matched, generation, members, stop)
    headline = headlines(generation, reading, who)
    order = np.lexsort((_evidence(generation, headline, who), first))
    return who[order], headline[order]


def _from_order(order: NDArray[np.int32], members: BitMap, size: int, stop: int) -> Array:
    """Return the first `stop` of those who match along an order of everybody."""
    is_member, found, count = mask_of(members, size), [], 0
    for start in range(0, len(order), STEP):
        some = order[start : start + STEP]
        found.append(some[is_member[some]])
        count += len(found[-1])
        if count >= stop:
            break
    return np.concatenate(found)[:stop].astype(np.int64)


def _first(conditions: Conditions, reading: Reading, members: BitMap, stop: int) -> Listed:
    """Return at least the first `stop` of those who match, in order."""
    generation, sort = conditions.generation, conditions.query.ordering
    if sort is Sort.RELEVANCE and conditions.matched:
        return _relevant(generation, reading, conditions.matched, members, stop)
    if len(members) <= FEW:
        return _sorted(generation, reading, sort, providers_of(members))
    if reading.bounds and reading.metric:
        return _sorted(generation, reading, sort, _along_systems(generation, reading, members, stop))
    if reading.bounds:
        return _sorted(generation, reading, sort, _along(generation, sort, members, stop))
    who = _from_order(_whole_order(generation, reading, sort), members, generation.size, stop)
    return who, headlines(generation, reading, who)


def hits(conditions: Conditions, everybody: BitMap, start: int, stop: int) -> tuple[Hit, ...]:
    """Return results `start` to `stop` of those who match, with their headlines."""
    generation, query = conditions.generation, conditions.query
    reading = Reading(conditions.bounds, query.level, query.ordering.metric)
    stop = min(stop, len(everybody))
    if start >= stop:
        return ()
    who, systems = _first(conditions, reading, everybody, stop)
    return tuple(
        Hit(int(provider_id), int(generation.systems.id[system]) if system >= 0 else None)
        for provider_id, system in zip(generation.providers.id[who[start:stop]], systems[start:stop], strict=True)
    )
