"""Order and headlines.

The headline is one live system that meets the numeric filters: the best in the sorted metric, else the first
by rank. Providers that reach a tier come first under every sort. Order by evidence: tier, rules passed, sum
of the headline's levels, slug. Every other sort falls back to it, so that the order is total.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.search.document import METRICS
from directory.search.generation import Generation
from directory.search.matching import Bounds, Conditions, meeting, providers_of
from directory.search.query import Sort
from directory.search.results import Hit
from directory.search.words import micro

Array = NDArray[np.int64]
NO_VALUE = 2**58
UNPROVEN = 2**60
WALK = 4_000
"""How many providers an order is walked along, at most about, before sorting who matches is cheaper."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the order depends on beside the generation: the metric read from headlines, and at which level."""

    bounds: Bounds
    level: Level
    metric: Metric | None

    @property
    def key(self) -> tuple[object, ...]:
        """What results that depend on it alone are remembered by."""
        level = self.level if self.bounds or self.metric else None
        return (self.bounds, level, self.metric)


def _badness(generation: Generation, systems: Array, metric: Metric, level: Level) -> Array:
    """Return how bad each system's value is, the best lowest; without one at the level, NO_VALUE."""
    number = METRICS.index(metric)
    values = generation.systems.values[number][systems]
    bad = 2**55 - values if DEFINITIONS[metric].is_more_better else values
    result: Array = np.where(generation.systems.levels[number][systems] >= level, bad, NO_VALUE)
    return result


def _firsts(parents: NDArray[np.int32]) -> Array:
    """Return where each provider's systems start; `parents` ascend."""
    return np.flatnonzero(np.diff(parents, prepend=-1))


def headlines(generation: Generation, reading: Reading) -> Array:
    """Return each provider's headline as an ordinal of systems, −1 where there is none."""
    return generation.memory.recall(("headlines", *reading.key), lambda: _headlines(generation, reading))


def _headlines(generation: Generation, reading: Reading) -> Array:
    parent = generation.systems.parent
    systems = meeting(generation, reading.bounds, reading.level) if reading.bounds else np.arange(len(parent))
    chosen = systems[_firsts(parent[systems])]
    if reading.metric and len(systems):
        bad = _badness(generation, systems, reading.metric, reading.level)
        starts = _firsts(parent[systems])
        best = np.minimum.reduceat(bad, starts)
        is_best = bad == np.repeat(best, np.diff(starts, append=len(systems)))
        best_systems = systems[is_best]
        chosen = best_systems[_firsts(parent[best_systems])]
    found = np.full(generation.size, -1, np.int64)
    found[parent[chosen]] = chosen
    return found


def _level_sums(generation: Generation) -> Array:
    """Return the sum of each system's levels, and behind them 0 for the headline that isn't there (−1)."""
    sums = np.maximum(generation.systems.levels, 0).sum(axis=0, dtype=np.int64)
    return np.append(sums, 0)


def _evidence(generation: Generation, headline: Array, who: Array) -> Array:
    """Return keys of the order by evidence, the best lowest: all different among the living."""
    levels = generation.memory.recall("levels", lambda: _level_sums(generation))[headline]
    tier, passes = generation.providers.tier[who].astype(np.int64), generation.providers.passes[who].astype(np.int64)
    result: Array = ((((2 - tier) << 16 | (2**15 - passes)) << 8 | (64 - levels)) << 32) | generation.slug_rank[who]
    return result


def _first_key(conditions: Conditions, reading: Reading, headline: Array, who: Array) -> Array:
    """Return what the sort itself compares, the best lowest, the unproven behind."""
    generation, sort = conditions.generation, conditions.query.ordering
    key = np.zeros(len(who), np.int64)
    if reading.metric:
        has_one = headline >= 0
        key = np.full(len(who), NO_VALUE, np.int64)
        key[has_one] = _badness(generation, headline[has_one], reading.metric, reading.level)
    elif sort is Sort.NEWEST:
        key = 2**55 - generation.providers.published_at[who]
    elif sort is Sort.NAME:
        key = generation.name_rank[who]
    elif sort is Sort.RELEVANCE and conditions.matched:
        score = np.zeros(generation.size, np.int64)
        score[providers_of(conditions.matched.members)] = micro(conditions.matched.scores)
        key = 2**50 - score[who]
    result: Array = key + UNPROVEN * (generation.providers.tier[who] == 0)
    return result


def _ordered(first: Array, evidence: Array, start: int, stop: int) -> Array:
    """Return places `start` to `stop` of the order by both keys; sorts only what can be among them."""
    if stop < len(first) // 2:
        last = np.partition(first, stop - 1)[stop - 1]
        candidates = np.flatnonzero(first <= last)
    else:
        candidates = np.arange(len(first))
    order: Array = candidates[np.lexsort((evidence[candidates], first[candidates]))]
    return order[start:stop]


def _order(conditions: Conditions, reading: Reading) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return an order that doesn't depend on who matches: all ordinals in it, and each one's place."""
    everybody = np.arange(conditions.generation.size)
    headline = headlines(conditions.generation, reading)
    first = _first_key(conditions, reading, headline, everybody)
    order = np.lexsort((_evidence(conditions.generation, headline, everybody), first)).astype(np.int32)
    places = np.empty(len(order), np.int32)
    places[order] = everybody
    return order, places


def _from_order(conditions: Conditions, reading: Reading, members: BitMap, start: int, stop: int) -> Array:
    """Return places `start` to `stop` of those who match, in an order that is remembered.

    Where many match, the order is walked until enough of them are met; where few do, they are sorted.
    """
    key = ("order", conditions.query.ordering, *reading.key)
    order, places = conditions.generation.memory.recall(key, lambda: _order(conditions, reading))
    if stop * len(order) > len(members) * WALK:
        who = providers_of(members)
        return who[np.argsort(places[who])][start:stop]
    found: list[int] = []
    for begin in range(0, len(order), WALK // 8):
        found += [one for one in order[begin : begin + WALK // 8].tolist() if one in members]
        if len(found) >= stop:
            break
    return np.array(found[start:stop], np.int64)


def _page(conditions: Conditions, reading: Reading, members: BitMap, start: int, stop: int) -> Array:
    generation = conditions.generation
    if not reading.bounds and not (conditions.query.ordering is Sort.RELEVANCE and conditions.matched):
        return _from_order(conditions, reading, members, start, stop)
    who = providers_of(members)
    headline = headlines(generation, reading)[who]
    first = _first_key(conditions, reading, headline, who)
    return who[_ordered(first, _evidence(generation, headline, who), start, stop)]


def hits(conditions: Conditions, everybody: BitMap, start: int, stop: int) -> tuple[Hit, ...]:
    """Return results `start` to `stop` of those who match, with their headlines."""
    generation, query = conditions.generation, conditions.query
    reading = Reading(conditions.bounds, query.level, query.ordering.metric)
    stop = min(stop, len(everybody))
    if start >= stop:
        return ()
    page = _page(conditions, reading, everybody, start, stop)
    systems = headlines(generation, reading)[page]
    return tuple(
        Hit(int(provider_id), int(generation.systems.id[system]) if system >= 0 else None)
        for provider_id, system in zip(generation.providers.id[page], systems, strict=True)
    )
