"""Log-in sessions: opened, seen, ended. A session is where somebody is logged in; its token is only in the cookie."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.accounts.models import LoginSession, Role, User
from directory.accounts.services import note
from directory.core.errors import NotFoundError

LASTS = timedelta(days=14)
ADMIN_LASTS = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a session begins: the hash of its token, the kind of device, and whether a second factor was shown."""

    token_hash: str
    device: str
    has_second_factor: bool = False
    replaces: int | None = None


def open_session(session: Session, user: User, opening: Opening, *, at: datetime) -> LoginSession:
    """Open a session, and end the one that the same browser had before."""
    if opening.replaces is not None:
        statement = update(LoginSession).where(LoginSession.id == opening.replaces, LoginSession.ended_at.is_(None))
        session.execute(statement.values(ended_at=at))
    opened = LoginSession(
        user_id=user.id,
        token_hash=opening.token_hash,
        device=opening.device,
        has_second_factor=opening.has_second_factor,
        created_at=at,
        seen_at=at,
        ends_at=at + (ADMIN_LASTS if user.role == Role.ADMIN else LASTS),
    )
    session.add(opened)
    session.flush()
    return opened


def is_due(opened: LoginSession, at: datetime) -> bool:
    """Whether it is time to write down again that a session is in use."""
    return at - opened.seen_at >= SEEN_EVERY


def mark_seen(session: Session, session_id: int, *, at: datetime) -> None:
    """Write down that a session is in use; of several requests at once one does it."""
    due = LoginSession.seen_at <= at - SEEN_EVERY
    session.execute(update(LoginSession).where(LoginSession.id == session_id, due).values(seen_at=at))


def end_session(session: Session, user_id: int, session_id: int, *, actor: str, at: datetime) -> None:
    """End one of somebody's own sessions; raise `NotFoundError` for anybody else's."""
    statement = update(LoginSession).where(
        LoginSession.id == session_id, LoginSession.user_id == user_id, LoginSession.ended_at.is_(None)
    )
    if session.scalar(statement.values(ended_at=at).returning(LoginSession.id)) is None:
        message = "This session has ended already."
        raise NotFoundError(message)
    note(session, "session-ended", user_id, actor=actor, at=at)
