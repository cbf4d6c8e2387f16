"""From a provider and what the rules say of it to the item of a list: its verdicts and its headline."""

from decimal import Decimal
from typing import Any

from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.weighing import Weighed
from directory.providers.models import Provider
from directory.rules.case import RuleResult, WeighedSystem
from directory.rules.evaluator import Verdicts
from directory.web.api import shapes


def exact(value: Decimal) -> Decimal:
    """Return the number without trailing zeros or an exponent: 48200, 99.96."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def outcomes(results: tuple[RuleResult, ...]) -> tuple[shapes.RuleOutcome, ...]:
    """Return the outcomes of rules, in order."""
    return tuple(shapes.RuleOutcome(one.id, one.outcome, one.because) for one in results)


def figure_values(weighed: Weighed) -> dict[str, Any]:
    """Return what every answer tells of a figure in force, by field."""
    return {
        "value": exact(weighed.value),
        "stated": exact(weighed.stated),
        "unit": DEFINITIONS[weighed.facts.metric].unit,
        "level": int(weighed.level),
        "conflicting": weighed.is_conflicting,
        "as_of": weighed.as_of_on,
    }


def headline(system: WeighedSystem | None) -> shapes.Headline:
    """Return the four figures of the headline's system; without one, nothing is in force."""
    figures = system.figures if system else {}
    found = {metric: shapes.Figure(**figure_values(one)) for metric, one in figures.items()}
    return shapes.Headline(
        system=system.facts.name if system else None, **{metric.value: found.get(metric) for metric in Metric}
    )


def common_values(provider: Provider, verdicts: Verdicts, system: WeighedSystem | None) -> dict[str, Any]:
    """Return what both a list and an entry tell of a provider, by field; `system` is the headline's."""
    return {
        "slug": provider.slug,
        "name": provider.name,
        "website": provider.website,
        "summary": provider.summary,
        "country": provider.country,
        "claimed": provider.claimed_at is not None,
        "demo": provider.is_demo,
        "production_experience": shapes.ProductionExperience(
            tier=verdicts.tier,
            system=verdicts.system.facts.name if verdicts.system else None,
            rules=outcomes(verdicts.production),
        ),
        "enterprise": shapes.Enterprise(verdicts.enterprise_outcome, outcomes(verdicts.enterprise)),
        "headline": headline(system),
        "updated_at": provider.updated_at,
    }


def item(provider: Provider, verdicts: Verdicts, system_id: int | None) -> shapes.Item:
    """Return a provider as a result; `system_id` is the headline's system as the search found it."""
    system = next((one for one in verdicts.systems if one.facts.id == system_id), None)
    return shapes.Item(**common_values(provider, verdicts, system))
