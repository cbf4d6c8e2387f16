"""Counts: for every value, how many results there would be if it were chosen.

In an or-ed or single-valued facet that is the total if the value stood there alone; in `criterion`, the
total with it added; in `level`, the total at that level. Each equals the total of the query it stands for.
"""

from collections.abc import Iterable

from pyroaring import BitMap

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.search.document import qualified
from directory.search.matching import BY_LEVEL, FIGURE, Conditions
from directory.search.query import FACET_PARAMETERS, Query
from directory.search.results import FacetValue
from directory.search.values import choices

NATURAL_ORDER = ("size", "production", "enterprise", "claimed", "criterion", "level")
"""Facets listed in the order of their definition; the others by count, then label."""


def _selected(query: Query, facet: str) -> tuple[str, ...]:
    single = {
        "criterion": query.criteria,
        "production": (query.production,) if query.production else (),
        "enterprise": ("1",) if query.enterprise else (),
        "claimed": ("1",) if query.claimed else (),
        "level": (str(int(query.level)),),
    }
    return tuple(str(value) for value in single[facet]) if facet in single else query.chosen(facet)


def _values(
    facet: str, counts: Iterable[tuple[str, int]], query: Query, catalogue: Catalogue
) -> tuple[FacetValue, ...]:
    """Return counted values that are known, with those that give nothing left out unless they are selected."""
    labels = choices(facet, catalogue)
    selected = _selected(query, facet)
    known = {value: count for value, count in counts if count and value in labels}
    if facet in NATURAL_ORDER:
        order = [value for value in labels if value in known or value in selected]
    else:
        every = known | {value: 0 for value in selected if value not in known}
        order = sorted(every, key=lambda value: (-every[value], labels.get(value, value).casefold(), value))
    return tuple(FacetValue(value, labels.get(value, value), known.get(value, 0), value in selected) for value in order)


def _plain(conditions: Conditions, facet: str, everybody: BitMap) -> Iterable[tuple[str, int]]:
    base = conditions.all_but(facet) if facet in conditions.by_name else everybody
    count = base.intersection_cardinality
    return ((value, count(members)) for value, members in conditions.generation.terms[facet].items())


def _by_level(conditions: Conditions, facet: str, left_out: tuple[str, ...]) -> Iterable[tuple[str, int]]:
    """Count values that are indexed by level; choosing one ends a level's standing alone."""
    alone = (FIGURE,) if conditions.has_only_level else ()
    count = conditions.all_but(*left_out, *alone).intersection_cardinality
    suffix = qualified("", conditions.query.level)
    terms = conditions.generation.terms[facet].items()
    return ((term.removesuffix(suffix), count(members)) for term, members in terms if term.endswith(suffix))


def _levels(conditions: Conditions) -> Iterable[tuple[str, int]]:
    others = conditions.all_but(*BY_LEVEL)
    for level in Level:
        at_level = conditions.at_level(level).values()
        yield str(int(level)), len(BitMap.intersection(others, *at_level)) if at_level else len(others)


def count(conditions: Conditions, everybody: BitMap, catalogue: Catalogue) -> dict[str, tuple[FacetValue, ...]]:
    """Return every facet's values; `everybody` is who matches the query."""
    found: dict[str, Iterable[tuple[str, int]]] = {}
    for facet in (*FACET_PARAMETERS, "criterion", "production", "enterprise", "claimed", "level"):
        if facet == "certification":
            found[facet] = _by_level(conditions, facet, (facet,))
        elif facet == "criterion":
            found[facet] = _by_level(conditions, facet, ())
        elif facet == "level":
            found[facet] = _levels(conditions)
        else:
            found[facet] = _plain(conditions, facet, everybody)
    return {facet: _values(facet, counts, conditions.query, catalogue) for facet, counts in found.items()}
