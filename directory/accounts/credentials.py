"""Passwords, addresses, second factors and passkeys of an account, and the letters that tell its owner."""

import secrets
from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from directory.accounts.backoff import wait_after
from directory.accounts.mailed_links import send_link
from directory.accounts.models import AccountLink, LinkPurpose, Passkey, Role, User
from directory.accounts.queries import by_email, plain_email
from directory.accounts.services import account_of, end_links, end_sessions, note
from directory.core.errors import ConflictError, ForbiddenError, NotFoundError
from directory.core.outbox import Letter, post

TOTP = "authenticator"


def note_failure(session: Session, user_id: int, *, at: datetime) -> None:
    """Count a wrong password or code, and make the next attempts wait once there were several.

    Attempts during a wait don't count, so that nobody can prolong it. The row's revision stays, as nothing that
    anybody edits has changed.
    """
    open_again = or_(User.retry_at.is_(None), User.retry_at <= at)
    counted = session.scalar(
        update(User)
        .where(User.id == user_id, open_again)
        .values(failed_logins=User.failed_logins + 1)
        .returning(User.failed_logins)
        .execution_options(synchronize_session=False)
    )
    wait = wait_after(counted) if counted is not None else None
    if wait is not None:
        statement = update(User).where(User.id == user_id).values(retry_at=at + wait)
        session.execute(statement.execution_options(synchronize_session=False))


def forget_failures(session: Session, user_id: int) -> None:
    """Forget wrong passwords once somebody has got in."""
    statement = update(User).where(User.id == user_id, User.failed_logins > 0).values(failed_logins=0, retry_at=None)
    session.execute(statement.execution_options(synchronize_session=False))


def ask_for_reset(session: Session, email: str, *, at: datetime) -> None:
    """Write to an address: a link where it has an account that may log in, else that it has none."""
    user = by_email(session, email)
    if user is not None and user.locked_at is None and user.active:
        send_link(session, user, LinkPurpose.RESET, at=at)
    else:
        post(session, Letter("account-none", plain_email(email), f"account-none-{secrets.token_hex(12)}"), at=at)


def set_password(session: Session, user_id: int, password: str, *, actor: str, at: datetime) -> User:
    """Give an account another password (its hash), end its sessions and links, and tell its owner."""
    user = account_of(session, user_id)
    user.password, user.updated_at = password, at
    user.failed_logins, user.retry_at = 0, None
    end_links(session, user_id, at=at)
    note(session, "password-set", user_id, actor=actor, at=at)
    end_sessions(session, user_id, actor=actor, at=at)
    tell(session, user, "password", at=at)
    return user


def confirm(session: Session, link: AccountLink, *, at: datetime) -> User:
    """Take the mailbox behind a link for proved, and the link for used."""
    user = account_of(session, link.user_id)
    link.ended_at = at
    if user.confirmed_at is None:
        user.confirmed_at = user.updated_at = at
        note(session, "confirmed", user.id, actor=f"{user.role}:{user.id}", at=at)
    return user


def ask_for_email(session: Session, user_id: int, new_email: str, *, at: datetime) -> None:
    """Write to the new address for proof; where it has an account already, that account is told instead."""
    user = account_of(session, user_id)
    taken = by_email(session, new_email)
    if taken is None:
        send_link(session, user, LinkPurpose.EMAIL, at=at, new_email=plain_email(new_email))
        return
    assert taken.email is not None  # noqa: S101 - for the type checker: it was found by its address
    key = f"account-taken-{secrets.token_hex(12)}"
    post(session, Letter("account-known", taken.email, key, {"name": taken.name}), at=at)


def change_email(session: Session, link: AccountLink, *, actor: str, at: datetime) -> User:
    """Move an account to the address that a link has proved, and tell the old one."""
    user = account_of(session, link.user_id)
    link.ended_at = at
    old = user.email
    if link.email is None or old is None or by_email(session, link.email) is not None:
        message = "The new address has an account of its own by now."
        raise ConflictError(message)
    user.email, link.email, user.updated_at = link.email, None, at
    end_links(session, user.id, at=at)
    note(session, "email-changed", user.id, actor=actor, at=at)
    tell(session, user, "email", to=old, at=at)
    return user


