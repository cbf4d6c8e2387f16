"""Where entries stand on their way to the public page, as their vendors see it."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.providers.membership import MemberRole, Membership
from directory.providers.models import Provider
from directory.publishing.content import Content, essence, published, to_store
from directory.publishing.drafts import DraftView, load
from directory.publishing.models import Submission, SubmissionState


class State(StrEnum):
    """What readers can see of an entry."""

    DRAFT = "draft"
    PUBLIC = "public"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is public of an entry, what waits, and what was decided last (None where something newer waits).

    Withdrawn submissions are left out: nobody has to be told.
    """

    state: State
    waiting: Submission | None
    decided: Submission | None


@dataclass(frozen=True, slots=True)
class OwnEntry:
    """An entry that somebody edits."""

    provider: Provider
    role: MemberRole
    standing: Standing


@dataclass(frozen=True, slots=True)
class Progress:
    """The draft beside what is public now; `is_changed` when they differ, or nothing was ever public."""

    draft: DraftView
    public: Content
    is_changed: bool


def state_of(provider: Provider) -> State:
    """Return what readers can see of an entry."""
    if provider.published_at is None:
        return State.DRAFT
    return State.PUBLIC if provider.withdrawn_at is None else State.WITHDRAWN


def standing(session: Session, provider: Provider) -> Standing:
    """Return where an entry stands."""
    query = (
        select(Submission)
        .where(Submission.provider_id == provider.id, Submission.state != SubmissionState.WITHDRAWN)
        .order_by(Submission.id.desc())
        .limit(1)
    )
    newest = session.scalar(query)
    is_waiting = newest is not None and newest.state == SubmissionState.WAITING
    return Standing(state_of(provider), newest if is_waiting else None, None if is_waiting else newest)


def own_entries(session: Session, user_id: int) -> list[OwnEntry]:
    """Return the entries that somebody edits, by name."""
    query = (
        select(Provider, Membership.role)
        .join(Membership, Membership.provider_id == Provider.id)
        .where(Membership.user_id == user_id)
        .order_by(Provider.name, Provider.id)
    )
    rows = session.execute(query).all()
    return [OwnEntry(row.Provider, MemberRole(row.role), standing(session, row.Provider)) for row in rows]


def progress(session: Session, provider: Provider) -> Progress:
    """Return the draft beside what is public."""
    draft, public = load(session, provider), published(session, provider)
    is_changed = provider.published_at is None or essence(to_store(draft.content)) != essence(to_store(public))
    return Progress(draft, public, is_changed)
