"""Who matches: each condition of a query as a bitmap of providers, so that any of them can be left out.

Numeric filters hold for one and the same live system. `level` without a numeric filter, a criterion or a
certification asks for some live system's figure at that level.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from directory.evidence.levels import Level
from directory.search.document import METRICS, qualified, scaled
from directory.search.generation import Generation
from directory.search.query import BOUNDS, FACET_PARAMETERS, Query
from directory.search.segment import bitmap, ordinals_of
from directory.search.words import Matched, match

Bounds = tuple[tuple[str, int], ...]
"""Numeric filters by parameter name, in ten-thousandths."""
BY_LEVEL = ("certification", "criterion", "systems")
"""The conditions that depend on the level."""
FIGURE = "systems"
"""The condition on systems: numeric filters, or some figure at the level."""


def bounds_of(query: Query) -> Bounds:
    """Return the numeric filters as columns compare them."""
    return tuple((name, scaled(bound)) for name, bound in query.bounds)


def meeting(generation: Generation, bounds: Bounds, level: Level) -> NDArray[np.int64]:
    """Return the live systems that meet all numeric filters, each metric at the level, ascending."""
    systems, reached = generation.memory.recall(("meeting", bounds), lambda: _meeting(generation, bounds))
    return systems if level is Level.STATED else systems[reached >= level]


def _meeting(generation: Generation, bounds: Bounds) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Return the live systems that meet all numeric filters, and the lowest level among those metrics."""
    systems = generation.systems
    numbers = [METRICS.index(BOUNDS[name]) for name, _ in bounds]
    reached = systems.levels[numbers].min(axis=0)
    holds = reached >= 0
    for number, (name, bound) in zip(numbers, bounds, strict=True):
        values = systems.values[number]
        holds &= values >= bound if name.startswith("min_") else values <= bound
        if name == "max_response_minutes":
            holds &= systems.is_round_the_clock
    found = np.flatnonzero(holds)
    return found, reached[found]


def _of_systems(generation: Generation, bounds: Bounds, level: Level) -> BitMap:
    """Return whose systems meet the filters, or, without any, whose systems have a figure at the level."""
    if bounds:
        return bitmap(generation.systems.parent[meeting(generation, bounds, level)])
    has_one = (generation.systems.levels >= level).any(axis=0)
    return bitmap(generation.systems.parent[has_one])


@dataclass(frozen=True, slots=True)
class Conditions:
    """A query held against a generation: `by_name` has a bitmap for every condition that is on."""

    generation: Generation
    query: Query
    bounds: Bounds
    by_name: dict[str, BitMap]
    matched: Matched | None

    def all_but(self, *left_out: str) -> BitMap:
        """Return who meets every condition but those left out."""
        kept = sorted((one for name, one in self.by_name.items() if name not in left_out), key=len)
        alive = self.generation.alive
        return BitMap.intersection(kept[0], alive, *kept[1:]) if kept else alive

    def at_level(self, level: Level) -> dict[str, BitMap]:
        """Return the conditions that depend on the level as they would be at another one."""
        return level_conditions(self.generation, self.query, self.bounds, level)

    @property
    def has_only_level(self) -> bool:
        """Whether the condition on systems is there only because the level stands alone."""
        return FIGURE in self.by_name and not self.bounds


def level_conditions(generation: Generation, query: Query, bounds: Bounds, level: Level) -> dict[str, BitMap]:
    """Return the query's conditions that depend on the level, at one that needn't be its own."""
    found = {}
    certifications = query.chosen("certification")
    if certifications:
        found["certification"] = any_of(generation, "certification", certifications, level)
    if query.criteria:
        terms = [qualified(one, level) for one in query.criteria]
        members = [generation.members("criterion", term) for term in terms]
        found["criterion"] = BitMap.intersection(*members) if len(members) > 1 else members[0]
    if bounds or (level and not certifications and not query.criteria):
        key = ("systems", bounds, level)
        found[FIGURE] = generation.memory.recall(key, lambda: _of_systems(generation, bounds, level))
    return found


def any_of(generation: Generation, facet: str, values: tuple[str, ...], level: Level) -> BitMap:
    """Return who has one of the values; certifications at the level."""
    terms = [qualified(value, level) if facet == "certification" else value for value in values]
    members = [generation.members(facet, term) for term in terms]
    return BitMap.union(*members) if len(members) > 1 else members[0]


def conditions(generation: Generation, query: Query) -> Conditions:
    """Hold a query against a generation."""
    bounds = bounds_of(query)
    found = level_conditions(generation, query, bounds, query.level)
    matched = match(generation, query.words) if query.words else None
    if matched is not None:
        found["q"] = matched.members
    if query.production:
        found["production"] = generation.members("production", query.production)
    for flag in ("enterprise", "claimed"):
        if getattr(query, flag):
            found[flag] = generation.members(flag, "1")
    for facet in FACET_PARAMETERS:
        values = query.chosen(facet)
        if values and facet != "certification":
            found[facet] = any_of(generation, facet, values, query.level)
    return Conditions(generation, query, bounds, found, matched)


def providers_of(members: BitMap) -> NDArray[np.int64]:
    """Return ordinals for indexing arrays, ascending."""
    return ordinals_of(members).astype(np.int64)