def take_code(session: Session, user_id: int, counter: int) -> bool:
    """Take the time step of a code that was right; False where this step, or a later one, was taken before."""
    is_new = or_(User.totp_counter.is_(None), User.totp_counter < counter)
    statement = update(User).where(User.id == user_id, is_new).values(totp_counter=counter).returning(User.id)
    return session.scalar(statement.execution_options(synchronize_session=False)) is not None


def take_recovery_code(session: Session, user_id: int, code_hash: str, *, actor: str, at: datetime) -> bool:
    """Take a recovery code, known by its hash; False where it isn't one, or was taken before."""
    user = account_of(session, user_id)
    codes = list(user.mf_recovery_codes or ())
    if code_hash not in codes:
        return False
    codes.remove(code_hash)
    user.mf_recovery_codes, user.updated_at = codes, at
    note(session, "recovery-code-used", user_id, actor=actor, at=at, left=len(codes))
    tell(session, user, "recovery-code", at=at)
    return True


def set_totp(
    session: Session, user_id: int, secret: str, code_hashes: list[str], *, counter: int, actor: str, at: datetime
) -> None:
    """Turn the second factor on: the encrypted secret, the hashes of its recovery codes, the step already taken."""
    user = account_of(session, user_id)
    user.tf_primary_method, user.tf_totp_secret, user.totp_counter = TOTP, secret, counter
    user.mf_recovery_codes, user.updated_at = code_hashes, at
    note(session, "second-factor-on", user_id, actor=actor, at=at)
    tell(session, user, "second-factor-on", at=at)


def set_recovery_codes(session: Session, user_id: int, code_hashes: list[str], *, actor: str, at: datetime) -> None:
    """Replace the recovery codes; the old ones hold no longer."""
    user = account_of(session, user_id)
    user.mf_recovery_codes, user.updated_at = code_hashes, at
    note(session, "recovery-codes-made", user_id, actor=actor, at=at)
    tell(session, user, "recovery-codes", at=at)


def remove_totp(session: Session, user_id: int, *, actor: str, at: datetime) -> None:
    """Turn the second factor off; an admin can't be without."""
    user = account_of(session, user_id)
    if user.role == Role.ADMIN:
        message = "An admin needs a second factor. Set up a new one to replace it."
        raise ForbiddenError(message)
    user.tf_primary_method = user.tf_totp_secret = None
    user.mf_recovery_codes, user.updated_at = None, at
    note(session, "second-factor-off", user_id, actor=actor, at=at)
    tell(session, user, "second-factor-off", at=at)


def add_passkey(session: Session, passkey: Passkey, *, actor: str, at: datetime) -> None:
    """Add a passkey and tell the account's owner."""
    user = account_of(session, passkey.user_id)
    session.add(passkey)
    session.flush()
    note(session, "passkey-added", user.id, actor=actor, at=at)
    tell(session, user, "passkey-on", at=at)


def remove_passkey(session: Session, user_id: int, passkey_id: int, *, actor: str, at: datetime) -> None:
    """Remove one of somebody's passkeys; raise `NotFoundError` for anybody else's."""
    user = account_of(session, user_id)
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.user_id != user_id:
        message = "There is no such passkey of yours."
        raise NotFoundError(message)
    session.delete(passkey)
    note(session, "passkey-removed", user_id, actor=actor, at=at)
    tell(session, user, "passkey-off", at=at)


def tell(session: Session, user: User, what: str, *, at: datetime, to: str | None = None) -> None:
    """Tell an account's owner that something about how they log in has changed."""
    address = to or user.email
    if address is not None:
        values = {"name": user.name, "what": what, "on": at.strftime("%-d %b %Y, %H:%M UTC")}
        post(session, Letter("account-changed", address, f"account-changed-{secrets.token_hex(12)}", values), at=at)
