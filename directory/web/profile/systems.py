"""A provider's systems as its page shows them: four figures each, and how each is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from directory.catalogue.schema import EvidencePolicy, Rules
from directory.evidence.facts import FigureFacts, Support
from directory.evidence.levels import Level, Source
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.queries import Measured
from directory.evidence.weighing import Weighed, agrees
from directory.evidence.wording import coverage_text, day, number, quantity, said
from directory.providers.models import System
from directory.references.consent import public_label
from directory.rules.case import WeighedSystem
from directory.rules.evaluator import Verdicts
from directory.web.profile.links import Link, outward, term_links
from directory.web.profile.strip import Strip, strip_of
from directory.web.session import catalogue

SPEAKERS = {
    Source.REFERENCE: "a customer said",
    Source.DOCUMENT: "a document says",
    Source.OBSERVATION: "the directory measured",
}
DATED = {Source.REFERENCE: "answered", Source.DOCUMENT: "dated", Source.OBSERVATION: "up to"}


@dataclass(frozen=True, slots=True)
class Known:
    """One way in which a figure is known; `level` is what that kind of evidence gives alone."""

    level: Level
    text: str
    dated: str
    is_disagreeing: bool = False


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One metric of a system. Without `weighed` nothing is in force: never stated, or expired.

    `value` is the value used, without its `unit`. `conflict` tells, where evidence disagrees, what was stated and
    what is used.
    """

    metric: Metric
    label: str
    weighed: Weighed | None = None
    is_expired: bool = False
    value: str = ""
    unit: str = ""
    window: str = ""
    known: tuple[Known, ...] = ()
    method: str = ""
    source: str | None = None
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class SystemPart:
    """One system with its four metrics, always all of them and in the same order."""

    id: int
    name: str
    summary: str
    customer: str
    kinds: tuple[Link, ...]
    is_live: bool
    live_since: date | None
    retired_on: date | None
    lines: tuple[FigureLine, ...]
    strip: Strip | None


def known_text(support: Support, metric: Metric) -> str:
    """Return who said what: the evidence's own label, and the value where the label doesn't tell it yet."""
    value = said(support, metric)
    if not support.label:
        return f"{SPEAKERS[support.source]} {value}"
    return support.label if value in support.label else f"{support.label}: {value}"


def _known(support: Support, facts: FigureFacts, policy: EvidencePolicy) -> Known:
    return Known(
        level=support.source.level,
        text=known_text(support, facts.metric),
        dated=f"{DATED[support.source]} {day(support.dated_on)}",
        is_disagreeing=not agrees(support, facts, policy),
    )


def window_text(facts: FigureFacts) -> str:
    """Return the span that a figure was stated for."""
    if facts.window_days is None:
        return f"as of {day(facts.as_of_on)}"
    return f"{number(facts.window_days)} days to {day(facts.as_of_on)}"


def unit_text(metric: Metric, weighed: Weighed) -> str:
    """Return the unit that follows a value, with the hours in which it holds."""
    suffix = DEFINITIONS[metric].suffix.strip()
    return f"{suffix}, {coverage_text(weighed.coverage)}" if weighed.coverage else suffix


def conflict_text(weighed: Weighed) -> str:
    """Return what was stated and what is used where evidence disagrees, else nothing."""
    if not weighed.is_conflicting:
        return ""
    facts = weighed.facts
    stated = quantity(facts.metric, facts.value, facts.coverage)
    used = quantity(facts.metric, weighed.value, weighed.coverage)
    return f"stated {stated}; {used} is used" if used != stated else f"stated {stated}, which is used"


def figure_line(metric: Metric, system: WeighedSystem, policy: EvidencePolicy) -> FigureLine:
    """Return one metric of a system as its row shows it."""
    label = DEFINITIONS[metric].label
    weighed = system.figures.get(metric)
    if weighed is None:
        is_expired = metric in system.facts.figures
        return FigureLine(metric, label, is_expired=is_expired)
    facts = weighed.facts
    return FigureLine(
        metric=metric,
        label=label,
        weighed=weighed,
        value=number(weighed.value),
        unit=unit_text(metric, weighed),
        window=window_text(facts),
        known=tuple(_known(support, facts, policy) for support in weighed.supports),
        method=facts.method,
        source=outward(facts.source_url),
        conflict=conflict_text(weighed),
    )


def _customer(row: System, *, is_named: bool) -> str:
    taxonomy = catalogue().taxonomy
    label = public_label(
        organisation=row.customer_name or "",
        is_named=is_named,
        employees=row.customer_employees,
        industry=None,
        country=None,
        taxonomy=taxonomy,
    )
    return f"{label}, regulated" if row.customer_is_regulated else label


def _kinds(row: System) -> tuple[Link, ...]:
    industry = term_links("industry", [row.industry] if row.industry else [])
    return (*industry, *term_links("agent_type", [row.agent_type] if row.agent_type else []))


def system_part(system: WeighedSystem, row: System, strip: Strip | None, policy: EvidencePolicy) -> SystemPart:
    """Return one system as the page shows it."""
    return SystemPart(
        id=row.id,
        name=row.name,
        summary=row.summary,
        customer=_customer(row, is_named=system.facts.is_customer_named),
        kinds=_kinds(row),
        is_live=system.is_live,
        live_since=row.live_since,
        retired_on=row.retired_on,
        lines=tuple(figure_line(metric, system, policy) for metric in Metric),
        strip=strip,
    )


def is_fresh(one: Measured, on: date, rules: Rules) -> bool:
    """Whether a measurement still counts: a stale one is not shown as if it were today's."""
    return (on - one.last_sample_on).days <= rules.evidence.validity.observed_days


def system_parts(
    verdicts: Verdicts, rows: Mapping[int, System], measured: Mapping[int, Measured], rules: Rules
) -> tuple[SystemPart, ...]:
    """Return every system, the live ones first and best first, as the rules rank them."""
    strips = {system_id: strip_of(one) for system_id, one in measured.items() if is_fresh(one, verdicts.on, rules)}
    return tuple(
        system_part(system, rows[system.facts.id], strips.get(system.facts.id), rules.evidence)
        for system in verdicts.systems
        if system.facts.id in rows
    )
