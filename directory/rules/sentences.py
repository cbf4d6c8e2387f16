"""A rule's condition as a sentence: written from the rule file, so that the two never differ."""

from collections.abc import Callable
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
from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.wording import coverage_text, number

Labels = Callable[[str, str], str]
"""Names a thing by its kind (`criterion` or `certification`) and id."""


def sentence(rule: Rule, labels: Labels) -> str:
    """Return the rule's condition in words."""
    return SENTENCES[type(rule.condition)](rule.condition, labels)


def _live_reference(condition: LiveReference, _labels: Labels) -> str:
    return f"A live system, live {condition.min_live_days} days or longer, with a verified reference in force."


def _metric(condition: MetricReaches, _labels: Labels) -> str:
    definition = DEFINITIONS[Metric(condition.metric)]
    bound = condition.at_least if condition.at_least is not None else condition.at_most
    direction = "at least" if condition.at_least is not None else "at most"
    coverage = f", {coverage_text(condition.coverage)}" if condition.coverage else ""
    level = Level(condition.level).word
    value = number(bound) if bound is not None else ""
    return f"{definition.label} {direction} {value}{definition.suffix}{coverage}, {level} or better."


def _stated(condition: Stated, _labels: Labels) -> str:
    names = " and ".join(DEFINITIONS[Metric(one)].label.lower() for one in condition.metrics)
    return f"{names.capitalize()}: {Level(condition.level).word} and in force."


def _no_misrepresentation(condition: NoMisrepresentation, _labels: Labels) -> str:
    return f"No misrepresentation upheld within the last {condition.months} months."


def _independent_references(condition: IndependentReferences, _labels: Labels) -> str:
    return (
        f"Verified references in force from {condition.organisations} organisations with different"
        " registrable domains, none of them the provider's."
    )


def _large_referee(condition: LargeReferee, _labels: Labels) -> str:
    regulated = ", or a regulated organisation" if condition.or_regulated else ""
    size = number(condition.min_employees)
    return f"A verified reference in force whose referee declared {size} employees or more{regulated}."


def _certified(condition: Certified, labels: Labels) -> str:
    names = " or ".join(labels("certification", one) for one in condition.any_of)
    return f"{names}, in force, {Level(condition.level).word} or better."


def _criteria_met(condition: CriteriaMet, labels: Labels) -> str:
    names = ", ".join(labels("criterion", one) for one in condition.all_of)
    return f"Met, each {Level(condition.level).word} or better: {names}."


SENTENCES: dict[type, Callable[[Any, Labels], str]] = {
    LiveReference: _live_reference,
    MetricReaches: _metric,
    Stated: _stated,
    NoMisrepresentation: _no_misrepresentation,
    IndependentReferences: _independent_references,
    LargeReferee: _large_referee,
    Certified: _certified,
    CriteriaMet: _criteria_met,
}
