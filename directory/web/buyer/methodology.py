"""How the directory works, rendered from the rule file in force: nothing about a threshold is typed here."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from flask import render_template
from flask.typing import ResponseReturnValue

from directory.catalogue.schema import Enterprise, EvidencePolicy, Rules, Tier, Tolerance
from directory.catalogue.services import Catalogue
from directory.evidence.facts import FigureFacts, Support
from directory.evidence.levels import Level, Source
from directory.evidence.metrics import DEFINITIONS, Definition, Metric
from directory.evidence.weighing import weigh_figure
from directory.evidence.wording import band, number, quantity
from directory.web.for_all import same_for_all
from directory.web.profile.links import results
from directory.web.profile.published_rules import RulePart, rule_parts
from directory.web.session import catalogue, services

EXAMPLE_ON = date(2026, 11, 3)
"""The day of the worked examples; any other gives the same."""

EXAMPLES: tuple[tuple[str, Decimal, Decimal], ...] = (
    (Metric.REQUESTS_PER_DAY, Decimal(48_200), Decimal(20_000)),
    (Metric.REQUESTS_PER_DAY, Decimal(10_100), Decimal(5_000)),
    (Metric.REQUESTS_PER_DAY, Decimal(31_000), Decimal(5_000)),
    (Metric.DEPLOY_MINUTES, Decimal(12), Decimal(45)),
)
"""Metric, stated value, and a value within the band that the customer ticked."""


@dataclass(frozen=True, slots=True)
class MetricPart:
    """One of the four metrics: what it means and the bands that a customer may tick."""

    definition: Definition
    bands: tuple[str, ...]
    tolerance: str


@dataclass(frozen=True, slots=True)
class LevelPart:
    """A level: what it takes, and how long it lasts."""

    level: Level
    takes: str
    lasts: str


@dataclass(frozen=True, slots=True)
class Example:
    """A stated value, what the customer said, and what the weighing makes of the two."""

    metric: str
    stated: str
    said: str
    used: str
    is_conflicting: bool
    level: Level


@dataclass(frozen=True, slots=True)
class RuleSection:
    """Rules that belong together: a tier, or a whole filter; `address` leads to the providers that meet them."""

    id: str
    name: str
    summary: str
    rules: tuple[RulePart, ...]
    address: str


@dataclass(frozen=True, slots=True)
class MethodologyPage:
    """The methodology; the rules are those of the file in force."""

    rules: Rules
    checklist_version: str
    criteria: int
    areas: int
    metrics: tuple[MetricPart, ...]
    levels: tuple[LevelPart, ...]
    examples: tuple[Example, ...]
    tiers: tuple[RuleSection, ...]
    enterprise: RuleSection
    canonical: str


def months_text(months: int) -> str:
    """Return a span in months as people say it."""
    return f"{number(months)} month{'' if months == 1 else 's'}"


def bands_of(definition: Definition) -> tuple[str, ...]:
    """Return a metric's bands in words, from the lowest values up."""
    edges = (Decimal(0), *definition.edges, None)
    pairs = pairwise(edges)
    return tuple(band(definition.metric, low, high) for low, high in pairs if low is not None)


def tolerance_text(tolerance: Tolerance, metric: Metric) -> str:
    """Return in words by how much evidence may miss a stated value."""
    suffix = " percentage points" if metric is Metric.UPTIME_PERCENT else DEFINITIONS[metric].suffix
    parts = [
        f"{number(tolerance.percent)} %" if tolerance.percent else "",
        f"{number(tolerance.absolute)}{suffix}" if tolerance.absolute else "",
    ]
    given = [part for part in parts if part]
    if not given:
        return "nothing: the values must be equal"
    return given[0] if len(given) == 1 else f"{given[0]} or {given[1]}, whichever is larger"


def level_parts(policy: EvidencePolicy) -> tuple[LevelPart, ...]:
    """Return the five levels, with how long each lasts by the policy in force."""
    validity, observed = policy.validity, policy.observed
    return (
        LevelPart(
            Level.STATED,
            "Somebody typed or imported it.",
            f"{months_text(validity.stated_months)} from the day it is stated for",
        ),
        LevelPart(
            Level.DOCUMENTED,
            "A document that names the firm, what it covers, its window and its date, checked by an admin.",
            f"until the document’s own end, {months_text(validity.documented_months)} from its date at most",
        ),
        LevelPart(
            Level.CONFIRMED,
            "A customer who runs the system agrees, in a verified reference.",
            f"{months_text(validity.confirmed_months)} from the customer’s answer",
        ),
        LevelPart(
            Level.OBSERVED,
            f"Uptime only: the directory measured it itself for {number(observed.min_days)} days or longer, with at"
            f" least {number(observed.min_samples_percent)} % of the samples.",
            f"until {number(validity.observed_days)} days have passed without data",
        ),
        LevelPart(
            Level.CORROBORATED,
            "Confirmed by a customer, and documented or observed as well, with everything in agreement.",
            "as long as its earliest part",
        ),
    )


def example(metric: Metric, stated: Decimal, evident: Decimal, policy: EvidencePolicy) -> Example:
    """Return a worked example, computed by the code that weighs real figures."""
    low, high = DEFINITIONS[metric].band(evident)
    answered_on = EXAMPLE_ON - timedelta(days=1)
    support = Support(1, Source.REFERENCE, answered_on, answered_on, low=low, high=high, is_band=True)
    weighed = weigh_figure(FigureFacts(1, metric, stated, answered_on, supports=(support,)), policy, EXAMPLE_ON)
    assert weighed is not None  # noqa: S101 - a day old statement is in force by the schema's least validity
    return Example(
        metric=DEFINITIONS[metric].label,
        stated=quantity(metric, stated),
        said=band(metric, low, high),
        used=quantity(metric, weighed.value),
        is_conflicting=weighed.is_conflicting,
        level=weighed.level,
    )


def _section(id_: str, part: Tier | Enterprise, found: Catalogue, parameter: tuple[str, str]) -> RuleSection:
    return RuleSection(id_, part.name, part.summary, rule_parts(part.rules, found), results(parameter))


def _metrics(policy: EvidencePolicy) -> tuple[MetricPart, ...]:
    return tuple(
        MetricPart(one, bands_of(one), tolerance_text(getattr(policy.tolerance, metric.value), metric))
        for metric, one in DEFINITIONS.items()
    )


def methodology_page(found: Catalogue, canonical: str) -> MethodologyPage:
    """Return the methodology by the catalogue in force."""
    rules, policy = found.rules, found.rules.evidence
    return MethodologyPage(
        rules=rules,
        checklist_version=found.checklist.version,
        criteria=len(found.checklist.criteria),
        areas=len(found.checklist.areas),
        metrics=_metrics(policy),
        levels=level_parts(policy),
        examples=tuple(example(Metric(metric), stated, evident, policy) for metric, stated, evident in EXAMPLES),
        tiers=tuple(_section(tier.id, tier, found, ("production", tier.id)) for tier in rules.production.tiers),
        enterprise=_section("enterprise", rules.enterprise, found, ("enterprise", "1")),
        canonical=canonical,
    )


def show() -> ResponseReturnValue:
    """Show how the directory works."""
    return same_for_all("/methodology", _page)


def _page() -> str:
    canonical = f"{services().settings.base_url.rstrip('/')}/methodology"
    return render_template("buyer/methodology.html", page=methodology_page(catalogue(), canonical))
