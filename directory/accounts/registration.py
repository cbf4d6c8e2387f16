"""Becoming somebody: registering, proving the mailbox; and accounts that the command line makes.

Whoever registers learns nothing about others: an address that has an account gets a letter that says so. An account
that was never confirmed is written over by whoever registers next, and confirming takes the link and the password
that was chosen: neither somebody who registers a stranger's address nor a mailbox alone opens an account.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from directory.accounts.mailed_links import send_link
from directory.accounts.models import LinkPurpose, Role, User
from directory.accounts.queries import by_email, plain_email
from directory.accounts.services import note
from directory.core.errors import ConflictError
from directory.core.outbox import Letter, post


@dataclass(frozen=True, slots=True)
class Applicant:
    """Whoever registers; `password` is its hash already."""

    name: str
    email: str
    password: str
    role: Role


def register(session: Session, applicant: Applicant, *, at: datetime) -> None:
    """Take a registration and write to its address, whatever is known of it."""
    user = by_email(session, applicant.email, hold=True)
    if user is None:
        user = _add(session, applicant, at=at)
        note(session, "registered", user.id, actor=f"{user.role}:{user.id}", at=at)
    elif user.confirmed_at is None and user.locked_at is None:
        user.name, user.password, user.role = applicant.name, applicant.password, applicant.role
        user.failed_logins, user.retry_at, user.updated_at = 0, None, at
    else:
        _tell_owner(session, user, at=at)
        return
    send_link(session, user, LinkPurpose.CONFIRM, at=at)


def add_account(session: Session, applicant: Applicant, *, actor: str, at: datetime, is_demo: bool = False) -> User:
    """Add an account that needs no confirmation; raise `ConflictError` where the address has one."""
    if by_email(session, applicant.email) is not None:
        message = f"{plain_email(applicant.email)} has an account already."
        raise ConflictError(message)
    user = _add(session, applicant, at=at)
    user.confirmed_at, user.is_demo = at, is_demo
    note(session, "added", user.id, actor=actor, at=at, role=user.role)
    return user


def _add(session: Session, applicant: Applicant, *, at: datetime) -> User:
    user = User(
        email=plain_email(applicant.email),
        name=applicant.name,
        password=applicant.password,
        role=applicant.role,
        fs_uniquifier=secrets.token_hex(32),
        created_at=at,
        updated_at=at,
    )
    session.add(user)
    session.flush()
    return user


def _tell_owner(session: Session, user: User, *, at: datetime) -> None:
    assert user.email is not None  # noqa: S101 - for the type checker: it was found by its address
    hour = at.strftime("%Y%m%d%H")  # at most one such letter an hour
    post(session, Letter("account-known", user.email, f"account-known-{user.id}-{hour}", {"name": user.name}), at=at)
