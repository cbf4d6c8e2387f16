"""Changing accounts: roles, locks, the end of sessions. Subjects in the audit log are numbers, never people."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.accounts.models import AccountLink, LoginSession, Role, User
from directory.audit.services import Event, append
from directory.core.errors import ConflictError, NotFoundError


def account_of(session: Session, user_id: int) -> User:
    """Return an account that still is somebody's, held until the transaction ends; raise `NotFoundError` else."""
    user = session.get(User, user_id, with_for_update=True)
    if user is None or user.erased_at is not None:
        message = "There is no such account."
        raise NotFoundError(message)
    return user


def note(session: Session, action: str, user_id: int, *, actor: str, at: datetime, **detail: str | int) -> None:
    """Append an event about an account; `detail` holds no names or addresses."""
    append(session, Event(f"account.{action}", f"account:{user_id}", detail=dict(detail)), actor=actor, at=at)


def check_revision(user: User, revision: int | None) -> None:
    """Raise `ConflictError` where somebody decides on a state of the account that is no longer its own."""
    if revision is not None and user.revision != revision:
        message = "The account has changed meanwhile. Look again, then decide."
        raise ConflictError(message)


def set_role(
    session: Session, user_id: int, role: Role, *, actor: str, at: datetime, revision: int | None = None
) -> None:
    """Give an account another role, and end all its sessions: what was open was open for the old one."""
    user = account_of(session, user_id)
    check_revision(user, revision)
    if user.role == role:
        return
    before, user.role, user.updated_at = user.role, role, at
    note(session, "role-set", user_id, actor=actor, at=at, before=before, after=role)
    end_sessions(session, user_id, actor=actor, at=at)


def become_vendor(session: Session, user_id: int, *, actor: str, at: datetime) -> None:
    """Let a buyer edit entries, as `set_role` does; vendors and admins stay what they are."""
    if account_of(session, user_id).role == Role.BUYER:
        set_role(session, user_id, Role.VENDOR, actor=actor, at=at)


def lock(session: Session, user_id: int, *, actor: str, at: datetime, revision: int | None = None) -> None:
    """Keep somebody out until an admin unlocks the account, and end all its sessions and open links."""
    user = account_of(session, user_id)
    check_revision(user, revision)
    if user.locked_at is not None:
        return
    user.locked_at = user.updated_at = at
    note(session, "locked", user_id, actor=actor, at=at)
    end_links(session, user_id, at=at)
    end_sessions(session, user_id, actor=actor, at=at)


def unlock(session: Session, user_id: int, *, actor: str, at: datetime, revision: int | None = None) -> None:
    """Let somebody in again, also one who has typed wrong passwords too often."""
    user = account_of(session, user_id)
    check_revision(user, revision)
    if user.locked_at is None and user.retry_at is None:
        return
    user.locked_at = user.retry_at = None
    user.failed_logins, user.updated_at = 0, at
    note(session, "unlocked", user_id, actor=actor, at=at)


def end_sessions(session: Session, user_id: int, *, actor: str, at: datetime, but: int | None = None) -> int:
    """End every open log-in session of an account but the one whose id is `but`; return how many that were."""
    statement = update(LoginSession).where(
        LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), LoginSession.ends_at > at
    )
    if but is not None:
        statement = statement.where(LoginSession.id != but)
    ended = session.scalars(statement.values(ended_at=at).returning(LoginSession.id)).all()
    if ended:
        note(session, "sessions-ended", user_id, actor=actor, at=at, count=len(ended))
    return len(ended)


def end_links(session: Session, user_id: int, *, at: datetime) -> None:
    """Make every link that was mailed to somebody and not yet used hold no longer."""
    statement = update(AccountLink).where(AccountLink.user_id == user_id, AccountLink.ended_at.is_(None))
    session.execute(statement.values(ended_at=at))
