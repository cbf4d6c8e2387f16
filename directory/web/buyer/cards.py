"""Result cards: what each shows at one glance. Pure but for names of countries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from directory.catalogue.schema import EvidencePolicy, Rule, Rules
from directory.core.places import country_name
from directory.evidence.levels import Level, Source
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.weighing import Weighed, agrees
from directory.evidence.wording import age, coverage_text, number, quantity, said
from directory.rules.case import Outcome, RuleResult, WeighedSystem
from directory.rules.evaluator import Verdicts

LABELS = {metric: definition.label for metric, definition in DEFINITIONS.items()} | {
    Metric.UPTIME_PERCENT: "Uptime, 90 days"
}
SPEAKERS = {
    Source.REFERENCE: "customer said",
    Source.DOCUMENT: "document says",
    Source.OBSERVATION: "measured",
}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as a card lists it."""

    id: str
    name: str
    outcome: Outcome
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One filter's verdict in a few words, and the rules behind it, by tier where it has tiers."""

    word: str
    is_met: bool
    groups: tuple[tuple[str, tuple[RuleLine, ...]], ...]


@dataclass(frozen=True, slots=True)
class FigureCell:
    """One of the four figures. `value` None: nothing in force; `unit` and `value` are ready to be read."""

    metric: Metric
    label: str
    value: str | None = None
    unit: str = ""
    level: Level | None = None
    age: str = ""
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One result. `system` names whose figures it shows, empty where there is no live system."""

    slug: str
    name: str
    summary: str
    place: str
    is_claimed: bool
    is_demo: bool
    system: str
    production: Verdict
    enterprise: Verdict
    figures: tuple[FigureCell, ...]


def card(row: Row[Any], verdicts: Verdicts, system_id: int | None, rules: Rules) -> Card:
    """Return one provider's card with the figures of one of its systems."""
    system = next((one for one in verdicts.systems if one.facts.id == system_id), None)
    return Card(
        slug=row.slug,
        name=row.name,
        summary=_sentence(row.summary),
        place=country_name(row.country),
        is_claimed=row.claimed_at is not None,
        is_demo=row.is_demo,
        system=system.facts.name if system else "",
        production=production_verdict(verdicts, rules),
        enterprise=enterprise_verdict(verdicts, rules),
        figures=figure_cells(system, rules.evidence, verdicts.on),
    )


def _sentence(text: str) -> str:
    """Return a summary with the full stop it needs before the place that follows it."""
    return f"{text}." if text[-1:].isalnum() or text.endswith((")", "”", "»", '"', "%")) else text


def figure_cells(system: WeighedSystem | None, policy: EvidencePolicy, on: date) -> tuple[FigureCell, ...]:
    """Return the four figures of a system, those that aren't known included."""
    figures: Mapping[Metric, Weighed] = system.figures if system else {}
    return tuple(
        figure_cell(figures[metric], policy, on) if metric in figures else FigureCell(metric, LABELS[metric])
        for metric in Metric
    )


def figure_cell(weighed: Weighed, policy: EvidencePolicy, on: date) -> FigureCell:
    """Return a figure in force as pages show it: the value used, its level and how old that is."""
    metric = weighed.facts.metric
    unit = DEFINITIONS[metric].suffix.strip()
    return FigureCell(
        metric=metric,
        label=LABELS[metric],
        value=number(weighed.value),
        unit=f"{unit}, {coverage_text(weighed.coverage)}" if weighed.coverage else unit,
        level=weighed.level,
        age=age(weighed.dated_on, on),
        conflict=conflict(weighed, policy) if weighed.is_conflicting else "",
    )


def conflict(weighed: Weighed, policy: EvidencePolicy) -> str:
    """Return the value that the one used conflicts with, and whose it is."""
    facts = weighed.facts
    if weighed.value != weighed.stated or weighed.coverage != facts.coverage:
        return f"stated {quantity(facts.metric, facts.value, facts.coverage)}"
    against = next(support for support in weighed.supports if not agrees(support, facts, policy))
    return f"{SPEAKERS[against.source]} {said(against, facts.metric)}"


def production_verdict(verdicts: Verdicts, rules: Rules) -> Verdict:
    """Return what Production Experience says: the tier reached, or what the first one lacks."""
    outcomes = {result.id: result for result in verdicts.production}
    tiers = rules.production.tiers
    groups = tuple((tier.name, _lines(tier.rules, outcomes)) for tier in tiers)
    reached = next((tier.name for tier in tiers if tier.id == verdicts.tier), None)
    return Verdict(reached or _lacking(tiers[0].name, groups[0][1]), reached is not None, groups)


def enterprise_verdict(verdicts: Verdicts, rules: Rules) -> Verdict:
    """Return what Enterprise says."""
    outcomes = {result.id: result for result in verdicts.enterprise}
    lines = _lines(rules.enterprise.rules, outcomes)
    name = rules.enterprise.name
    is_met = all(line.outcome is Outcome.PASS for line in lines)
    return Verdict(name if is_met else _lacking(name, lines), is_met, ((name, lines),))


def _lines(rules: Iterable[Rule], outcomes: Mapping[str, RuleResult]) -> tuple[RuleLine, ...]:
    return tuple(
        RuleLine(rule.id, rule.name, outcomes[rule.id].outcome, outcomes[rule.id].because)
        for rule in rules
        if rule.id in outcomes
    )


def _lacking(name: str, lines: Sequence[RuleLine]) -> str:
    """Return how far a filter is from holding: Enterprise: 2 of 5 rules unknown."""
    fails = sum(line.outcome is Outcome.FAIL for line in lines)
    unknown = sum(line.outcome is Outcome.UNKNOWN for line in lines)
    if not fails:
        return f"{name}: {unknown} of {len(lines)} rules unknown"
    verb = "fails" if fails == 1 else "fail"
    return f"{name}: {fails} of {len(lines)} rules {verb}" + (f", {unknown} unknown" if unknown else "")
