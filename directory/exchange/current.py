"""What the database has of the providers that a batch is about, read in a handful of queries."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from directory.evidence.models import Figure
from directory.providers.models import Provider
from directory.readiness.models import Answer, Certification


@dataclass(frozen=True, slots=True)
class Current:
    """Providers by domain, with their systems; what is stated now, by owner's id and by metric, criterion or name."""

    providers: dict[str, Provider]
    figures: dict[int, dict[str, Figure]] = field(default_factory=dict)
    answers: dict[int, dict[str, Answer]] = field(default_factory=dict)
    certifications: dict[int, dict[str, Certification]] = field(default_factory=dict)


def load_current(session: Session, domains: Collection[str]) -> Current:
    """Return what there is of the providers with these domains."""
    found = session.scalars(
        select(Provider).where(Provider.domain.in_(domains)).options(selectinload(Provider.systems))
    )
    return load_stated(session, list(found))


def load_stated(session: Session, providers: Collection[Provider]) -> Current:
    """Return what is stated now by these providers; their systems are loaded."""
    current = Current({provider.domain: provider for provider in providers})
    ids = [provider.id for provider in providers]
    systems = [system.id for provider in providers for system in provider.systems]
    if systems:
        figures = select(Figure).where(Figure.system_id.in_(systems), Figure.superseded_at.is_(None))
        for figure in session.scalars(figures):
            current.figures.setdefault(figure.system_id, {})[figure.metric] = figure
    if ids:
        answers = select(Answer).where(Answer.provider_id.in_(ids), Answer.superseded_at.is_(None))
        for answer in session.scalars(answers):
            current.answers.setdefault(answer.provider_id, {})[answer.criterion] = answer
        stated = select(Certification).where(Certification.provider_id.in_(ids), Certification.superseded_at.is_(None))
        for certification in session.scalars(stated):
            current.certifications.setdefault(certification.provider_id, {})[certification.name] = certification
    return current
