"""What an entry shows beyond what the rules weigh, read from the database; nothing private is even selected."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.evidence.models import Evidence
from directory.evidence.queries import (
    PastAnswer,
    PastCertification,
    PastFigure,
    past_answers,
    past_certifications,
    past_figures,
)
from directory.providers.models import Provider, System
from directory.references.queries import ReferenceRecord, public_record
from directory.review.queries import Notice, upheld_notices


@dataclass(frozen=True, slots=True)
class Reading:
    """What lies beside the verdicts: systems by id, and by evidence id the reference behind it."""

    systems: dict[int, System]
    reference_of: dict[int, int]
    references: ReferenceRecord
    notices: tuple[Notice, ...]
    figures: tuple[PastFigure, ...]
    answers: tuple[PastAnswer, ...]
    certifications: tuple[PastCertification, ...]


def public_providers(session: Session, provider_ids: Collection[int]) -> dict[int, Provider]:
    """Return those of the providers that readers may see, by id."""
    query = select(Provider).where(Provider.id.in_(provider_ids), Provider.is_public)
    return {provider.id: provider for provider in session.scalars(query)}


def public_provider(session: Session, slug: str) -> Provider | None:
    """Return the provider with that slug, if readers may see it."""
    return session.scalars(select(Provider).where(Provider.slug == slug, Provider.is_public)).one_or_none()


def read(session: Session, provider_id: int) -> Reading:
    """Return the reading of one provider; a handful of queries."""
    evidence = select(Evidence.id, Evidence.reference_id).where(
        Evidence.provider_id == provider_id, Evidence.reference_id.is_not(None), Evidence.withdrawn_at.is_(None)
    )
    systems = session.scalars(select(System).where(System.provider_id == provider_id))
    return Reading(
        systems={system.id: system for system in systems},
        reference_of={row.id: row.reference_id for row in session.execute(evidence)},
        references=public_record(session, provider_id),
        notices=upheld_notices(session, provider_id),
        figures=past_figures(session, provider_id),
        answers=past_answers(session, provider_id),
        certifications=past_certifications(session, provider_id),
    )
