"""Reading accounts and their log-in sessions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from directory.accounts.models import LoginSession, Passkey, User


def by_email(session: Session, email: str, *, hold: bool = False) -> User | None:
    """Return the account with an address, however it is written; `hold` keeps others off until the transaction ends."""
    query = select(User).where(User.email == plain_email(email))
    return session.scalar(query.with_for_update() if hold else query)


def plain_email(email: str) -> str:
    """Return an address as it is kept and compared: in small letters."""
    return email.strip().lower()


def is_open(user: User) -> bool:
    """Whether somebody may log in to the account at all."""
    return user.active and user.locked_at is None and user.erased_at is None and user.confirmed_at is not None


def can_log_in() -> ColumnElement[bool]:
    """Return what `is_open` asks, as a condition on `User`."""
    return and_(User.active, User.locked_at.is_(None), User.erased_at.is_(None), User.confirmed_at.is_not(None))


def sessions_of(session: Session, user_id: int, at: datetime) -> Sequence[LoginSession]:
    """Return where somebody is logged in, the one used last first."""
    query = select(LoginSession).where(
        LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), LoginSession.ends_at > at
    )
    return session.scalars(query.order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())).all()


def passkeys_of(session: Session, user_id: int) -> Sequence[Passkey]:
    """Return somebody's passkeys, the oldest first."""
    return session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)).all()
