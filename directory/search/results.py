"""What a search gives."""

from dataclasses import dataclass
from typing import NamedTuple

from directory.core.paging import Page
from directory.search.filters import Filter
from directory.search.plotting import Spread
from directory.search.query import Query


class FacetValue(NamedTuple):
    """A value of a facet and how many results choosing it gives. A tuple: every page makes hundreds of them."""

    value: str
    label: str
    count: int  # type: ignore[assignment] # hides the tuple's method of this name, which nobody needs
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: the provider, and the system whose figures are its headline, if it has a live one."""

    provider_id: int
    system_id: int | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Without this filter there would be so many results."""

    filter: Filter
    total: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """The same search with words that are there, and how many results that has."""

    query: Query
    total: int


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results. `proven` of `total` reach a tier and come first.

    `facets` has the repeatable parameters and `criterion`, `production`, `enterprise`, `claimed` (value "1")
    and `level` ("0" to "4"): every value that gives something, and those selected. `suggestions` are given
    when nothing was found, `spread` when it was asked for, and `spelling` where words that nobody has resemble some
    that somebody has. Hits are as fresh as the index: whoever loads them leaves out what isn't public.
    """

    query: Query
    total: int
    proven: int
    page: Page
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[FacetValue, ...]]
    suggestions: tuple[Suggestion, ...] = ()
    spelling: Spelling | None = None
    spread: Spread | None = None
