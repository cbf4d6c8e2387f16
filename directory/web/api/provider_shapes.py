"""All that is public about one provider, as types; see shapes.py for what they have in common."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from directory.evidence.levels import Source
from directory.evidence.metrics import Coverage, Metric
from directory.readiness.models import Status
from directory.web.api.shapes import (
    Count,
    EndsOn,
    Figure,
    Item,
    LevelNumber,
    PageLinks,
    RuleOutcome,
    SystemName,
    Term,
)

Ending = Annotated[
    Literal["superseded", "expired"], Meta(description="By another statement, or because nothing newer came.")
]


class Money(Struct, frozen=True):
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


class Said(Struct, frozen=True):
    """What a piece of evidence gives: a number (`low` equals `high`), a band, or a status.

    A band runs from `low` up to, not including, `high`; without a `high` it has no end.
    """

    low: Decimal | None
    high: Decimal | None
    band: bool
    coverage: Coverage | None
    status: Status | None


class EvidenceItem(Struct, frozen=True):
    """A piece of evidence in force. `label` names its source as far as consent goes."""

    source: Source
    says: Said
    dated_on: date
    ends_on: EndsOn
    label: str


class SystemFigure(Figure, frozen=True):
    """A figure in force with what it rests on. `dated_on` is the day of what gives the level."""

    coverage: Annotated[Coverage | None, Meta(description="Of a response time only: when it holds.")]
    window_days: int | None
    method: str
    source_url: str | None
    dated_on: date
    ends_on: EndsOn
    evidence: tuple[EvidenceItem, ...]


class Figures(Struct, frozen=True):
    """The four figures of a system; `null` where nothing is in force."""

    requests_per_day: SystemFigure | None
    uptime_percent: SystemFigure | None
    deploy_minutes: SystemFigure | None
    response_minutes: SystemFigure | None


class Customer(Struct, frozen=True):
    """A system's customer: by name if it agreed to that, else what kind of customer it is."""

    label: str
    name: str | None
    website: str | None
    employees: int | None
    regulated: bool | None


class System(Struct, frozen=True):
    """One agent system, run for one customer."""

    name: str
    summary: str
    live: bool
    live_since: date | None
    retired_on: date | None
    industry: Term | None
    agent_type: Term | None
    customer: Customer | None
    figures: Figures
    rules: Annotated[
        tuple[RuleOutcome, ...],
        Meta(description="Production Experience's rules, held against this system; empty for one that isn't live."),
    ]


class Answer(Struct, frozen=True):
    """An answer in force to a criterion; `status` is the one used, `stated` the provider's own."""

    criterion: str
    name: str
    status: Status
    stated: Status
    level: LevelNumber
    conflicting: bool
    as_of: date
    ends_on: EndsOn
    note: str
    evidence_url: str | None
    evidence: tuple[EvidenceItem, ...]


class Certification(Struct, frozen=True):
    """A certification in force, at level 1 at most."""

    id: str
    label: str
    level: LevelNumber
    as_of: date
    valid_until: date | None
    ends_on: EndsOn
    url: str | None
    evidence: tuple[EvidenceItem, ...]


class Confirmation(Struct, frozen=True):
    """A verified reference in force. `customer` names the customer as far as consent goes."""

    system: SystemName
    customer: str
    answered_on: date
    ends_on: EndsOn
    quote: Annotated[str, Meta(description="What the customer wrote for publication; may be empty.")]


class References(Struct, frozen=True):
    """How many customers were asked for a reference, and what came of it."""

    asked: Count
    answered: Count
    declined: Count
    withdrawn: Count
    verified: Count
    confirmations: Annotated[tuple[Confirmation, ...], Meta(description="The verified ones that are in force.")]


class Notice(Struct, frozen=True):
    """A misrepresentation that was upheld."""

    decided_on: date
    notice: str


class ImportSource(Struct, frozen=True):
    """Where an imported entry comes from."""

    name: str
    url: str | None
    retrieved_on: date | None


class PastFigure(Struct, frozen=True):
    """A figure that is no longer in force."""

    system: SystemName
    metric: Metric
    stated: Decimal
    coverage: Coverage | None
    as_of: date
    ending: Ending
    ended_on: date


class PastAnswer(Struct, frozen=True):
    """An answer that is no longer in force."""

    criterion: str
    stated: Status
    as_of: date
    ending: Ending
    ended_on: date


class PastCertification(Struct, frozen=True):
    """A certification that is no longer in force."""

    id: str
    valid_until: date | None
    as_of: date
    ending: Ending
    ended_on: date


class History(Struct, frozen=True):
    """What was stated before, the last to end first; of what was superseded, the newest hundred of a kind."""

    figures: tuple[PastFigure, ...]
    answers: tuple[PastAnswer, ...]
    certifications: tuple[PastCertification, ...]


class Provider(Item, frozen=True):
    """All that is public about one provider."""

    description: str
    founded: int | None
    employees: int | None
    size: Term | None
    min_project: Money | None
    languages: tuple[Term, ...]
    engagement: tuple[Term, ...]
    industries: tuple[Term, ...]
    regions: tuple[Term, ...]
    agent_types: tuple[Term, ...]
    frameworks: tuple[Term, ...]
    models: tuple[Term, ...]
    clouds: tuple[Term, ...]
    tools: tuple[Term, ...]
    systems: tuple[System, ...]
    answers: tuple[Answer, ...]
    certifications: tuple[Certification, ...]
    references: References
    notices: tuple[Notice, ...]
    history: History
    source: ImportSource | None
    links: PageLinks
