"""People: who edits an entry, and who is invited to. Every change holds the provider's row, so that an owner is left.

The log says who did what to which number; addresses and names stay out of it.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.accounts.queries import can_log_in
from directory.accounts.services import become_vendor
from directory.audit.services import Event, append
from directory.core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from directory.core.links import LinkKind, read
from directory.core.outbox import Letter, post
from directory.providers.members import membership_of
from directory.providers.membership import Invitation, MemberRole, Membership
from directory.providers.models import Provider
from directory.providers.proof import check_proven

VALID = timedelta(days=7)
MOST_OPEN = 20
ADDRESS = re.compile(r"[^@\s<>,;\"\\]+@[^@\s<>,;]+\.[^@\s<>,;.]{2,}")
LONGEST_ADDRESS = 254
LAST_OWNER = "An entry needs an owner: make somebody else one first."
NOT_OWNER = "Only an owner does this."
LINK_IS_OVER = (
    "This invitation doesn’t hold any more, or is for another address. Ask whoever invited you for a new one."
)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who changes something: their account, and how the log names them."""

    user_id: int
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who edits an entry, as other members see them."""

    user_id: int
    name: str
    email: str
    role: MemberRole
    since: datetime


def members(session: Session, provider_id: int) -> list[Member]:
    """Return who edits an entry: owners first, then by how long."""
    query = (
        select(User.id, User.name, User.email, Membership.role, Membership.created_at)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.provider_id == provider_id)
        .order_by(Membership.role.desc(), Membership.created_at, User.id)
    )
    return [
        Member(row.id, row.name, row.email or "", MemberRole(row.role), row.created_at)
        for row in session.execute(query)
    ]


def open_invitations(session: Session, provider_id: int) -> list[Invitation]:
    """Return the invitations that were neither accepted nor revoked, those over time included."""
    query = select(Invitation).where(
        Invitation.provider_id == provider_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)
    )
    return list(session.scalars(query.order_by(Invitation.id)))


def invite(session: Session, provider_id: int, email: str, role: MemberRole, *, by: Doer) -> Invitation:
    """Invite somebody by e-mail; again to the same address is a new link, and the one before is dead.

    Whether there is an account with this address makes no difference to the one who invites.

    Raises:
        ForbiddenError: only owners invite.
        InvalidInputError: the address isn't one, is a member's, or too many invitations are open.
        UnprovenError: nobody has shown yet that the firm is theirs.

    """
    provider = _owned(session, provider_id, by)
    check_proven(provider)
    address = _address(email)
    if any(member.email == address for member in members(session, provider_id)):
        raise InvalidInputError("email", "This person is a member already.")
    waiting = open_invitations(session, provider_id)
    found = next((one for one in waiting if one.email == address), None)
    if found is None and len(waiting) >= MOST_OPEN:
        raise InvalidInputError("email", f"{MOST_OPEN} invitations are open: revoke one first.")
    invitation = found or Invitation(provider_id=provider_id, email=address, attempt=0, created_at=by.at)
    invitation.role, invitation.invited_by = role, by.user_id
    session.add(invitation)
    _send(session, invitation, provider, by)
    return invitation


def resend(session: Session, provider_id: int, invitation_id: int, *, by: Doer) -> None:
    """Send an open invitation again, with a new link; the one before is dead."""
    provider = _owned(session, provider_id, by)
    _send(session, _open(session, provider_id, invitation_id), provider, by)


def revoke(session: Session, provider_id: int, invitation_id: int, *, by: Doer) -> None:
    """Take an open invitation back; its address is forgotten."""
    provider = _owned(session, provider_id, by)
    invitation = _open(session, provider_id, invitation_id)
    invitation.revoked_at, invitation.email = by.at, None
    _log(session, provider, "invitation.revoked", by, invitation=invitation.id)


def by_link(session: Session, token: str, secret_key: str, *, email: str, at: datetime) -> Invitation:
    """Return the invitation that a mailed link is for, as long as it holds; nothing is used up.

    Raises:
        NotFoundError: the link isn't one, is over, or for another address than the account's.

    """
    number, attempt = read(LinkKind.INVITATION, token, secret_key) or (0, 0)
    query = select(Invitation).where(Invitation.id == number, Invitation.attempt == attempt)
    found = session.scalar(query.execution_options(populate_existing=True))
    is_open = found is not None and found.accepted_at is None and found.revoked_at is None and found.expires_at > at
    if found is None or not is_open or found.email != email.lower():
        raise NotFoundError(LINK_IS_OVER)
    return found


def accept(session: Session, token: str, secret_key: str, *, email: str, by: Doer) -> Provider:
    """Become a member by a mailed link; `email` is the address of the account that is logged in.

    Raises:
        NotFoundError: the link isn't one, is over, or for another address than the account's.

    """
    number, _ = read(LinkKind.INVITATION, token, secret_key) or (0, 0)
    provider_id = session.scalar(select(Invitation.provider_id).where(Invitation.id == number))
    provider = _held(session, provider_id or 0)
    invitation = by_link(session, token, secret_key, email=email, at=by.at)
    if membership_of(session, provider.id, by.user_id) is None:
        session.add(Membership(provider_id=provider.id, user_id=by.user_id, role=invitation.role, created_at=by.at))
    invitation.accepted_at, invitation.email = by.at, None
    become_vendor(session, by.user_id, actor=by.actor, at=by.at)
    _log(session, provider, "member.joined", by, member=by.user_id, role=invitation.role)
    return provider


def set_role(session: Session, provider_id: int, user_id: int, role: MemberRole, *, by: Doer) -> None:
    """Make a member owner or editor.

    Raises:
        ForbiddenError: only owners do.
        NotFoundError: not a member.
        ConflictError: it would leave no owner.

    """
    provider = _owned(session, provider_id, by)
    membership = _membership(session, provider_id, user_id)
    if membership.role == role:
        return
    if role is not MemberRole.OWNER:
        _keep_an_owner(session, membership)
    membership.role = role
    _log(session, provider, "member.role-set", by, member=user_id, role=role)


def remove(session: Session, provider_id: int, user_id: int, *, by: Doer) -> None:
    """End a membership: an owner ends anybody's, everybody their own; who is removed is told.

    Raises:
        ForbiddenError: only owners remove others.
        NotFoundError: not a member.
        ConflictError: it would leave no owner.

    """
    is_own = user_id == by.user_id
    provider = _held(session, provider_id) if is_own else _owned(session, provider_id, by)
    membership = _membership(session, provider_id, user_id)
    _keep_an_owner(session, membership)
    session.delete(membership)
    _log(session, provider, "member.left" if is_own else "member.removed", by, member=user_id)
    address = session.scalar(select(User.email).where(User.id == user_id))
    if address and not is_own:
        letter = Letter("member_removed", address, f"member-removed-{membership.id}", {"provider": provider.name})
        post(session, letter, at=by.at)


def _send(session: Session, invitation: Invitation, provider: Provider, by: Doer) -> None:
    invitation.attempt += 1
    invitation.expires_at = by.at + VALID
    session.flush()
    values = {
        "invitation": invitation.id,
        "attempt": invitation.attempt,
        "provider": provider.name,
        "role": invitation.role,
    }
    key = f"invitation-{invitation.id}-{invitation.attempt}"
    post(session, Letter("invitation", invitation.email or "", key, values), at=by.at)
    _log(session, provider, "invitation.sent", by, invitation=invitation.id, role=invitation.role)


def _address(email: str) -> str:
    address = email.strip().lower()
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address) or not address.isprintable():
        raise InvalidInputError("email", "This doesn’t look like an e-mail address: name@firm.example.")
    return address


def _open(session: Session, provider_id: int, invitation_id: int) -> Invitation:
    found = next((one for one in open_invitations(session, provider_id) if one.id == invitation_id), None)
    if found is None:
        raise NotFoundError("This invitation isn’t open any more.")
    return found


def _membership(session: Session, provider_id: int, user_id: int) -> Membership:
    query = select(Membership).where(Membership.provider_id == provider_id, Membership.user_id == user_id)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFoundError("This person isn’t a member (any more).")
    return found


def _keep_an_owner(session: Session, membership: Membership) -> None:
    """Refuse to end the ownership of the last owner who can log in."""
    others = (
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.provider_id == membership.provider_id,
            Membership.user_id != membership.user_id,
            Membership.role == MemberRole.OWNER,
            can_log_in(),
        )
    )
    if membership.role == MemberRole.OWNER and not session.scalar(others):
        raise ConflictError(LAST_OWNER)


def _held(session: Session, provider_id: int) -> Provider:
    """Return a provider whose people nobody else changes until this transaction ends."""
    provider = session.scalar(select(Provider).where(Provider.id == provider_id).with_for_update())
    if provider is None:
        raise NotFoundError(LINK_IS_OVER)
    return provider


def _owned(session: Session, provider_id: int, by: Doer) -> Provider:
    """Return the held provider of an owner: the guards have looked, but that was before the lock."""
    provider = _held(session, provider_id)
    if membership_of(session, provider_id, by.user_id) is not MemberRole.OWNER:
        raise ForbiddenError(NOT_OWNER)
    return provider


def _log(session: Session, provider: Provider, action: str, by: Doer, **detail: int | str) -> None:
    append(session, Event(action, provider.subject, None, dict(detail)), actor=by.actor, at=by.at)
