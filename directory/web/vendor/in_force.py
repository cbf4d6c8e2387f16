"""What counts today of figures, answers and certifications, and what was superseded: read for the edit pages."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from directory.evidence import queries
from directory.evidence.metrics import Metric
from directory.evidence.weighing import Weighed
from directory.evidence.wording import quantity
from directory.providers.models import Provider
from directory.rules.evaluator import Verdicts, evaluate, weigh_systems
from directory.rules.facts import ProviderFacts
from directory.rules.queries import load_facts, load_verdicts
from directory.web.session import catalogue, reader, today
from directory.web.vendor.shown import Force, Past

NOTHING = Force("Nothing of it is in force: not stated yet, or expired.")


def verdicts_of(provider: Provider) -> Verdicts:
    """Return what the rules in force say of a provider today, whether or not it is public."""
    return load_verdicts(reader(), [provider.id], catalogue(), today())[provider.id]


def _facts(provider: Provider) -> ProviderFacts:
    return load_facts(reader(), [provider.id], catalogue())[provider.id]


def _apart_from_systems(provider: Provider) -> Verdicts:
    """Return verdicts in which only what isn't about systems is weighed."""
    return evaluate(replace(_facts(provider), systems=()), catalogue().rules, today())


def _last(ends_on: date) -> date | None:
    return None if ends_on == date.max else ends_on - timedelta(days=1)


def _figure(one: Weighed) -> Force:
    stated = f" (stated: {quantity(one.facts.metric, one.stated)})" if one.is_conflicting else ""
    text = f"{quantity(one.facts.metric, one.value, one.coverage)}{stated}"
    return Force(text, one.level, _last(one.ends_on))


def figures_in_force(provider: Provider, system_id: int) -> dict[str, Force]:
    """Return what counts of each metric of a system."""
    facts = _facts(provider)
    alone = replace(facts, systems=tuple(one for one in facts.systems if one.id == system_id))
    figures: Mapping[Metric, Weighed] = next(
        (one.figures for one in weigh_systems(alone, catalogue().rules, today())), {}
    )
    return {metric: _figure(figures[metric]) if metric in figures else NOTHING for metric in Metric}


def past_figures(provider: Provider, system_id: int) -> dict[str, tuple[Past, ...]]:
    """Return what was stated of each metric before, the last superseded first."""
    found: dict[str, list[Past]] = defaultdict(list)
    for one in queries.past_figures(reader(), provider.id):
        if one.system_id == system_id:
            text = quantity(one.metric, one.value, one.coverage)
            found[one.metric].append(Past(text, one.as_of_on, one.superseded_on))
    return {metric: tuple(past) for metric, past in found.items()}


def answers_in_force(provider: Provider) -> dict[str, Force]:
    """Return what counts of each criterion."""
    return {
        criterion: Force(answer.status.replace("-", " ").capitalize(), answer.level, _last(answer.ends_on))
        for criterion, answer in _apart_from_systems(provider).answers.items()
    }


def past_answers(provider: Provider) -> dict[str, tuple[Past, ...]]:
    """Return what was answered before."""
    found: dict[str, list[Past]] = defaultdict(list)
    for one in queries.past_answers(reader(), provider.id):
        text = one.status.replace("-", " ").capitalize()
        found[one.criterion].append(Past(text, one.as_of_on, one.superseded_on))
    return {criterion: tuple(past) for criterion, past in found.items()}


def certifications_in_force(provider: Provider) -> dict[str, Force]:
    """Return what counts of each certification, by its taxonomy id."""
    return {
        name: Force(one.facts.label or name, one.level, _last(one.ends_on))
        for name, one in _apart_from_systems(provider).certifications.items()
    }
