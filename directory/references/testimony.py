"""What an answer is worth as evidence: one row for each figure and each point of the checklist it speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.catalogue.schema import Taxonomy
from directory.catalogue.services import in_force
from directory.evidence.metrics import Metric
from directory.evidence.models import Evidence
from directory.references.consent import public_label
from directory.references.models import Reference
from directory.references.questions import told_of

STATUSES = ("met", "partly", "unmet")
"""What a referee may say of a criterion; what they can't say isn't kept."""


@dataclass(frozen=True, slots=True)
class Testimony:
    """What a referee sends: who they are to the provider, what they say, what may be published of it.

    `answers` is by metric or criterion, as `Reference.answers` keeps it.
    """

    relationship: str
    ties: tuple[str, ...] = ()
    employees: int | None = None
    is_regulated: bool | None = None
    country: str | None = None
    industry: str | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    quote: str = ""
    is_named: bool = False
    may_show_person: bool = False
    origin_hash: str | None = None


def label_of(reference: Reference, taxonomy: Taxonomy) -> str:
    """Return how pages name the customer, as far as consent goes."""
    return public_label(
        organisation=reference.organisation,
        is_named=reference.is_named,
        employees=reference.organisation_employees,
        industry=reference.organisation_industry,
        country=reference.organisation_country,
        taxonomy=taxonomy,
    )


def evidence_of(session: Session, reference: Reference) -> list[Evidence]:
    """Return the evidence that an answer gives, dated on the day of the answer; only what was asked counts."""
    assert reference.answered_on is not None  # noqa: S101 - a constraint holds it for whatever was answered
    label = label_of(reference, in_force(session).taxonomy)
    return [
        *_figures(reference, label, reference.answered_on),
        *_criteria(reference, label, reference.answered_on),
    ]


def _figures(reference: Reference, label: str, dated_on: date) -> Iterator[Evidence]:
    for name in reference.asked.get("metrics", ()):
        metric = Metric(name)
        told = told_of(reference.answers, metric)
        if told is not None:
            yield Evidence(
                provider_id=reference.provider_id,
                reference_id=reference.id,
                system_id=reference.system_id,
                metric=metric,
                low=told.low,
                high=told.high,
                is_band=told.is_band,
                coverage=told.coverage,
                dated_on=dated_on,
                label=f"{label} said {told.in_words(metric)}",
            )


def _criteria(reference: Reference, label: str, dated_on: date) -> Iterator[Evidence]:
    for criterion in reference.asked.get("criteria", ()):
        status = reference.answers.get(criterion, {}).get("status")
        if status in STATUSES:
            yield Evidence(
                provider_id=reference.provider_id,
                reference_id=reference.id,
                criterion=criterion,
                status=status,
                dated_on=dated_on,
                label=f"{label} said {status}",
            )


def withdraw_evidence(session: Session, reference: Reference, *, at: datetime) -> None:
    """Stop everything that a reference speaks for from counting, and forget whom it named."""
    session.execute(
        update(Evidence)
        .where(Evidence.reference_id == reference.id, Evidence.withdrawn_at.is_(None))
        .values(withdrawn_at=at, label="")
    )
