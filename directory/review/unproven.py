"""Entries that somebody began and nobody has proven: what becomes of them once the firm comes, or nobody does."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.audit.services import Event, append
from directory.core.outbox import Letter, post
from directory.evidence.documents import delete_all
from directory.evidence.models import Document
from directory.providers.membership import Draft, Invitation, Membership
from directory.providers.models import Provider
from directory.review.models import Claim


def hand_over(session: Session, provider: Provider, winner_id: int, *, at: datetime) -> list[int]:
    """Let nobody but the winner have an entry that was unproven until now; return who lost it, and tell them.

    What was written stays only if the winner began it: of somebody else's, not even the name does.
    The provider is held.
    """
    members = session.scalars(select(Membership).where(Membership.provider_id == provider.id)).all()
    losers = [one.user_id for one in members if one.user_id != winner_id]
    if len(losers) == len(members):
        _forget(session, provider, at=at)
    session.execute(
        delete(Membership).where(Membership.provider_id == provider.id, Membership.user_id.in_(losers)),
        execution_options={"synchronize_session": "fetch"},
    )
    query = select(User.id, User.email).where(User.id.in_(losers), User.email.is_not(None))
    values = {"domain": provider.domain}
    for user_id, email in session.execute(query).all():
        post(session, Letter("entry_lost", email or "", f"entry-lost-{provider.id}-{user_id}", values), at=at)
    return losers


def _forget(session: Session, provider: Provider, *, at: datetime) -> None:
    """Drop everything that was typed or uploaded; the entry is called by its domain."""
    for model in (Draft, Invitation):
        session.execute(delete(model).where(model.provider_id == provider.id))
    delete_all(session, provider.id, at=at)
    provider.name, provider.website = provider.domain, f"https://{provider.domain}/"


def discard(session: Session, provider: Provider, *, actor: str, at: datetime) -> None:
    """Delete an unproven entry with all that was written for it; anybody can begin it anew. The provider is held."""
    event = Event("provider.dropped", provider.subject)
    delete_all(session, provider.id, at=at)
    session.execute(delete(Provider).where(Provider.id == provider.id))
    append(session, event, actor=actor, at=at)


def hold_alone(session: Session, user_id: int) -> Sequence[Provider]:
    """Return the unproven entries that nobody but one person has, held until the transaction ends."""
    own = select(Membership.provider_id).where(Membership.user_id == user_id)
    others = select(Membership.provider_id).where(Membership.user_id != user_id)
    query = (
        select(Provider)
        .where(Provider.is_unproven, Provider.id.in_(own), Provider.id.not_in(others))
        .order_by(Provider.id)
    )
    return session.scalars(query.with_for_update(of=Provider).execution_options(populate_existing=True)).all()


def discard_idle(session: Session, before: datetime, *, most: int, actor: str, at: datetime) -> int:
    """Delete unproven entries at which nothing was done since a moment; return how many of them."""
    written = select(Draft.provider_id).where(Draft.updated_at >= before)
    asked = select(Claim.provider_id).where(or_(Claim.created_at >= before, Claim.decided_at >= before))
    added = select(Document.provider_id).where(Document.added_at >= before)
    idle = select(Provider).where(
        Provider.is_unproven,
        Provider.updated_at < before,
        *(Provider.id.not_in(recent) for recent in (written, asked, added)),
    )
    numbers = [one.id for one in session.scalars(idle.order_by(Provider.id).limit(most).with_for_update())]
    still = session.scalars(idle.where(Provider.id.in_(numbers)).execution_options(populate_existing=True)).all()
    for provider in still:  # looked at again: somebody may have written while they were waited for
        discard(session, provider, actor=actor, at=at)
    return len(still)
