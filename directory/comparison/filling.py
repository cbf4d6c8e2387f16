"""From what the rules say of some providers to the table that compares them. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from directory.catalogue.schema import Rule
from directory.catalogue.services import Catalogue
from directory.comparison.cells import (
    STATUS_WORDS,
    AnswerCell,
    Backing,
    Cell,
    CertificationCell,
    CountCell,
    FigureCell,
    RuleCell,
    TermsCell,
)
from directory.comparison.table import Column, Row, Section, SystemRef, Table, Versions, marked
from directory.core.places import country_name
from directory.evidence.facts import Support
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.weighing import Weighed, WeighedAnswer, WeighedCertification, agrees
from directory.evidence.wording import said
from directory.rules.case import RuleResult, WeighedSystem
from directory.rules.evaluator import Verdicts
from directory.rules.sentences import sentence

TERM_ROWS = (
    ("tool", "Tools"),
    ("region", "Hosting"),
    ("size", "Size"),
    ("country", "Head office"),
    ("engagement", "Ways to engage"),
)
REFERENCE_ROWS = (
    ("asked", "Asked for"),
    ("answered", "Answered"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
)
UNITS: dict[Metric, Literal["requests/day", "percent", "minutes"]] = {
    Metric.REQUESTS_PER_DAY: "requests/day",
    Metric.UPTIME_PERCENT: "percent",
    Metric.DEPLOY_MINUTES: "minutes",
    Metric.RESPONSE_MINUTES: "minutes",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One provider to compare. `terms` are taxonomy ids by facet, `references` counts by what became of them.

    `system_id` is the system whose figures are asked for; None, or one that isn't the provider's, means the headline's.
    """

    slug: str
    name: str
    is_demo: bool
    is_claimed: bool
    terms: Mapping[str, tuple[str, ...]]
    references: Mapping[str, int]
    verdicts: Verdicts
    system_id: int | None = None

    @property
    def headline(self) -> WeighedSystem | None:
        """The best live system."""
        return next(iter(self.verdicts.live_systems), None)

    @property
    def system(self) -> WeighedSystem | None:
        """The system whose figures are shown."""
        asked = (one for one in self.verdicts.systems if one.facts.id == self.system_id)
        return next(asked, None) or self.headline


def compare(entries: Sequence[Entry], catalogue: Catalogue, on: date) -> Table:
    """Return the table of these providers, in their order."""
    columns = tuple(_column(entry, catalogue) for entry in entries)
    return Table(
        on=on,
        catalogue=Versions(catalogue.rules.version, catalogue.checklist.version, catalogue.taxonomy.version),
        sections=marked(_sections(entries, catalogue), columns),
        columns=columns,
    )


def _sections(entries: Sequence[Entry], catalogue: Catalogue) -> Iterator[Section]:
    yield Section("figures", _figures_title(entries), tuple(_metric_row(metric) for metric in Metric))
    production, enterprise = catalogue.rules.production, catalogue.rules.enterprise
    tiers = tuple(rule for tier in production.tiers for rule in tier.rules)
    yield Section("production-experience", production.name, _rule_rows(tiers, catalogue))
    yield Section("enterprise", enterprise.name, _rule_rows(enterprise.rules, catalogue))
    for area in catalogue.checklist.areas:
        rows = tuple(Row(f"criterion:{one.id}", one.name, one.question) for one in area.criteria)
        yield Section(area.id, area.name, rows)
    held = {name for entry in entries for name in entry.verdicts.certifications}
    order = [term.id for term in catalogue.taxonomy.certification]
    named = sorted(held, key=lambda name: (order.index(name) if name in order else len(order), name))
    if named:
        label = catalogue.taxonomy.label
        rows = tuple(Row(f"certification:{name}", label("certification", name), "") for name in named)
        yield Section("certifications", "Certifications", rows)
    yield Section(
        "profile", "What it works with", tuple(Row(f"profile:{facet}", name, "") for facet, name in TERM_ROWS)
    )
    yield Section(
        "references", "References", tuple(Row(f"references:{name}", word, "") for name, word in REFERENCE_ROWS)
    )


def _figures_title(entries: Iterable[Entry]) -> str:
    is_headline = all(entry.system is entry.headline for entry in entries)
    return "Figures of the headline system" if is_headline else "Figures of the systems chosen"


def _metric_row(metric: Metric) -> Row:
    definition = DEFINITIONS[metric]
    return Row(f"metric:{metric}", definition.label, definition.definition)


def _rule_rows(rules: Iterable[Rule], catalogue: Catalogue) -> tuple[Row, ...]:
    def label(kind: str, term: str) -> str:
        criterion = catalogue.checklist.criteria.get(term) if kind == "criterion" else None
        return criterion.name if criterion else catalogue.taxonomy.label(kind, term)

    return tuple(Row(f"rule:{rule.id}", f"{rule.id} {rule.name}", sentence(rule, label)) for rule in rules)


