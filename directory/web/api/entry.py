"""From a provider, what the rules say of it and what was read beside that to the whole public entry.

Who confirmed something is named by the consent as it stands now, never by what was noted beside the evidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from directory.catalogue.schema import Taxonomy
from directory.catalogue.services import Catalogue
from directory.core.places import languages
from directory.evidence.facts import Support
from directory.evidence.levels import Source
from directory.evidence.metrics import Metric
from directory.evidence.weighing import Weighed, support_ends_on
from directory.providers.models import Provider
from directory.providers.models import System as SystemRow
from directory.references.consent import public_label
from directory.rules.case import WeighedSystem
from directory.rules.evaluator import Verdicts
from directory.web.api import provider_shapes as shapes
from directory.web.api.history import history
from directory.web.api.items import common_values, exact, figure_values, outcomes
from directory.web.api.readings import Reading
from directory.web.api.shapes import PageLinks, Term

TERMS = {
    "engagement": "engagement",
    "industries": "industry",
    "regions": "region",
    "agent_types": "agent_type",
    "frameworks": "framework",
    "models": "model",
    "clouds": "cloud",
    "tools": "tool",
}
"""Facet by the field that lists its terms."""
UNNAMED = "an unnamed customer"


@dataclass(frozen=True, slots=True)
class Entry:
    """One provider with everything its public entry is made of."""

    provider: Provider
    verdicts: Verdicts
    reading: Reading
    catalogue: Catalogue

    @property
    def taxonomy(self) -> Taxonomy:
        """The words in force."""
        return self.catalogue.taxonomy

    def whole(self, links: PageLinks) -> shapes.Provider:
        """Return the entry."""
        provider = self.provider
        best = next(iter(self.verdicts.live_systems), None)
        return shapes.Provider(
            **common_values(provider, self.verdicts, best),
            description=provider.description,
            founded=provider.founded,
            employees=provider.employees,
            size=self._term("size", self.taxonomy.size_of(provider.employees)),
            min_project=_money(provider),
            languages=tuple(Term(code, languages().get(code, code)) for code in provider.languages),
            **self._lists(),
            systems=tuple(self._system(one) for one in self.verdicts.systems),
            answers=self._answers(),
            certifications=self._certifications(),
            references=self._references(),
            notices=tuple(shapes.Notice(one.decided_on, one.text) for one in self.reading.notices),
            history=history(self.verdicts, self.reading, self.catalogue.rules.evidence),
            source=_source(provider),
            links=links,
        )

    def _term(self, facet: str, term_id: str | None) -> Term | None:
        return Term(term_id, self.taxonomy.label(facet, term_id)) if term_id else None

    def _lists(self) -> dict[str, Any]:
        """Return the fields that hold terms, by name."""
        return {field: self._terms(facet, getattr(self.provider, field)) for field, facet in TERMS.items()}

    def _terms(self, facet: str, ids: Iterable[str]) -> tuple[Term, ...]:
        return tuple(Term(one, self.taxonomy.label(facet, one)) for one in ids)

    def _system(self, weighed: WeighedSystem) -> shapes.System:
        row = self.reading.systems[weighed.facts.id]
        return shapes.System(
            name=row.name,
            summary=row.summary,
            live=weighed.is_live,
            live_since=row.live_since,
            retired_on=row.retired_on,
            industry=self._term("industry", row.industry),
            agent_type=self._term("agent_type", row.agent_type),
            customer=_customer(row, self.taxonomy, is_named=weighed.facts.is_customer_named),
            figures=shapes.Figures(**{metric.value: self._figure(weighed.figures.get(metric)) for metric in Metric}),
            rules=outcomes(weighed.rules),
        )

    def _figure(self, weighed: Weighed | None) -> shapes.SystemFigure | None:
        if weighed is None:
            return None
        return shapes.SystemFigure(
            **figure_values(weighed),
            coverage=weighed.coverage,
            window_days=weighed.facts.window_days,
            method=weighed.facts.method,
            source_url=weighed.facts.source_url,
            dated_on=weighed.dated_on,
            ends_on=weighed.ends_on,
            evidence=self._evidence(weighed.supports),
        )

    def _evidence(self, supports: Iterable[Support]) -> tuple[shapes.EvidenceItem, ...]:
        policy = self.catalogue.rules.evidence
        return tuple(
            shapes.EvidenceItem(
                source=one.source,
                says=_said(one),
                dated_on=one.dated_on,
                ends_on=support_ends_on(one, policy),
                label=self._customer_label(one.id) if one.source is Source.REFERENCE else one.label,
            )
            for one in supports
        )

    def _customer_label(self, evidence_id: int) -> str:
        reference_id = self.reading.reference_of.get(evidence_id)
        labels = (one.label for one in self.verdicts.facts.references if one.id == reference_id)
        return next(labels, UNNAMED)

    def _answers(self) -> tuple[shapes.Answer, ...]:
        """Return the answers in force in the checklist's order, then those to criteria it no longer has."""
        order = list(self.catalogue.checklist.criteria)
        answers = sorted(
            self.verdicts.answers.values(),
            key=lambda one: order.index(one.facts.criterion) if one.facts.criterion in order else len(order),
        )
        return tuple(
            shapes.Answer(
                criterion=one.facts.criterion,
                name=one.facts.label or one.facts.criterion,
                status=one.status,
                stated=one.stated,
                level=int(one.level),
                conflicting=one.is_conflicting,
                as_of=one.facts.as_of_on,
                ends_on=one.ends_on,
                note=one.facts.note,
                evidence_url=one.facts.evidence_url,
                evidence=self._evidence(one.supports),
            )
            for one in answers
        )

    def _certifications(self) -> tuple[shapes.Certification, ...]:
        return tuple(
            shapes.Certification(
                id=one.facts.name,
                label=one.facts.label or one.facts.name,
                level=int(one.level),
                as_of=one.facts.as_of_on,
                valid_until=one.facts.valid_until,
                ends_on=one.ends_on,
                url=one.facts.url,
                evidence=self._evidence(one.supports),
            )
            for one in self.verdicts.certifications.values()
        )

    def _references(self) -> shapes.References:
        policy = self.catalogue.rules.evidence
        confirmations = tuple(
            shapes.Confirmation(
                system=self.reading.systems[one.system_id].name,
                customer=one.label,
                answered_on=one.answered_on,
                ends_on=one.ends_on(policy),
                quote=self.reading.references.quotes.get(one.id, ""),
            )
            for one in self.verdicts.references
        )
        record = self.reading.references
        return shapes.References(
            asked=record.asked,
            answered=record.answered,
            declined=record.declined,
            withdrawn=record.withdrawn,
            verified=record.verified,
            confirmations=confirmations,
        )


def _said(support: Support) -> shapes.Said:
    low = None if support.low is None else exact(support.low)
    high = None if support.high is None else exact(support.high)
    return shapes.Said(low, high, support.is_band, support.coverage, support.status)


def _money(provider: Provider) -> shapes.Money | None:
    if provider.min_project_amount is None or provider.min_project_currency is None:
        return None
    return shapes.Money(exact(provider.min_project_amount), provider.min_project_currency)


def _customer(row: SystemRow, taxonomy: Taxonomy, *, is_named: bool) -> shapes.Customer | None:
    """Return what may be told of a system's customer, or None where nothing is known."""
    label = public_label(
        organisation=row.customer_name or "",
        is_named=is_named,
        employees=row.customer_employees,
        industry=None,
        country=None,
        taxonomy=taxonomy,
    )
    if is_named:
        return shapes.Customer(
            label, row.customer_name, row.customer_website, row.customer_employees, row.customer_is_regulated
        )
    return shapes.Customer(label, None, None, None, None) if row.customer_employees is not None else None


def _source(provider: Provider) -> shapes.ImportSource | None:
    if provider.source_name is None:
        return None
    return shapes.ImportSource(provider.source_name, provider.source_url, provider.source_retrieved_on)
