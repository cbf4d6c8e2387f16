"""Erasing a person: the account's row stays as a number, so that what was decided keeps an author, and says no more.

The audit log knows accounts by number only; its chain stays whole.
"""

import secrets
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased

from directory.accounts.models import AccountLink, LoginSession, Passkey, Role, User
from directory.accounts.queries import can_log_in
from directory.accounts.services import account_of, end_links, end_sessions, note
from directory.alerts.models import Alert
from directory.audit.services import Event, append
from directory.core.errors import ConflictError
from directory.core.outbox import Job, Letter, post
from directory.introductions.services import leave as leave_introductions
from directory.providers.membership import Invitation, MemberRole, Membership
from directory.providers.models import Provider
from directory.review.models import Claim, ClaimState, Report
from directory.review.unproven import discard, hold_alone
from directory.shortlists.models import Shortlist

LETTERS = ("letter", "mail")


def in_the_way(session: Session, user_id: int) -> tuple[tuple[str, str], ...]:
    """Return slug and name of each provider whose last owner this is: somebody else must own them first.

    Not of entries that nobody has proven: those go with whoever began them.
    """
    other = aliased(Membership)
    others = (
        select(other.id)
        .join(User, User.id == other.user_id)
        .where(
            other.provider_id == Membership.provider_id,
            other.role == MemberRole.OWNER,
            other.user_id != user_id,
            can_log_in(),
        )
    )
    query = (
        select(Provider.slug, Provider.name)
        .join(Membership, Membership.provider_id == Provider.id)
        .where(
            Membership.user_id == user_id, Membership.role == MemberRole.OWNER, ~Provider.is_unproven, ~others.exists()
        )
        .order_by(Provider.name)
    )
    return tuple((row.slug, row.name) for row in session.execute(query))


def erase(session: Session, user_id: int, *, actor: str, at: datetime) -> None:
    """Erase somebody for good; raise `ConflictError` where an entry, or all, would be left alone."""
    user = account_of(session, user_id)
    _hold_memberships(session, user_id)
    owned = in_the_way(session, user_id)
    if owned:
        names = ", ".join(name for _, name in owned)
        message = f"You are the last owner of {names}. Make somebody else an owner first, under People."
        raise ConflictError(message)
    if user.role == Role.ADMIN and not _another_admin(session, user_id):
        message = "You are the last admin. Make somebody else an admin first."
        raise ConflictError(message)
    email, name = user.email or "", user.name
    end_links(session, user_id, at=at)
    end_sessions(session, user_id, actor=actor, at=at)
    _leave(session, user_id, actor=actor, at=at)
    _forget_elsewhere(session, user_id, email, at=at)
    for model in (AccountLink, LoginSession, Passkey, Shortlist, Alert):
        session.execute(delete(model).where(model.user_id == user_id))
    session.expire(user)
    _empty(user, at)
    note(session, "erased", user_id, actor=actor, at=at)
    post(session, Letter("account-erased", email, f"account-erased-{user_id}", {"name": name}), at=at)


def _hold_memberships(session: Session, user_id: int) -> None:
    """Keep others off the owners of these entries until the transaction ends, so that two can't leave at once."""
    mine = select(Membership.provider_id).where(Membership.user_id == user_id)
    session.execute(select(Provider.id).where(Provider.id.in_(mine)).order_by(Provider.id).with_for_update()).all()


def _another_admin(session: Session, user_id: int) -> bool:
    query = select(func.count()).where(User.role == Role.ADMIN, User.id != user_id, can_log_in())
    return bool(session.scalar(query))


def _leave(session: Session, user_id: int, *, actor: str, at: datetime) -> None:
    for unproven in hold_alone(session, user_id):
        discard(session, unproven, actor=actor, at=at)
    query = select(Provider).join(Membership, Membership.provider_id == Provider.id)
    for provider in session.scalars(query.where(Membership.user_id == user_id)).all():
        append(session, Event("member.left", provider.subject), actor=actor, at=at)
    session.execute(delete(Membership).where(Membership.user_id == user_id))


def _forget_elsewhere(session: Session, user_id: int, email: str, *, at: datetime) -> None:
    """Remove the address and words of theirs from other tables, and the letters to them that wait."""
    is_waiting = (Claim.user_id == user_id, Claim.state == ClaimState.WAITING)
    ended = {"state": ClaimState.WITHDRAWN, "decided_at": at, "revision": Claim.revision + 1}
    session.execute(update(Claim).where(*is_waiting).values(**ended))
    session.execute(update(Claim).where(Claim.user_id == user_id).values(email=None, message=""))
    session.execute(update(Report).where(func.lower(Report.contact) == email).values(contact=None))
    invited = update(Invitation).where(func.lower(Invitation.email) == email)
    session.execute(
        invited.where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)).values(revoked_at=at)
    )
    session.execute(invited.values(email=None))
    letters = session.scalars(select(Job).where(Job.kind.in_(LETTERS), Job.state.in_(("waiting", "failed"))))
    for job in letters:
        if str(job.payload.get("to", "")).lower() == email:
            session.delete(job)
    leave_introductions(session, user_id)
    session.flush()


def _empty(user: User, at: datetime) -> None:
    user.email, user.name, user.password, user.role = None, "", None, Role.BUYER
    user.active, user.confirmed_at, user.locked_at, user.retry_at = False, None, None, None
    user.fs_uniquifier, user.fs_webauthn_user_handle = secrets.token_hex(32), None
    user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = user.totp_counter = None
    user.failed_logins, user.erased_at, user.updated_at = 0, at, at
