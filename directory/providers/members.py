"""Who edits an entry: reading members, and writing to all of them."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.core.outbox import Letter, post
from directory.providers.membership import MemberRole, Membership


def membership_of(session: Session, provider_id: int, user_id: int) -> MemberRole | None:
    """Return what somebody is to a provider; None for a stranger."""
    query = select(Membership.role).where(Membership.provider_id == provider_id, Membership.user_id == user_id)
    role = session.scalar(query)
    return MemberRole(role) if role else None


def count_members(session: Session, provider_id: int) -> int:
    """Return how many people edit a provider's entry."""
    query = select(func.count()).select_from(Membership).where(Membership.provider_id == provider_id)
    return session.scalar(query) or 0


def post_to_members(session: Session, provider_id: int, letter: Letter, *, at: datetime) -> int:
    """Put a letter to every member in the outbox and return how many there are.

    `letter.to` is ignored, and each one's key is the letter's with the member's number behind it.
    """
    query = (
        select(User.id, User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.provider_id == provider_id, User.email.is_not(None), User.active)
        .order_by(User.id)
    )
    members = session.execute(query).all()
    for user_id, email in members:
        assert email is not None  # noqa: S101 - for the type checker: the query leaves those out
        post(session, replace(letter, to=email, key=f"{letter.key}-{user_id}"), at=at)
    return len(members)
