"""Reading providers' facts from the database: a handful of queries for any number of providers."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from directory.catalogue.schema import Observed
from directory.catalogue.services import Catalogue
from directory.evidence.facts import AnswerFacts, CertificationFacts, FigureFacts, Support
from directory.evidence.levels import Source
from directory.evidence.metrics import Coverage, Metric
from directory.readiness.models import Status
from directory.references.consent import public_label
from directory.references.queries import withheld_systems
from directory.rules.evaluator import Verdicts, evaluate
from directory.rules.facts import ProviderFacts, ReferenceFacts, SystemFacts
from directory.rules.statements import (
    ANSWERS,
    CERTIFICATIONS,
    EVIDENCE,
    FIGURES,
    PROVIDERS,
    REFERENCES,
    SYSTEMS,
    UPHELD,
)

Subject = tuple[Any, ...]
Supports = dict[Subject, tuple[Support, ...]]

METRICS = {one.value: one for one in Metric}
COVERAGES: dict[str | None, Coverage] = {one.value: one for one in Coverage}
STATUSES: dict[str | None, Status] = {one.value: one for one in Status}


def load_facts(session: Session, provider_ids: Collection[int], catalogue: Catalogue) -> dict[int, ProviderFacts]:
    """Return the facts of each provider that exists, by id; as many queries for one as for a thousand."""
    ids = list(provider_ids)
    supports = _supports(session, ids, catalogue.rules.evidence.observed)
    systems = _systems(session, ids, supports)
    answers = _answers(session, ids, supports, catalogue)
    certifications = _certifications(session, ids, supports, catalogue)
    references = _references(session, ids, catalogue)
    upheld = _upheld(session, ids)
    names = {one.id: one.name for one in catalogue.checklist.criteria.values()}
    return {
        row.id: ProviderFacts(
            id=row.id,
            slug=row.slug,
            domain=row.domain,
            systems=tuple(systems[row.id]),
            answers=tuple(answers[row.id]),
            certifications=tuple(certifications[row.id]),
            references=tuple(references[row.id]),
            upheld_on=tuple(upheld[row.id]),
            criterion_names=names,
        )
        for row in session.execute(PROVIDERS, {"ids": ids})
    }


def _is_sufficient(row: Row[*tuple[Any, ...]], observed: Observed) -> bool:
    days = (row.last_sample_on - row.first_sample_on).days + 1
    share = Decimal(100) * row.samples / row.expected_samples if row.expected_samples else Decimal(0)
    return days >= observed.min_days and share >= observed.min_samples_percent


def _support(row: Row[*tuple[Any, ...]], observed: Observed) -> Support:
    dated_on: date = row.dated_on
    if row.reference_id is not None:
        source, from_on = Source.REFERENCE, row.verified_at.date()
    elif row.document_id is not None:
        source, from_on = Source.DOCUMENT, row.checked_at.date()
    else:
        source, dated_on, from_on = Source.OBSERVATION, row.last_sample_on, row.last_sample_on
    return Support(
        id=row.id,
        source=source,
        dated_on=dated_on,
        from_on=from_on,
        until_on=row.ends_on,
        low=row.low,
        high=row.high,
        is_band=row.is_band,
        coverage=COVERAGES.get(row.coverage),
        status=STATUSES.get(row.status),
        label=row.label,
        is_sufficient=source is not Source.OBSERVATION or _is_sufficient(row, observed),
    )


def _supports(session: Session, ids: list[int], observed: Observed) -> Supports:
    """Return evidence by what it is about: (system, metric) or (provider, kind, name)."""
    found: dict[Subject, list[Support]] = defaultdict(list)
    for row in session.execute(EVIDENCE, {"ids": ids}):
        if row.metric is not None:
            subject: Subject = (row.system_id, row.metric)
        elif row.criterion is not None:
            subject = (row.provider_id, "criterion", row.criterion)
        else:
            subject = (row.provider_id, "certification", row.certification)
        found[subject].append(_support(row, observed))
    return {subject: tuple(supports) for subject, supports in found.items()}


def _figures(session: Session, ids: list[int], supports: Supports) -> dict[int, dict[Metric, FigureFacts]]:
    found: dict[int, dict[Metric, FigureFacts]] = defaultdict(dict)
    for row in session.execute(FIGURES, {"ids": ids}):
        metric = METRICS[row.metric]
        found[row.system_id][metric] = FigureFacts(
            id=row.id,
            metric=metric,
            value=row.value,
            as_of_on=row.as_of_on,
            coverage=COVERAGES.get(row.coverage),
            window_days=row.window_days,
            method=row.method,
            source_url=row.source_url,
            stated_by=row.stated_by,
            supports=supports.get((row.system_id, row.metric), ()),
        )
    return found


def _systems(session: Session, ids: list[int], supports: Supports) -> dict[int, list[SystemFacts]]:
    figures = _figures(session, ids, supports)
    withheld = withheld_systems(session, ids)
    found: dict[int, list[SystemFacts]] = defaultdict(list)
    for row in session.execute(SYSTEMS, {"ids": ids}):
        found[row.provider_id].append(
            SystemFacts(
                id=row.id,
                name=row.name,
                live_since=row.live_since,
                retired_on=row.retired_on,
                industry=row.industry,
                agent_type=row.agent_type,
                figures=figures.get(row.id, {}),
                is_customer_named=row.customer_is_public and bool(row.customer_name) and row.id not in withheld,
            )
        )
    return found


def _answers(
    session: Session, ids: list[int], supports: Supports, catalogue: Catalogue
) -> dict[int, list[AnswerFacts]]:
    criteria = catalogue.checklist.criteria
    found: dict[int, list[AnswerFacts]] = defaultdict(list)
    for row in session.execute(ANSWERS, {"ids": ids}):
        found[row.provider_id].append(
            AnswerFacts(
                criterion=row.criterion,
                status=STATUSES[row.status],
                as_of_on=row.as_of_on,
                label=criteria[row.criterion].name if row.criterion in criteria else row.criterion,
                note=row.note,
                evidence_url=row.evidence_url,
                supports=supports.get((row.provider_id, "criterion", row.criterion), ()),
            )
        )
    return found


def _certifications(
    session: Session, ids: list[int], supports: Supports, catalogue: Catalogue
) -> dict[int, list[CertificationFacts]]:
    found: dict[int, list[CertificationFacts]] = defaultdict(list)
    for row in session.execute(CERTIFICATIONS, {"ids": ids}):
        found[row.provider_id].append(
            CertificationFacts(
                name=row.name,
                as_of_on=row.as_of_on,
                label=catalogue.taxonomy.label("certification", row.name),
                valid_until=row.valid_until,
                url=row.url,
                supports=supports.get((row.provider_id, "certification", row.name), ()),
            )
        )
    return found


def _references(session: Session, ids: list[int], catalogue: Catalogue) -> dict[int, list[ReferenceFacts]]:
    found: dict[int, list[ReferenceFacts]] = defaultdict(list)
    for one in session.execute(REFERENCES, {"ids": ids}):
        found[one.provider_id].append(
            ReferenceFacts(
                id=one.id,
                system_id=one.system_id,
                organisation_domain=one.organisation_domain,
                answered_on=one.answered_on,
                verified_on=one.verified_at.date(),
                employees=one.organisation_employees,
                is_regulated=one.organisation_is_regulated,
                is_named=one.is_named,
                label=public_label(
                    organisation=one.organisation,
                    is_named=one.is_named,
                    employees=one.organisation_employees,
                    industry=one.organisation_industry,
                    country=one.organisation_country,
                    taxonomy=catalogue.taxonomy,
                ),
            )
        )
    return found


def _upheld(session: Session, ids: list[int]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    for provider_id, decided_on in session.execute(UPHELD, {"ids": ids}):
        found[provider_id].append(decided_on)
    return found


def load_verdicts(
    session: Session, provider_ids: Collection[int], catalogue: Catalogue, on: date
) -> dict[int, Verdicts]:
    """Return what the rules in force say of each provider that exists, by id."""
    facts = load_facts(session, provider_ids, catalogue)
    return {provider_id: evaluate(one, catalogue.rules, on) for provider_id, one in facts.items()}
