"""What is searched for, as an immutable value with one canonical spelling. Reading it from an address: `parse`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from directory.catalogue.services import Catalogue
from directory.core.errors import DomainError
from directory.evidence.levels import Level
from directory.evidence.metrics import Metric
from directory.rules.evaluator import TierName
from directory.search.values import choices

if TYPE_CHECKING:
    from directory.search.filters import Filter

FACET_PARAMETERS: tuple[str, ...] = (
    "industry",
    "agent_type",
    "region",
    "country",
    "size",
    "language",
    "engagement",
    "framework",
    "model",
    "cloud",
    "tool",
    "certification",
)
"""The repeatable parameters whose values are or-ed."""


class Sort(StrEnum):
    """What the list is ordered by, after putting the proven first."""

    EVIDENCE = "evidence"
    RELEVANCE = "relevance"
    VOLUME = "volume"
    UPTIME = "uptime"
    DEPLOY = "deploy"
    RESPONSE = "response"
    NEWEST = "newest"
    NAME = "name"

    @property
    def metric(self) -> Metric | None:
        """Return the metric that it reads from the headline, if it does."""
        return SORT_METRICS.get(self)


SORT_METRICS = {
    Sort.VOLUME: Metric.REQUESTS_PER_DAY,
    Sort.UPTIME: Metric.UPTIME_PERCENT,
    Sort.DEPLOY: Metric.DEPLOY_MINUTES,
    Sort.RESPONSE: Metric.RESPONSE_MINUTES,
}
BOUNDS: dict[str, Metric] = {
    "min_requests_per_day": Metric.REQUESTS_PER_DAY,
    "min_uptime": Metric.UPTIME_PERCENT,
    "max_deploy_minutes": Metric.DEPLOY_MINUTES,
    "max_response_minutes": Metric.RESPONSE_MINUTES,
}
"""The numeric filters and what they bound."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search. `parse` makes canonical ones: facet values sorted, criteria in the checklist's order, none twice.

    `sort` None means relevance where there are words, else evidence.
    """

    words: str = ""
    production: TierName | None = None
    enterprise: bool = False
    min_requests_per_day: int | None = None
    min_uptime: Decimal | None = None
    max_deploy_minutes: Decimal | None = None
    max_response_minutes: Decimal | None = None
    level: Level = Level.STATED
    facets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    criteria: tuple[str, ...] = ()
    claimed: bool = False
    sort: Sort | None = None
    page: int = 1
    per_page: int = 20

    @property
    def ordering(self) -> Sort:
        """The order that is used."""
        return self.sort or (Sort.RELEVANCE if self.words else Sort.EVIDENCE)

    @property
    def bounds(self) -> tuple[tuple[str, Decimal], ...]:
        """The numeric filters that are on, each with its bound."""
        return tuple((name, Decimal(bound)) for name in BOUNDS if (bound := getattr(self, name)) is not None)

    def chosen(self, facet: str) -> tuple[str, ...]:
        """Return the values selected in a facet."""
        return dict(self.facets).get(facet, ())

    def with_facet(self, facet: str, values: Iterable[str]) -> "Query":
        """Return the query on page 1 with just these values selected in a facet."""
        facets = dict(self.facets) | {facet: tuple(sorted(set(values)))}
        kept = tuple((name, facets[name]) for name in FACET_PARAMETERS if facets.get(name))
        return replace(self, facets=kept, page=1)

    def parameters(self, **changes: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - the fields' own types
        """Return canonical (name, value) pairs for an address, what is default left out.

        `changes` replace fields first: `query.parameters(page=2)`.
        """
        query = replace(self, **changes) if changes else self
        default = Query(words=query.words)
        pairs = [
            ("q", query.words),
            ("production", query.production or ""),
            ("enterprise", "1" if query.enterprise else ""),
            *((name, f"{bound:f}") for name, bound in query.bounds),
            ("level", str(int(query.level)) if query.level else ""),
            *((name, value) for name, values in query.facets for value in values),
            *(("criterion", value) for value in query.criteria),
            ("claimed", "1" if query.claimed else ""),
            ("sort", "" if query.ordering is default.ordering else query.ordering),
            ("page", str(query.page) if query.page != default.page else ""),
            ("per_page", str(query.per_page) if query.per_page != default.per_page else ""),
        ]
        return [(name, str(value)) for name, value in pairs if value]

    def filters(self, catalogue: Catalogue) -> "tuple[Filter, ...]":
        """Return what is on, each with its sentence and the query without it."""
        from directory.search.filters import filters_of  # noqa: PLC0415 - filters are made of queries

        return filters_of(self, catalogue)


@dataclass(eq=False)
class QueryError(DomainError):
    """Parameters that aren't acceptable: message by parameter name; `query` is the rest, without the bad ones."""

    errors: Mapping[str, str]
    query: Query = field(default_factory=Query)

    def __str__(self) -> str:
        return "; ".join(f"{name}: {message}" for name, message in self.errors.items())


def parse(pairs: Iterable[tuple[str, str]], catalogue: Catalogue) -> Query:
    """Return the query that (name, value) pairs spell; raises QueryError, which names every bad one.

    An empty value is as if it weren't there; an unknown name is an error.
    """
    from directory.search.parsing import read  # noqa: PLC0415 - the reader is made of queries

    query, errors = read(pairs, catalogue)
    if errors:
        raise QueryError(errors, query)
    return query


def value_label(parameter: str, value: str, catalogue: Catalogue) -> str:
    """Return how pages write a facet's value; one that isn't known stands for itself."""
    return choices(parameter, catalogue).get(value, value)
