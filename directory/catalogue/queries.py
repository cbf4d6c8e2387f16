"""Reading what versions of the catalogue there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.catalogue.models import CatalogueActivation, CatalogueVersion
from directory.core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class VersionState:
    """A stored version; `activated_at` is when it last came into force (None: never), with who and why."""

    kind: str
    version: str
    sha256: str
    added_at: datetime
    is_in_force: bool
    activated_at: datetime | None
    activated_by: str | None
    reason: str


def find_version(session: Session, kind: str, version: str) -> CatalogueVersion | None:
    """Return a stored version, or None."""
    found = select(CatalogueVersion).where(CatalogueVersion.kind == kind, CatalogueVersion.version == version)
    return session.scalars(found).one_or_none()


def versions(session: Session) -> list[VersionState]:
    """Return every stored version, by kind and in the order they were added."""
    newest = (
        select(CatalogueActivation.version_id, func.max(CatalogueActivation.id).label("id"))
        .group_by(CatalogueActivation.version_id)
        .subquery()
    )
    rows = session.execute(
        select(CatalogueVersion, CatalogueActivation)
        .outerjoin(newest, newest.c.version_id == CatalogueVersion.id)
        .outerjoin(CatalogueActivation, CatalogueActivation.id == newest.c.id)
        .order_by(CatalogueVersion.kind, CatalogueVersion.id)
    ).all()
    latest: dict[str, int] = {}
    for version, activation in rows:
        latest[version.kind] = max(latest.get(version.kind, 0), _id(activation))
    return [_state(version, activation, latest[version.kind]) for version, activation in rows]


def _id(activation: CatalogueActivation | None) -> int:
    return 0 if activation is None else activation.id


def _state(version: CatalogueVersion, activation: CatalogueActivation | None, latest: int) -> VersionState:
    return VersionState(
        kind=version.kind,
        version=version.version,
        sha256=version.sha256,
        added_at=version.added_at,
        is_in_force=activation is not None and activation.id == latest,
        activated_at=None if activation is None else activation.at,
        activated_by=None if activation is None else activation.actor,
        reason="" if activation is None else activation.reason,
    )


def version_before(version_ids: Iterable[int]) -> int | None:
    """Return what a rollback leads to, given all activations of a kind, oldest first; None if there is nothing.

    Going back to a version forgets what came after it, so rolling back twice leads two steps back and
    never forward again to the version that was found wanting.
    """
    trail: list[int] = []
    for version_id in version_ids:
        if version_id in trail:
            del trail[trail.index(version_id) :]
        trail.append(version_id)
    return trail[-2] if len(trail) > 1 else None


def previous(session: Session, kind: str) -> CatalogueVersion:
    """Return the version that a rollback of a kind leads to.

    Raises:
        NotFoundError: there is none before the one in force.

    """
    trail = session.scalars(
        select(CatalogueActivation.version_id)
        .join(CatalogueVersion, CatalogueVersion.id == CatalogueActivation.version_id)
        .where(CatalogueVersion.kind == kind)
        .order_by(CatalogueActivation.id)
    )
    before = version_before(trail)
    if before is None:
        raise NotFoundError(f"No earlier version of {kind} was in force, so there is nothing to go back to.")
    return session.get_one(CatalogueVersion, before)
