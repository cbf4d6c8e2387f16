"""What admins do to accounts: never to their own, and never so that no admin is left."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from directory.accounts import services
from directory.accounts.models import LoginSession, Role, User
from directory.accounts.queries import can_log_in
from directory.core.errors import ForbiddenError, NotFoundError

FOUND_AT_MOST = 50
OWN = "This is your own account: another admin does this for you."
LAST = "This is the last admin. Make somebody else one first."
NOT_ANY_MORE = "You aren’t an admin any more."


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts (`by` is their account) on an account as they saw it, and when."""

    user_id: int
    revision: int
    by: int
    actor: str
    at: datetime


def _check(session: Session, act: Act) -> None:
    """Refuse what would touch the admin themselves or the last one.

    All admins' rows are held until the transaction ends, so that two who act on each other at once can't both win.
    """
    query = select(User.id).where(User.role == Role.ADMIN, can_log_in()).order_by(User.id).with_for_update()
    admins = set(session.scalars(query))
    if act.user_id == act.by:
        raise ForbiddenError(OWN)
    if act.by not in admins:
        raise ForbiddenError(NOT_ANY_MORE)
    if admins == {act.user_id}:
        raise ForbiddenError(LAST)


def change_role(session: Session, act: Act, role: Role) -> None:
    """Give an account another role; all its sessions end.

    Raises:
        ForbiddenError: it is the admin's own account, or that of the last admin.
        ConflictError: it changed meanwhile.

    """
    _check(session, act)
    services.set_role(session, act.user_id, role, actor=act.actor, at=act.at, revision=act.revision)


def lock(session: Session, act: Act) -> None:
    """Keep somebody out until an admin unlocks the account; raises as `change_role` does."""
    _check(session, act)
    services.lock(session, act.user_id, actor=act.actor, at=act.at, revision=act.revision)


def unlock(session: Session, act: Act) -> None:
    """Let somebody in again; raises as `change_role` does."""
    _check(session, act)
    services.unlock(session, act.user_id, actor=act.actor, at=act.at, revision=act.revision)


def end_sessions(session: Session, act: Act) -> None:
    """Log somebody out everywhere; raises as `change_role` does."""
    _check(session, act)
    services.end_sessions(session, act.user_id, actor=act.actor, at=act.at)


def find_accounts(session: Session, words: str) -> list[User]:
    """Return the accounts whose name or address holds the words, at most 50; upper and lower case are alike."""
    text = words.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = f"%{text}%"
    holds = or_(func.lower(User.name).like(pattern, escape="\\"), User.email.like(pattern, escape="\\"))
    query = select(User).where(User.erased_at.is_(None), holds).order_by(User.email).limit(FOUND_AT_MOST)
    return list(session.scalars(query))


def notable_accounts(session: Session) -> list[User]:
    """Return the admins and whoever is locked: the accounts that an admin looks after without searching."""
    is_notable = or_(User.role == Role.ADMIN, User.locked_at.is_not(None))
    query = select(User).where(User.erased_at.is_(None), is_notable).order_by(User.role, User.email)
    return list(session.scalars(query.limit(FOUND_AT_MOST)))


def find_account(session: Session, user_id: int) -> User:
    """Return an account.

    Raises:
        NotFoundError: there is none of this number, or it was erased.

    """
    user = session.scalar(select(User).where(User.id == user_id, User.erased_at.is_(None)))
    if user is None:
        raise NotFoundError("There is no such account.")
    return user


def count_sessions(session: Session, user_id: int, at: datetime) -> int:
    """Return at how many places somebody is logged in."""
    query = select(func.count()).where(
        LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), LoginSession.ends_at > at
    )
    return session.scalar(query) or 0