def _column(entry: Entry, catalogue: Catalogue) -> Column:
    verdicts = entry.verdicts
    return Column(
        slug=entry.slug,
        name=entry.name,
        demo=entry.is_demo,
        claimed=entry.is_claimed,
        tier=verdicts.tier,
        enterprise=verdicts.enterprise_outcome,
        system=_ref(entry.system),
        rules_system=verdicts.system.facts.name if verdicts.system else None,
        systems=tuple(SystemRef(one.facts.id, one.facts.name) for one in verdicts.live_systems),
        cells=dict(_cells(entry, catalogue)),
    )


def _ref(system: WeighedSystem | None) -> SystemRef | None:
    return SystemRef(system.facts.id, system.facts.name) if system else None


def _cells(entry: Entry, catalogue: Catalogue) -> Iterator[tuple[str, Cell | None]]:
    verdicts, policy = entry.verdicts, catalogue.rules.evidence
    figures = entry.system.figures if entry.system else {}
    for metric in Metric:
        weighed = figures.get(metric)
        disagreeing = (
            {one.id for one in weighed.supports if not agrees(one, weighed.facts, policy)} if weighed else set()
        )
        yield f"metric:{metric}", _figure(weighed, disagreeing) if weighed else None
    name = f"{verdicts.system.facts.name}: " if verdicts.system else ""
    for result in (*verdicts.production, *verdicts.enterprise):
        yield f"rule:{result.id}", _rule(result, name)
    for criterion in catalogue.checklist.criteria:
        answer = verdicts.answers.get(criterion)
        yield f"criterion:{criterion}", _answer(answer) if answer else None
    for held in verdicts.certifications.values():
        yield f"certification:{held.facts.name}", _certification(held)
    for facet, _ in TERM_ROWS:
        yield f"profile:{facet}", _terms(facet, entry.terms.get(facet, ()), catalogue)
    for state, _ in REFERENCE_ROWS:
        yield f"references:{state}", CountCell(entry.references.get(state, 0))


def _rule(result: RuleResult, prefix: str) -> RuleCell:
    """Return a rule's cell; the name of the system is cut off reasons, since the column tells it once."""
    because = dict.fromkeys(text.removeprefix(prefix) for text in result.because)
    return RuleCell(result.outcome, tuple(because))


def _figure(weighed: Weighed, disagreeing: set[int]) -> FigureCell:
    facts = weighed.facts
    return FigureCell(
        metric=facts.metric,
        value=weighed.value,
        stated=weighed.stated,
        unit=UNITS[facts.metric],
        coverage=weighed.coverage,
        stated_coverage=facts.coverage,
        level=int(weighed.level),
        conflicting=weighed.is_conflicting,
        as_of=weighed.as_of_on,
        dated_on=weighed.dated_on,
        ends_on=weighed.ends_on,
        window_days=facts.window_days,
        method=facts.method,
        evidence=tuple(
            Backing(one.source, said(one, facts.metric), one.dated_on, one.id in disagreeing)
            for one in weighed.supports
        ),
    )


def _answer(weighed: WeighedAnswer) -> AnswerCell:
    return AnswerCell(
        status=weighed.status,
        stated=weighed.stated,
        level=int(weighed.level),
        conflicting=weighed.is_conflicting,
        dated_on=weighed.dated_on,
        ends_on=weighed.ends_on,
        note=weighed.facts.note,
        evidence_url=weighed.facts.evidence_url,
        evidence=tuple(_status_backing(one, weighed) for one in weighed.supports),
    )


def _status_backing(one: Support, weighed: WeighedAnswer) -> Backing:
    says = STATUS_WORDS[one.status] if one.status else ""
    return Backing(one.source, says, one.dated_on, one.status != weighed.stated)


def _certification(weighed: WeighedCertification) -> CertificationCell:
    return CertificationCell(int(weighed.level), weighed.facts.valid_until, weighed.dated_on, weighed.ends_on)


def _terms(facet: str, ids: tuple[str, ...], catalogue: Catalogue) -> TermsCell | None:
    if not ids:
        return None
    labels = {one: country_name(one) if facet == "country" else catalogue.taxonomy.label(facet, one) for one in ids}
    ordered = sorted(labels, key=lambda one: (labels[one].casefold(), one))
    return TermsCell(tuple(ordered), tuple(labels[one] for one in ordered))


def section_ids(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the id of every section that a comparison may have."""
    areas = (area.id for area in catalogue.checklist.areas)
    return ("figures", "production-experience", "enterprise", *areas, "certifications", "profile", "references")
