"""What the API answers with, as types: the JSON is encoded from them and the OpenAPI document made from them.

Numbers are JSON numbers, exact; days are `2026-11-03`, moments RFC 3339 in UTC. `null` means that
nothing is known or in force, never zero.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from directory.rules.case import Outcome
from directory.rules.evaluator import TierName

Count = Annotated[int, Meta(ge=0)]
LevelNumber = Annotated[
    int,
    Meta(
        ge=0,
        le=4,
        description="How far evidence carries it: 0 stated, 1 documented, 2 confirmed, 3 observed, 4 corroborated.",
    ),
]
Used = Annotated[
    Decimal,
    Meta(description="The value that rules, filters and sorts use: the worst that statement and evidence allow."),
]
Address = Annotated[str, Meta(description="An absolute address.")]
EndsOn = Annotated[date, Meta(description="The first day on which nothing of it is in force.")]
Moment = Annotated[datetime, Meta(tz=True)]
SystemName = Annotated[str, Meta(description="The name of one of the provider's systems.")]


class Problem(Struct, frozen=True):
    """What went wrong (RFC 9457). `errors` says it for each parameter that is to blame."""

    type: str
    title: str
    status: int
    detail: str
    errors: dict[str, str] | UnsetType = UNSET


class RuleOutcome(Struct, frozen=True):
    """One published rule, held against what is in force; `because` names what decided it."""

    id: str
    outcome: Outcome
    because: tuple[str, ...]


class ProductionExperience(Struct, frozen=True):
    """The filter Production Experience: the tier reached, and the system that the rules were held against."""

    tier: TierName | None
    system: SystemName | None
    rules: tuple[RuleOutcome, ...]


class Enterprise(Struct, frozen=True):
    """The filter Enterprise: pass when every rule passes, fail when one fails, else unknown."""

    outcome: Outcome
    rules: tuple[RuleOutcome, ...]


class Figure(Struct, frozen=True):
    """A figure in force."""

    value: Used
    stated: Annotated[Decimal, Meta(description="The value that the provider, or the source, states.")]
    unit: Literal["requests/day", "percent", "minutes"]
    level: LevelNumber
    conflicting: Annotated[bool, Meta(description="Whether some evidence in force disagrees.")]
    as_of: date


class Headline(Struct, frozen=True):
    """The four figures of one live system that meets every filter; `null` where nothing is in force."""

    system: SystemName | None
    requests_per_day: Figure | None
    uptime_percent: Figure | None
    deploy_minutes: Figure | None
    response_minutes: Figure | None


class Item(Struct, frozen=True):
    """A provider as a result. `demo` marks a fictional entry, `claimed` one that the firm itself keeps."""

    slug: str
    name: str
    website: str
    summary: str
    country: Annotated[str | None, Meta(description="ISO 3166-1 alpha-2: where the head office is.")]
    claimed: bool
    demo: bool
    production_experience: ProductionExperience
    enterprise: Enterprise
    headline: Headline
    updated_at: Moment


class Term(Struct, frozen=True):
    """A value of the taxonomy: its id, as parameters and imports take it, and its label."""

    id: str
    label: str


class FacetCount(Struct, frozen=True):
    """A value of a parameter, and how many results there would be with it."""

    value: str
    label: str
    count: Count


class Links(Struct, frozen=True):
    """Absolute addresses of this page of results and its neighbours."""

    self: Address
    next: Address | None
    prev: Address | None


class Providers(Struct, frozen=True):
    """One page of results: the proven first, unless another order was asked for."""

    total: Count
    page: Annotated[int, Meta(ge=1)]
    per_page: Annotated[int, Meta(ge=1, le=100)]
    items: tuple[Item, ...]
    facets: Annotated[
        dict[str, tuple[FacetCount, ...]],
        Meta(description="By parameter name: what each value would give if it were chosen."),
    ]
    links: Links


class PageLinks(Struct, frozen=True):
    """Absolute addresses of this answer and of the page for people."""

    self: Address
    page: Address
