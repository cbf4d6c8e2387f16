"""Who matches: each condition of a query as a bitmap of providers, so that any of them can be left out.

Numeric filters hold for one and the same live system. `level` without a numeric filter, a criterion or a
certification asks for some live system's figure at that level.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from directory.evidence.levels import Level
from directory.search.bitmaps import firsts_of, mask_of, members_of, places_of
from directory.search.document import METRICS, qualified, scaled
from directory.search.generation import Generation
from directory.search.query import BOUNDS, FACET_PARAMETERS, Query
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


def meeting(generation: Generation, bounds: Bounds, level: Level) -> NDArray[np.bool_]:
    """Return for each live system whether it meets all numeric filters, each metric at the level."""
    return generation.memory.recall(("meeting", bounds, level), lambda: _meeting(generation, bounds, level))


def _meeting(generation: Generation, bounds: Bounds, level: Level) -> NDArray[np.bool_]:
    systems = generation.systems
    holds = np.ones(len(systems.parent), np.bool_)
    for name, bound in bounds:
        number = METRICS.index(BOUNDS[name])
        values = systems.values[number]
        # What isn't known is −1: less than any bound, and as an unsigned number more than any.
        holds &= values >= bound if name.startswith("min_") else values.view(np.uint64) <= np.uint64(bound)
        if level:
            holds &= systems.levels[number] >= int(level)  # an enum would have the column widened first
        if name == "max_response_minutes":
            holds &= systems.is_round_the_clock
    return holds


def reaching(generation: Generation, bounds: Bounds, among: BitMap) -> list[int]:
    """Return for each level how many of some providers have a system that meets all numeric filters at it."""
    systems = generation.systems
    which = places_of(meeting(generation, bounds, Level.STATED))
    lowest = np.minimum.reduce([systems.levels[METRICS.index(BOUNDS[name])] for name, _ in bounds])[which]
    owners = systems.parent[which]
    firsts = firsts_of(owners)
    best = np.maximum.reduceat(lowest, firsts) if len(firsts) else lowest
    meant = _mask(generation, among)[owners[firsts]]
    exactly = np.bincount(best[meant], minlength=len(Level))
    counts: list[int] = np.cumsum(exactly[::-1])[::-1].tolist()
    return counts


def _mask(generation: Generation, among: BitMap) -> NDArray[np.bool_]:
    """Return for each ordinal whether it is among some providers; for all the living, worked out once."""
    if among is not generation.alive:
        return mask_of(among, generation.size)
    return generation.memory.recall("living", lambda: mask_of(among, generation.size))


def _of_systems(generation: Generation, bounds: Bounds, level: Level) -> BitMap:
    """Return whose systems meet the filters, or, without any, whose systems have a figure at the level."""
    if bounds:
        return _owners(generation, meeting(generation, bounds, level))
    has_one: NDArray[np.bool_] = np.any(generation.systems.levels >= int(level), axis=0)
    return _owners(generation, has_one)


def _owners(generation: Generation, is_meant: NDArray[np.bool_]) -> BitMap:
    owns = np.zeros(generation.size, np.bool_)
    owns[generation.systems.parent[places_of(is_meant)]] = True
    return members_of(owns)


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

    @property
    def has_only_bounds(self) -> bool:
        """Whether numeric filters are all that the level is asked of."""
        return bool(self.bounds) and set(BY_LEVEL) & set(self.by_name) == {FIGURE}


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
