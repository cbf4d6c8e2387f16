"""Loading and saving a provider's draft, section by section, so that two people never undo each other's work."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import ConflictError
from directory.providers.membership import Draft
from directory.providers.models import Provider
from directory.providers.proof import check_member
from directory.publishing.content import (
    Content,
    fingerprint,
    has_days,
    published,
    section,
    to_store,
    with_areas,
    with_days,
    with_section,
)


class DraftConflictError(ConflictError):
    """Somebody else saved the same section meanwhile; `theirs` is what they left (None: a system was removed)."""

    def __init__(self, theirs: Any) -> None:  # noqa: ANN401 - a part of a JSON document
        """Keep what is stored, so that both versions can be shown."""
        super().__init__("Somebody else changed this meanwhile. Both versions are shown; nothing is lost.")
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class DraftView:
    """What a vendor goes on writing. `revision` is 0 where nothing was written yet: then it is what is public."""

    content: Content
    revision: int
    updated_at: datetime | None = None


def lock(session: Session, provider_id: int) -> Provider:
    """Return the provider as it is now, held until the end of the transaction.

    Everything that writes drafts and submissions takes it first, so that of two at once one waits for the other.
    """
    query = select(Provider).where(Provider.id == provider_id).with_for_update(of=Provider)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def load(session: Session, provider: Provider) -> DraftView:
    """Return the draft, or what is published where there is none."""
    draft = session.scalar(select(Draft).where(Draft.provider_id == provider.id))
    if draft is None:
        return DraftView(published(session, provider), 0)
    content = with_areas(session, draft.content)
    if not has_days(content):
        content = with_days(content, published(session, provider))
    return DraftView(content, draft.revision, draft.updated_at)


def save(
    session: Session,
    provider: Provider,
    name: str,
    value: Any,  # noqa: ANN401 - a part of a JSON document
    *,
    base: str,
    person_id: int,
    at: datetime,
) -> str:
    """Keep one section as typed, and return its new fingerprint; `base` is that of what the form showed.

    Sending the same twice is one save. Removing a system is saving None.

    Raises:
        DraftConflictError: the section was changed meanwhile.
        NotFoundError: the entry isn't theirs any more.

    """
    check_member(session, lock(session, provider.id), person_id)
    before = load(session, provider)
    theirs, new = section(before.content, name), fingerprint(value)
    if fingerprint(theirs) == new and before.revision:
        return new
    if fingerprint(theirs) not in (base, new):
        raise DraftConflictError(theirs)
    keep(session, provider, with_section(before.content, name, value), person_id=person_id, at=at)
    return new


def keep(session: Session, provider: Provider, content: Content, *, person_id: int | None, at: datetime) -> None:
    """Make this the provider's draft; the provider is locked."""
    draft = session.scalar(select(Draft).where(Draft.provider_id == provider.id))
    if draft is None:
        draft = Draft(provider_id=provider.id)
        session.add(draft)
    draft.content, draft.updated_by, draft.updated_at = to_store(content), person_id, at
    session.flush()
