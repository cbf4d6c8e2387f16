"""What these files list, read from the database: public entries only, and only columns that are public."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.providers.models import Provider
from directory.references.models import Reference, ReferenceState


@dataclass(frozen=True, slots=True)
class Listed:
    """A public provider and when something about it last changed or was verified."""

    id: int
    slug: str
    name: str
    summary: str
    is_demo: bool
    published_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Located:
    """A public provider's slug and when its entry last changed."""

    slug: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """How many public entries there are, and how many of them are demonstration entries."""

    providers: int
    demo: int


def newest(session: Session, most: int) -> tuple[Listed, ...]:
    """Return the providers that changed or were verified last, newest first; verification counts at its moment."""
    verified_at = func.max(Reference.verified_at)
    verified = session.execute(
        select(Provider.id, verified_at)
        .join(Reference, Reference.provider_id == Provider.id)
        .where(Provider.is_public, Reference.state == ReferenceState.VERIFIED)
        .group_by(Provider.id)
        .order_by(verified_at.desc(), Provider.id.desc())
        .limit(most)
    )
    moments = {row[0]: row[1] for row in verified if row[1] is not None}
    updated = select(Provider.id).where(Provider.is_public).order_by(Provider.updated_at.desc(), Provider.id.desc())
    ids = {*moments, *session.scalars(updated.limit(most))}
    found = [
        Listed(
            id=one.id,
            slug=one.slug,
            name=one.name,
            summary=one.summary,
            is_demo=one.is_demo,
            published_at=one.published_at or one.updated_at,
            changed_at=max(one.updated_at, moments.get(one.id, one.updated_at)),
        )
        for one in session.scalars(select(Provider).where(Provider.id.in_(ids)))
    ]
    return tuple(sorted(found, key=lambda one: (one.changed_at, one.id), reverse=True)[:most])


def located(session: Session, start: int, most: int) -> tuple[Located, ...]:
    """Return the public providers from index `start`, oldest entry first, at most so many."""
    query = select(Provider.slug, Provider.updated_at).where(Provider.is_public).order_by(Provider.id)
    return tuple(Located(row.slug, row.updated_at) for row in session.execute(query.offset(start).limit(most)))


def counts(session: Session) -> Counts:
    """Return how many public entries there are."""
    row = session.execute(
        select(func.count(), func.count().filter(Provider.is_demo)).select_from(Provider).where(Provider.is_public)
    ).one()
    return Counts(row[0], row[1])
