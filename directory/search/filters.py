"""The filters that are on: their sentences and the query without each, for chips, titles and suggestions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Coverage
from directory.evidence.wording import quantity
from directory.search.query import BOUNDS, Query
from directory.search.values import choices

NAMES = {
    "industry": "industry",
    "agent_type": "kind of agent",
    "region": "hosting in",
    "country": "head office in",
    "size": "size",
    "language": "speaks",
    "engagement": "engagement",
    "framework": "works with",
    "model": "works with",
    "cloud": "runs on",
    "tool": "uses",
    "certification": "certified",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter that is on: parameter and value, a sentence for people, and the query without it, on page 1."""

    name: str
    value: str
    sentence: str
    without: Query


def _at(level: Level) -> str:
    return f", {level.word}" if level else ""


def bound_sentence(name: str, bound: Decimal, level: Level) -> str:
    """Return a numeric filter as a sentence: uptime at least 99.9 %, confirmed."""
    metric = BOUNDS[name]
    definition = DEFINITIONS[metric]
    coverage = Coverage.ROUND_THE_CLOCK if name == "max_response_minutes" else None
    direction = "at least" if definition.is_more_better else "at most"
    return f"{definition.short} {direction} {quantity(metric, bound, coverage)}{_at(level)}"


def _verdicts(query: Query, catalogue: Catalogue) -> Iterator[Filter]:
    if query.production:
        name = choices("production", catalogue)[query.production]
        yield Filter("production", query.production, name, replace(query, production=None))
    if query.enterprise:
        name = choices("enterprise", catalogue)["1"]
        yield Filter("enterprise", "1", name, replace(query, enterprise=False))


def _evidence(query: Query) -> Iterator[Filter]:
    for name, bound in query.bounds:
        sentence = bound_sentence(name, bound, query.level)
        yield Filter(name, f"{bound:f}", sentence, replace(query, **{name: None}))  # type: ignore[arg-type] # only bounds are named
    if query.level:
        or_higher = "" if query.level is max(Level) else " or higher"
        sentence = f"evidence: {query.level.word}{or_higher}"
        yield Filter("level", str(int(query.level)), sentence, replace(query, level=Level.STATED))


def _facets(query: Query, catalogue: Catalogue) -> Iterator[Filter]:
    for name, values in query.facets:
        labels = choices(name, catalogue)
        at = _at(query.level) if name == "certification" else ""
        for value in values:
            kept = [one for one in values if one != value]
            yield Filter(name, value, f"{NAMES[name]}: {labels.get(value, value)}{at}", query.with_facet(name, kept))
    labels = choices("criterion", catalogue)
    for value in query.criteria:
        kept_criteria = tuple(one for one in query.criteria if one != value)
        sentence = f"{labels.get(value, value)}: met{_at(query.level)}"
        yield Filter("criterion", value, sentence, replace(query, criteria=kept_criteria))


def filters_of(query: Query, catalogue: Catalogue) -> tuple[Filter, ...]:
    """Return the filters that are on, in the order of the parameters."""
    query = replace(query, page=1)
    found = []
    if query.words:
        found.append(Filter("q", query.words, f"words: {query.words}", replace(query, words="")))
    found += [*_verdicts(query, catalogue), *_evidence(query), *_facets(query, catalogue)]
    if query.claimed:
        found.append(Filter("claimed", "1", "claimed by the provider", replace(query, claimed=False)))
    return tuple(found)
