"""Reads that only buyers' pages need."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, distinct, func, select
from sqlalchemy.orm import Session

from directory.catalogue.schema import EvidencePolicy
from directory.core.dates import add_months
from directory.evidence.models import Evidence
from directory.providers.models import Provider
from directory.references.models import Reference, ReferenceState


@dataclass(frozen=True, slots=True)
class Verified:
    """How much is verified: public providers, systems with a confirmed figure, references in force."""

    providers: int
    systems: int
    references: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The newest verified reference of a provider: the system it is for, and the day it was verified."""

    provider_id: int
    system_id: int
    verified_on: date


def public_entries(session: Session, ids: Collection[int]) -> dict[int, Row[int, str, str, bool]]:
    """Return id, slug, name and whether it is made up of those that are public, by id; nothing is asked for nobody."""
    if not ids:
        return {}
    columns = (Provider.id, Provider.slug, Provider.name, Provider.is_demo)
    query = select(*columns).where(Provider.id.in_(ids), Provider.is_public)
    return {row.id: row for row in session.execute(query)}


def public_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the names of those of the providers that are public, by id."""
    return {number: row.name for number, row in public_entries(session, ids).items()}


def verified(session: Session, policy: EvidencePolicy, on: date) -> Verified:
    """Return the three counts on a day, in one query."""
    in_force = (
        Reference.state == ReferenceState.VERIFIED,
        Reference.answered_on > add_months(on, -policy.validity.confirmed_months),
    )
    public = select(Provider.id).where(Provider.is_public)
    providers = select(func.count(Provider.id)).where(Provider.is_public)
    references = select(func.count(Reference.id)).where(*in_force, Reference.provider_id.in_(public))
    systems = (
        select(func.count(distinct(Evidence.system_id)))
        .join(Reference, Reference.id == Evidence.reference_id)
        .where(
            *in_force, Evidence.metric.is_not(None), Evidence.withdrawn_at.is_(None), Evidence.provider_id.in_(public)
        )
    )
    row = session.execute(
        select(providers.scalar_subquery(), systems.scalar_subquery(), references.scalar_subquery())
    ).one()
    return Verified(*row)


def newest_confirmations(session: Session, policy: EvidencePolicy, on: date, limit: int) -> list[Confirmation]:
    """Return the providers whose references were verified last, newest first, each once."""
    newest = func.max(Reference.verified_at).label("newest")
    query = (
        select(Reference.provider_id, newest)
        .join(Provider, Provider.id == Reference.provider_id)
        .where(
            Provider.is_public,
            Reference.state == ReferenceState.VERIFIED,
            Reference.answered_on > add_months(on, -policy.validity.confirmed_months),
        )
        .group_by(Reference.provider_id)
        .order_by(newest.desc(), Reference.provider_id)
        .limit(limit)
    )
    found = session.execute(query).all()
    systems = _systems_of(session, [row.provider_id for row in found])
    return [Confirmation(row.provider_id, systems[row.provider_id, row.newest], row.newest.date()) for row in found]


def _systems_of(session: Session, provider_ids: list[int]) -> dict[tuple[int, object], int]:
    """Return the system that each verified reference of the providers is for, by provider and moment."""
    query = (
        select(Reference.provider_id, Reference.verified_at, Reference.system_id)
        .where(Reference.provider_id.in_(provider_ids), Reference.state == ReferenceState.VERIFIED)
        .order_by(Reference.id)
    )
    return {(row.provider_id, row.verified_at): row.system_id for row in session.execute(query)}
