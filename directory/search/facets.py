"""Counts: for every value, how many results there would be if it were chosen.

In an or-ed or single-valued facet that is the total if the value stood there alone; in `criterion`, the
total with it added; in `level`, the total at that level. Each equals the total of the query it stands for.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from pyroaring import BitMap

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.search.bitmaps import NOBODY
from directory.search.document import qualified
from directory.search.generation import Generation
from directory.search.matching import BY_LEVEL, FIGURE, Conditions, reaching
from directory.search.query import FACET_PARAMETERS, Query
from directory.search.results import FacetValue
from directory.search.values import Labels, all_choices

COUNTED = (*FACET_PARAMETERS, "criterion", "production", "enterprise", "claimed", "level")
NATURAL_ORDER = ("size", "production", "enterprise", "claimed", "criterion")
"""Facets listed in the order of their definition, `level` too; the others by count, then label."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What counting a facet takes, worked out once for a generation: values with labels, and who has them.

    In natural order every value there is; otherwise those that somebody has, by label. `totals` are the
    counts among all, `unfiltered` the facet as it is listed with them while nothing is selected.
    """

    known: Labels
    values: tuple[tuple[str, str], ...]
    members: tuple[BitMap, ...]
    totals: tuple[int, ...]
    unfiltered: tuple[FacetValue, ...]


def _plan(generation: Generation, facet: str, known: Labels, level: Level | None) -> Plan:
    """Return a facet's plan; `level` for one whose values are indexed by level."""
    key = ("plan", facet, id(known), level)  # the plan keeps `known`, so its identity can't be taken by another
    return generation.memory.recall(key, lambda: _planned(generation, facet, known, level))


def _planned(generation: Generation, facet: str, known: Labels, level: Level | None) -> Plan:
    def term(value: str) -> str:
        return value if level is None else qualified(value, level)

    held = generation.terms[facet]
    if facet in NATURAL_ORDER:
        values = tuple(known.items())
    else:
        present = [(value, label) for value, label in known.items() if term(value) in held]
        values = tuple(sorted(present, key=lambda one: (one[1].casefold(), one[0])))
    members = tuple(held.get(term(value), NOBODY) for value, _ in values)
    totals = tuple(map(generation.alive.intersection_cardinality, members))
    plan = Plan(known, values, members, totals, ())
    return replace(plan, unfiltered=_listed(facet, plan, totals, ()))


def _selected(query: Query, facet: str) -> Collection[str]:
    match facet:
        case "criterion":
            return query.criteria
        case "production":
            return (query.production,) if query.production else ()
        case "enterprise" | "claimed":
            return ("1",) if getattr(query, facet) else ()
        case _:
            return query.chosen(facet)


def _listed(facet: str, plan: Plan, counts: Iterable[int], selected: Collection[str]) -> tuple[FacetValue, ...]:
    """Return values that give something and those selected, in the facet's order."""
    found = [
        FacetValue(value, label, count, value in selected)
        for (value, label), count in zip(plan.values, counts, strict=True)
        if count or value in selected
    ]
    if facet in NATURAL_ORDER:
        return tuple(found)
    absent = set(selected).difference(one.value for one in found) if selected else ()
    if absent:
        found += [FacetValue(value, plan.known.get(value, value), 0, is_selected=True) for value in absent]
        found.sort(key=lambda one: (one.label.casefold(), one.value))
    found.sort(key=attrgetter("count"), reverse=True)  # keeps the order of labels among equals
    return tuple(found)


def _base(conditions: Conditions, facet: str, everybody: BitMap) -> BitMap:
    """Return who meets all that stays when a value of the facet is chosen."""
    left_out = () if facet == "criterion" else (facet,)
    if facet in BY_LEVEL and conditions.has_only_level:
        left_out = (*left_out, FIGURE)  # choosing one ends the level's standing alone
    if not any(name in conditions.by_name for name in left_out):
        return everybody
    return conditions.all_but(*left_out)


def _levels(conditions: Conditions, labels: Labels) -> tuple[FacetValue, ...]:
    others, chosen = conditions.all_but(*BY_LEVEL), conditions.query.level
    counts = _counts_by_level(conditions, others)
    found = [FacetValue(str(int(level)), labels[str(int(level))], counts[level], level is chosen) for level in Level]
    return tuple(one for one in found if one.count or one.is_selected)


def _counts_by_level(conditions: Conditions, others: BitMap) -> Sequence[int]:
    """Return how many of those who meet everything else there would be at each level."""
    if conditions.has_only_bounds:
        return reaching(conditions.generation, conditions.bounds, others)
    counts = []
    for level in Level:
        at_level = list(conditions.at_level(level).values())
        both = BitMap.intersection(*at_level) if len(at_level) > 1 else next(iter(at_level), others)
        counts.append(others.intersection_cardinality(both))
    return counts


def count(conditions: Conditions, everybody: BitMap, catalogue: Catalogue) -> dict[str, tuple[FacetValue, ...]]:
    """Return every facet's values; `everybody` is who matches the query."""
    known, query = all_choices(catalogue), conditions.query
    found = {}
    for facet in COUNTED:
        if facet == "level":
            found[facet] = _levels(conditions, known[facet])
            continue
        level = query.level if facet in BY_LEVEL else None
        plan = _plan(conditions.generation, facet, known[facet], level)
        found[facet] = _counted(conditions, facet, plan, _base(conditions, facet, everybody))
    return found


def _counted(conditions: Conditions, facet: str, plan: Plan, base: BitMap) -> tuple[FacetValue, ...]:
    """Return a facet's values among `base`; nothing is counted again where that is everybody."""
    selected = _selected(conditions.query, facet)
    if base is not conditions.generation.alive:
        return _listed(facet, plan, map(base.intersection_cardinality, plan.members), selected)
    return _listed(facet, plan, plan.totals, selected) if selected else plan.unfiltered
