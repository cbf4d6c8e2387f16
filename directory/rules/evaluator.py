"""The rule evaluator: facts and a rule file in, tiers and outcomes with their reasons out. Pure.

Source of every condition: the rule file in force, as the methodology page shows it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from directory.catalogue.schema import Rules, Tier
from directory.evidence.metrics import Metric
from directory.evidence.weighing import (
    WeighedAnswer,
    WeighedCertification,
    weigh_answer,
    weigh_certification,
    weigh_figure,
)
from directory.rules.case import Case, Outcome, RuleResult, WeighedSystem
from directory.rules.checks import check
from directory.rules.facts import ProviderFacts, ReferenceFacts


class TierName(StrEnum):
    """A tier of Production Experience."""

    IN_PRODUCTION = "in-production"
    AT_SCALE = "at-scale"

    @property
    def rank(self) -> int:
        """Return 1 for In production, 2 for At scale."""
        return 1 if self is TierName.IN_PRODUCTION else 2


@dataclass(frozen=True, slots=True)
class Verdicts:
    """All that the rules say of a provider on a day, with everything weighed on the way.

    `systems` hold every system, live ones first and best first; `answers`, `certifications` and
    `references` what is in force. `system` is the one reported for Production Experience, `production`
    the outcomes for it, `enterprise` those of the other filter.
    """

    facts: ProviderFacts
    on: date
    systems: tuple[WeighedSystem, ...]
    answers: Mapping[str, WeighedAnswer]
    certifications: Mapping[str, WeighedCertification]
    references: tuple[ReferenceFacts, ...]
    tier: TierName | None
    system: WeighedSystem | None
    production: tuple[RuleResult, ...]
    enterprise: tuple[RuleResult, ...]

    @property
    def live_systems(self) -> tuple[WeighedSystem, ...]:
        """The systems that run on that day, best first."""
        return tuple(system for system in self.systems if system.is_live)

    @property
    def enterprise_outcome(self) -> Outcome:
        """Pass when every rule passes, fail when one fails, unknown otherwise."""
        return combined(self.enterprise)

    @property
    def passes(self) -> int:
        """How many rules of both filters pass."""
        return sum(result.is_pass for result in (*self.production, *self.enterprise))


def combined(results: Iterable[RuleResult]) -> Outcome:
    """Return the outcome of rules that must all pass."""
    outcomes = {result.outcome for result in results}
    if Outcome.FAIL in outcomes:
        return Outcome.FAIL
    return Outcome.UNKNOWN if Outcome.UNKNOWN in outcomes else Outcome.PASS


def weigh_systems(facts: ProviderFacts, rules: Rules, on: date) -> tuple[WeighedSystem, ...]:
    """Return every system with its figures in force on that day, not yet held against rules."""
    systems = []
    for system in facts.systems:
        weighed = {
            metric: weigh_figure(system.figures[metric], rules.evidence, on)
            for metric in Metric
            if metric in system.figures
        }
        figures = {metric: figure for metric, figure in weighed.items() if figure is not None}
        systems.append(WeighedSystem(system, system.is_live(on), figures))
    return tuple(systems)


def _case(facts: ProviderFacts, rules: Rules, on: date, systems: tuple[WeighedSystem, ...]) -> Case:
    answers = {one.criterion: weigh_answer(one, rules.evidence, on) for one in facts.answers}
    certifications = {one.name: weigh_certification(one, rules.evidence, on) for one in facts.certifications}
    return Case(
        facts=facts,
        rules=rules,
        on=on,
        systems=tuple(system for system in systems if system.is_live),
        answers={criterion: answer for criterion, answer in answers.items() if answer is not None},
        certifications={name: one for name, one in certifications.items() if one is not None},
        references=tuple(one for one in facts.references if one.is_in_force(rules.evidence, on)),
    )


def _production(case: Case, systems: tuple[WeighedSystem, ...]) -> tuple[RuleResult, ...]:
    """Return Production Experience's outcomes where only these systems are asked about."""
    asked = replace(case, systems=systems)
    return tuple(check(rule, asked) for tier in case.rules.production.tiers for rule in tier.rules)


def tier_of(results: Iterable[RuleResult], tiers: Iterable[Tier]) -> TierName | None:
    """Return the highest tier whose rules, and those of every tier below it, all pass."""
    passed = {result.id for result in results if result.is_pass}
    reached = None
    for tier in tiers:
        if not all(rule.id in passed for rule in tier.rules):
            break
        reached = TierName(tier.id)
    return reached


def evaluate(facts: ProviderFacts, rules: Rules, on: date) -> Verdicts:
    """Return what the rules say of a provider on a day.

    The rules on systems must hold for one and the same live system. The system reported is the one that
    carries the tier, else the one with most passes, then levels, then volume, then the smallest id.
    """
    weighed = weigh_systems(facts, rules, on)
    case = _case(facts, rules, on, weighed)
    tiers = rules.production.tiers
    live = [replace(system, rules=_production(case, (system,))) for system in case.systems]
    live.sort(key=lambda system: system.rank)
    reported = min(live, key=lambda system: -_rank(tier_of(system.rules, tiers)), default=None)
    production = reported.rules if reported else _production(case, ())
    return Verdicts(
        facts=facts,
        on=on,
        systems=(*live, *(system for system in weighed if not system.is_live)),
        answers=case.answers,
        certifications=case.certifications,
        references=case.references,
        tier=tier_of(production, tiers) if reported else None,
        system=reported,
        production=production,
        enterprise=tuple(check(rule, case) for rule in rules.enterprise.rules),
    )


def _rank(tier: TierName | None) -> int:
    return tier.rank if tier else 0
