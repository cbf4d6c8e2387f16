"""What was stated before and what was measured: read for pages, never weighed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.evidence.metrics import Coverage, Metric
from directory.evidence.models import Figure, Observation
from directory.providers.models import System
from directory.readiness.models import Answer, Certification, Status

MOST_PAST = 100
"""How many superseded statements of a kind a page shows, newest first."""


@dataclass(frozen=True, slots=True)
class PastFigure:
    """A figure that another one superseded."""

    system_id: int
    metric: Metric
    value: Decimal
    coverage: Coverage | None
    as_of_on: date
    stated_on: date
    superseded_on: date


@dataclass(frozen=True, slots=True)
class PastAnswer:
    """An answer that another one superseded."""

    criterion: str
    status: Status
    as_of_on: date
    stated_on: date
    superseded_on: date


@dataclass(frozen=True, slots=True)
class PastCertification:
    """A certification that another statement of it superseded."""

    name: str
    valid_until: date | None
    as_of_on: date
    stated_on: date
    superseded_on: date


@dataclass(frozen=True, slots=True)
class Measured:
    """Uptime of a system as the directory measured it; `days` are (samples, good), oldest first."""

    system_id: int
    first_sample_on: date
    last_sample_on: date
    samples: int
    expected_samples: int
    uptime_percent: Decimal
    days: tuple[tuple[int, int], ...]


def past_figures(session: Session, provider_id: int) -> tuple[PastFigure, ...]:
    """Return the provider's superseded figures, the last superseded first."""
    query = (
        select(*Figure.__table__.columns)
        .join(System, System.id == Figure.system_id)
        .where(System.provider_id == provider_id, Figure.superseded_at.is_not(None))
        .order_by(Figure.superseded_at.desc(), Figure.id.desc())
        .limit(MOST_PAST)
    )
    return tuple(
        PastFigure(
            system_id=row.system_id,
            metric=Metric(row.metric),
            value=row.value,
            coverage=Coverage(row.coverage) if row.coverage else None,
            as_of_on=row.as_of_on,
            stated_on=row.stated_at.date(),
            superseded_on=row.superseded_at.date(),
        )
        for row in session.execute(query)
    )


def past_answers(session: Session, provider_id: int) -> tuple[PastAnswer, ...]:
    """Return the provider's superseded answers, the last superseded first."""
    query = (
        select(*Answer.__table__.columns)
        .where(Answer.provider_id == provider_id, Answer.superseded_at.is_not(None))
        .order_by(Answer.superseded_at.desc(), Answer.id.desc())
        .limit(MOST_PAST)
    )
    return tuple(
        PastAnswer(
            criterion=row.criterion,
            status=Status(row.status),
            as_of_on=row.as_of_on,
            stated_on=row.stated_at.date(),
            superseded_on=row.superseded_at.date(),
        )
        for row in session.execute(query)
    )


def past_certifications(session: Session, provider_id: int) -> tuple[PastCertification, ...]:
    """Return the provider's superseded certifications, the last superseded first."""
    query = (
        select(*Certification.__table__.columns)
        .where(Certification.provider_id == provider_id, Certification.superseded_at.is_not(None))
        .order_by(Certification.superseded_at.desc(), Certification.id.desc())
        .limit(MOST_PAST)
    )
    return tuple(
        PastCertification(
            name=row.name,
            valid_until=row.valid_until,
            as_of_on=row.as_of_on,
            stated_on=row.stated_at.date(),
            superseded_on=row.superseded_at.date(),
        )
        for row in session.execute(query)
    )


def measured(session: Session, provider_id: int) -> dict[int, Measured]:
    """Return what the directory measured of the provider's systems, by system id."""
    query = (
        select(Observation).join(System, System.id == Observation.system_id).where(System.provider_id == provider_id)
    )
    return {
        one.system_id: Measured(
            system_id=one.system_id,
            first_sample_on=one.first_sample_on,
            last_sample_on=one.last_sample_on,
            samples=one.samples,
            expected_samples=one.expected_samples,
            uptime_percent=one.uptime_percent,
            days=tuple((int(samples), int(good)) for samples, good in one.days),
        )
        for one in session.scalars(query)
    }
