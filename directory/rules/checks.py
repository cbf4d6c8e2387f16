"""One function for each kind of condition that a rule file may use.

Fail: what is in force misses the condition. Unknown: nothing is in force, or not at the level asked.
A condition asked of several systems holds when it holds for one of them.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from directory.catalogue.schema import (
    Certified,
    CriteriaMet,
    IndependentReferences,
    LargeReferee,
    LiveReference,
    MetricReaches,
    NoMisrepresentation,
    Rule,
    Stated,
)
from directory.core.dates import add_months
from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.weighing import Weighed
from directory.evidence.wording import day, number, quantity
from directory.readiness.models import Status
from directory.rules.case import Case, Outcome, RuleResult, WeighedSystem

Said = tuple[Outcome, tuple[str, ...]]
PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
NO_SYSTEM: Said = (UNKNOWN, ("no live system is listed",))


def _best(said: list[Said]) -> Said:
    """Return the most favourable of what was said of several systems."""
    order = (PASS, UNKNOWN, FAIL)
    return min(said, key=lambda one: order.index(one[0]), default=NO_SYSTEM)


def _named(figure: Weighed) -> str:
    conflict = f" (conflicting: stated {number(figure.stated)})" if figure.is_conflicting else ""
    return f"{quantity(figure.facts.metric, figure.value, figure.coverage)}, {figure.level.word}{conflict}"


def _live_reference(condition: LiveReference, case: Case) -> Said:
    return _best([_live_reference_of(condition, case, system) for system in case.systems])


def _live_reference_of(condition: LiveReference, case: Case, system: WeighedSystem) -> Said:
    since, name = system.facts.live_since, system.facts.name
    if since is not None and case.on < since + timedelta(days=condition.min_live_days):
        return FAIL, (f"{name}: live since {day(since)}, less than {condition.min_live_days} days",)
    references = [one for one in case.references if one.system_id == system.facts.id]
    if not references:
        return UNKNOWN, (f"{name}: no verified reference in force",)
    if since is None:
        return UNKNOWN, (f"{name}: start of live operation not stated",)
    newest = max(references, key=lambda one: (one.answered_on, one.id))
    return PASS, (f"{name}: live since {day(since)}; confirmed by {newest.label} on {day(newest.answered_on)}",)


def _misses(condition: MetricReaches, figure: Weighed) -> bool:
    if condition.coverage is not None and figure.coverage != condition.coverage:
        return True
    if condition.at_least is not None:
        return figure.value < condition.at_least
    return condition.at_most is not None and figure.value > condition.at_most


def _metric(condition: MetricReaches, case: Case) -> Said:
    return _best([_metric_of(condition, system) for system in case.systems])


def _metric_of(condition: MetricReaches, system: WeighedSystem) -> Said:
    metric = Metric(condition.metric)
    figure = system.figures.get(metric)
    if figure is None:
        return UNKNOWN, (f"{system.facts.name}: {DEFINITIONS[metric].short} not stated, or expired",)
    named = f"{system.facts.name}: {_named(figure)}"
    if _misses(condition, figure):
        return FAIL, (named,)
    if figure.level < condition.level:
        return UNKNOWN, (f"{named}, not {Level(condition.level).word}",)
    return PASS, (named,)


def _stated(condition: Stated, case: Case) -> Said:
    return _best([_stated_of(condition, system) for system in case.systems])


def _stated_of(condition: Stated, system: WeighedSystem) -> Said:
    found, missing = [], []
    for metric in map(Metric, condition.metrics):
        figure = system.figures.get(metric)
        subject = f"{system.facts.name}: {DEFINITIONS[metric].short}"
        if figure is None:
            missing.append(f"{subject} not stated, or expired")
        elif figure.level < condition.level:
            missing.append(f"{subject} {_named(figure)}, not {Level(condition.level).word}")
        else:
            found.append(f"{subject} {_named(figure)}")
    return (UNKNOWN, tuple(missing)) if missing else (PASS, tuple(found))


def _no_misrepresentation(condition: NoMisrepresentation, case: Case) -> Said:
    recent = [one for one in case.facts.upheld_on if one <= case.on < add_months(one, condition.months)]
    if recent:
        return FAIL, (f"a misrepresentation was upheld on {day(max(recent))}",)
    return PASS, (f"no misrepresentation upheld within {condition.months} months, by the public record",)


def _independent_references(condition: IndependentReferences, case: Case) -> Said:
    named_last = sorted(case.references, key=lambda one: (one.is_named, one.id))  # of one customer, a name wins
    by_domain = {one.organisation_domain: one.label for one in named_last}
    by_domain.pop(case.facts.domain, None)
    labels = tuple(by_domain.values())
    if len(by_domain) >= condition.organisations:
        return PASS, labels
    return UNKNOWN, (f"{len(by_domain)} of {condition.organisations} independent customers have confirmed", *labels)


def _large_referee(condition: LargeReferee, case: Case) -> Said:
    if not case.references:
        return UNKNOWN, ("no verified reference in force",)
    undeclared = False
    for one in case.references:
        is_large = one.employees is not None and one.employees >= condition.min_employees
        if is_large or (condition.or_regulated and one.is_regulated):
            return PASS, (f"{one.label}, confirmed {day(one.answered_on)}",)
        undeclared = undeclared or one.employees is None or (condition.or_regulated and one.is_regulated is None)
    if undeclared:
        return UNKNOWN, ("the size of the customers who confirmed isn't declared",)
    return FAIL, (
        f"customers who confirmed are smaller than {number(condition.min_employees)} people and not regulated",
    )


def _certified(condition: Certified, case: Case) -> Said:
    held = [case.certifications[name] for name in condition.any_of if name in case.certifications]
    good = [one for one in held if one.level >= condition.level]
    if good:
        return PASS, tuple(f"{one.facts.label or one.facts.name}, {one.level.word}" for one in good)
    if held:
        return UNKNOWN, tuple(f"{one.facts.label or one.facts.name}, {one.level.word} only" for one in held)
    return UNKNOWN, ("no such certification in force",)


def _criteria_met(condition: CriteriaMet, case: Case) -> Said:
    outcomes: list[tuple[Outcome, str]] = []
    for criterion in condition.all_of:
        answer = case.answers.get(criterion)
        name = case.facts.criterion_names.get(criterion, criterion)
        if answer is None:
            outcomes.append((UNKNOWN, f"{criterion}: not answered, or expired"))
        elif answer.status is not Status.MET:
            outcomes.append((FAIL, f"{name}: {answer.status.replace('-', ' ')}, {answer.level.word}"))
        elif answer.level < condition.level:
            outcomes.append((UNKNOWN, f"{name}: met, {answer.level.word} only"))
        else:
            outcomes.append((PASS, f"{name}: met, {answer.level.word}"))
    worst = next(one for one in (FAIL, UNKNOWN, PASS) if any(outcome is one for outcome, _ in outcomes))
    return worst, tuple(text for outcome, text in outcomes if outcome is worst)


CHECKS: dict[type, Callable[[Any, Case], Said]] = {
    LiveReference: _live_reference,
    MetricReaches: _metric,
    Stated: _stated,
    NoMisrepresentation: _no_misrepresentation,
    IndependentReferences: _independent_references,
    LargeReferee: _large_referee,
    Certified: _certified,
    CriteriaMet: _criteria_met,
}


def check(rule: Rule, case: Case) -> RuleResult:
    """Return the rule's outcome for the case, with what decided it."""
    outcome, because = CHECKS[type(rule.condition)](rule.condition, case)
    return RuleResult(rule.id, outcome, because)
