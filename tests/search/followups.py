"""What every count stands for: the same query with one more choice, and how many that gives."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.rules.evaluator import TierName
from directory.search.query import FACET_PARAMETERS, Query
from directory.search.values import choices

Counts = dict[str, dict[str, int]]


def selected(query: Query) -> dict[str, set[str]]:
    """Return what is chosen in every facet: it is listed even where it gives nothing."""
    return {facet: set(query.chosen(facet)) for facet in FACET_PARAMETERS} | {
        "criterion": set(query.criteria),
        "production": {query.production.value} if query.production else set(),
        "enterprise": {"1"} if query.enterprise else set(),
        "claimed": {"1"} if query.claimed else set(),
        "level": {str(int(query.level))},
    }


def listed(query: Query, counted: Mapping[str, Mapping[str, int]], catalogue: Catalogue) -> Counts:
    """Return the counts that a page lists: what gives something and what is chosen, of the values there are."""
    kept = selected(query)
    found: Counts = {}
    for facet, counts in counted.items():
        known = choices(facet, catalogue)
        complete = dict.fromkeys(kept[facet], 0) | dict(counts)
        found[facet] = {one: n for one, n in complete.items() if one in known and (n or one in kept[facet])}
    return found


def counted(
    query: Query, catalogue: Catalogue, values: Mapping[str, Iterable[str]], total: Callable[[Query], int]
) -> Counts:
    """Count every facet by asking for the total of each follow-up query; `values` are those somebody may have."""
    found: Counts = {
        facet: {one: total(query.with_facet(facet, [one])) for one in values[facet]} for facet in FACET_PARAMETERS
    }
    criteria = {one: tuple({*query.criteria, one}) for one in values["criterion"]}
    found["criterion"] = {one: total(replace(query, criteria=all_of)) for one, all_of in criteria.items()}
    found["production"] = {tier.value: total(replace(query, production=tier)) for tier in TierName}
    found["enterprise"] = {"1": total(replace(query, enterprise=True))}
    found["claimed"] = {"1": total(replace(query, claimed=True))}
    found["level"] = {str(int(one)): total(replace(query, level=one)) for one in Level}
    return listed(query, found, catalogue)
