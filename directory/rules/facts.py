"""Everything about one provider that rules, search and pages weigh, as plain immutable values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from directory.catalogue.schema import EvidencePolicy, LiveReference, NoMisrepresentation, Rules
from directory.core.dates import add_months
from directory.evidence.facts import AnswerFacts, CertificationFacts, FigureFacts
from directory.evidence.metrics import Metric
from directory.evidence.weighing import boundaries


@dataclass(frozen=True, slots=True)
class ReferenceFacts:
    """A verified reference that wasn't withdrawn. `label` names the customer as far as consent goes."""

    id: int
    system_id: int
    organisation_domain: str
    answered_on: date
    verified_on: date
    employees: int | None = None
    is_regulated: bool | None = None
    label: str = "a customer"
    is_named: bool = False

    def ends_on(self, policy: EvidencePolicy) -> date:
        """Return the first day on which it no longer counts."""
        return add_months(self.answered_on, policy.validity.confirmed_months)

    def is_in_force(self, policy: EvidencePolicy, on: date) -> bool:
        """Whether it counts on that day."""
        return self.verified_on <= on < self.ends_on(policy)


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """One system with its figures by metric; `is_customer_named` says whether pages may name its customer."""

    id: int
    name: str
    live_since: date | None = None
    retired_on: date | None = None
    industry: str | None = None
    agent_type: str | None = None
    figures: Mapping[Metric, FigureFacts] = field(default_factory=dict)
    is_customer_named: bool = False

    def is_live(self, on: date) -> bool:
        """Whether it runs on that day; one whose start isn't known counts as live until it is retired."""
        has_started = self.live_since is None or self.live_since <= on
        return has_started and (self.retired_on is None or on < self.retired_on)


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """A provider with all that speaks for and against it.

    `upheld_on` are days of upheld misrepresentations; `criterion_names` say how reasons name a criterion.
    """

    id: int
    slug: str
    domain: str
    systems: tuple[SystemFacts, ...] = ()
    answers: tuple[AnswerFacts, ...] = ()
    certifications: tuple[CertificationFacts, ...] = ()
    references: tuple[ReferenceFacts, ...] = ()
    upheld_on: tuple[date, ...] = ()
    criterion_names: Mapping[str, str] = field(default_factory=dict)


def _rule_boundaries(facts: ProviderFacts, rules: Rules) -> Iterator[date]:
    for rule in rules.by_id.values():
        condition = rule.condition
        if isinstance(condition, LiveReference):
            for system in facts.systems:
                if system.live_since is not None:
                    yield system.live_since + timedelta(days=condition.min_live_days)
        elif isinstance(condition, NoMisrepresentation):
            yield from (add_months(day, condition.months) for day in facts.upheld_on)


def _all_boundaries(facts: ProviderFacts, rules: Rules) -> Iterator[date]:
    yield from _rule_boundaries(facts, rules)
    yield from facts.upheld_on
    for reference in facts.references:
        yield reference.verified_on
        yield reference.ends_on(rules.evidence)
    for system in facts.systems:
        yield from (day for day in (system.live_since, system.retired_on) if day is not None)
    weighable: tuple[FigureFacts | AnswerFacts | CertificationFacts, ...] = (
        *(figure for system in facts.systems for figure in system.figures.values()),
        *facts.answers,
        *facts.certifications,
    )
    for one in weighable:
        yield from boundaries(one, rules.evidence)


def changes_on(facts: ProviderFacts, rules: Rules, on: date) -> date | None:
    """Return the next day after `on` on which anything computed from `facts` may differ, or None."""
    return min((day for day in _all_boundaries(facts, rules) if day > on), default=None)
