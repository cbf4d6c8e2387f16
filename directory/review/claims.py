"""Claims: somebody shows that a firm is theirs, and takes its entry over: a listed one, or one that was begun.

By a link that is mailed to the firm's domain, by a record in the domain's name system, or by an admin's decision. Every
verb that can end in a takeover holds the provider's row: of two claims at once one wins, and the other one is told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.accounts.services import become_vendor
from directory.audit.services import Event, append
from directory.core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from directory.core.links import LinkKind, read
from directory.core.outbox import Letter, enqueue_once, post
from directory.providers.membership import MemberRole, Membership
from directory.providers.models import Provider
from directory.review.claim_proofs import is_address_of, is_provable
from directory.review.decisions import Item, ItemKind, Ruling, check_ruling, record
from directory.review.models import Claim, ClaimMethod, ClaimState
from directory.review.unproven import hand_over

VALID = {
    ClaimMethod.EMAIL: timedelta(days=7),
    ClaimMethod.DNS: timedelta(days=7),
    ClaimMethod.ADMIN: timedelta(days=60),
}
"""How long a claim waits: a week for the claimant's proof, longer for an admin's decision."""

FIRST_LOOK, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=6)
LEAST_MESSAGE = 20
TAKEN = "Somebody has taken this entry over already. Ask its owner to invite you, or report what is wrong."
NOT_PROVABLE = "This website's domain is shared by many firms, so it can't show whose it is. Ask an admin to decide."
LINK_IS_OVER = "This link doesn’t hold any more: it was used, replaced by a newer one, or is older than seven days."


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to take which entry over, and how they will show that it is theirs."""

    provider_id: int
    user_id: int
    method: ClaimMethod
    email: str = ""
    message: str = ""


def is_waiting(claim: Claim, at: datetime) -> bool:
    """Whether a claim can still win."""
    return claim.state == ClaimState.WAITING and claim.expires_at > at


def ask(session: Session, wish: Wish, *, actor: str, at: datetime) -> Claim:
    """Begin a claim, or begin the same person's claim of the same entry anew; what proved the former one is void.

    Raises:
        ConflictError: the entry is taken.
        InvalidInputError: with this method the claim can't be proven as it stands.

    """
    provider = _held(session, wish.provider_id)
    if provider.claimed_at is not None:
        raise ConflictError(TAKEN)
    _check(wish, provider)
    claim = _of(session, wish) or Claim(provider_id=wish.provider_id, user_id=wish.user_id, attempt=0)
    claim.method, claim.message, claim.email = wish.method, wish.message, wish.email.lower() or None
    claim.attempt += 1
    claim.created_at, claim.expires_at = at, at + VALID[wish.method]
    session.add(claim)
    session.flush()
    _set_going(session, claim, provider, at)
    append(session, Event("claim.asked", provider.subject, None, {"method": wish.method}), actor=actor, at=at)
    return claim


def _check(wish: Wish, provider: Provider) -> None:
    if wish.method is ClaimMethod.ADMIN:
        if len(wish.message.strip()) < LEAST_MESSAGE:
            raise InvalidInputError("message", "Say who you are to the firm, and how an admin can see that.")
        return
    if not is_provable(provider.domain):
        raise InvalidInputError("method", NOT_PROVABLE)
    if wish.method is ClaimMethod.EMAIL and not is_address_of(wish.email, provider.domain):
        raise InvalidInputError("email", f"This isn’t an address at {provider.domain}.")


def _of(session: Session, wish: Wish) -> Claim | None:
    query = select(Claim).where(
        Claim.provider_id == wish.provider_id, Claim.user_id == wish.user_id, Claim.state == ClaimState.WAITING
    )
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _set_going(session: Session, claim: Claim, provider: Provider, at: datetime) -> None:
    if claim.method == ClaimMethod.EMAIL:
        values = {"claim": claim.id, "attempt": claim.attempt, "provider": provider.public_name}
        post(session, Letter("claim", claim.email or "", f"claim-{claim.id}-{claim.attempt}", values), at=at)
    elif claim.method == ClaimMethod.DNS:
        look_later(session, claim.id, claim.attempt, 0, at=at)


def look_later(session: Session, claim_id: int, attempt: int, look: int, *, at: datetime) -> None:
    """Have a claim's record looked for in a while: after ten minutes first, then ever more seldom."""
    payload = {"claim": claim_id, "attempt": attempt, "look": look}
    pause = min(LONGEST_PAUSE, FIRST_LOOK * 2 ** min(look, 10))
    enqueue_once(session, "check-claim", f"check-claim-{claim_id}-{attempt}-{look}", payload, at=at + pause)


def prove_by_link(session: Session, token: str, secret_key: str, *, user_id: int, actor: str, at: datetime) -> Provider:
    """Take the entry over by the link that was mailed to its domain; only for the account that asked for it.

    Raises:
        NotFoundError: the link isn't one, is over, or is somebody else's.
        ConflictError: somebody else was faster.

    """
    claim = by_link(session, token, secret_key, user_id=user_id, at=at)
    return _win(session, claim.id, claim.attempt, actor=actor, at=at)


def by_link(session: Session, token: str, secret_key: str, *, user_id: int, at: datetime) -> Claim:
    """Return the claim that a mailed link is for, as long as the link holds; nothing is used up.

    Raises:
        NotFoundError: the link isn't one, is over, or is somebody else's.
        ConflictError: somebody else was faster.

    """
    number, attempt = read(LinkKind.CLAIM, token, secret_key) or (0, 0)
    query = select(Claim).where(Claim.id == number, Claim.attempt == attempt, Claim.method == ClaimMethod.EMAIL)
    claim = session.scalar(query.where(Claim.user_id == user_id))
    if claim is not None and claim.state == ClaimState.LOST:
        raise ConflictError(TAKEN)
    if claim is None or not is_waiting(claim, at):
        raise NotFoundError(LINK_IS_OVER)
    return claim


def prove_by_record(session: Session, claim_id: int, attempt: int, *, actor: str, at: datetime) -> Provider:
    """Take the entry over: the caller has seen the record of this attempt at the provider's domain.

    Raises:
        NotFoundError: the claim has ended, or began anew meanwhile.
        ConflictError: somebody else was faster.

    """
    return _win(session, claim_id, attempt, actor=actor, at=at)


def withdraw(session: Session, claim_id: int, *, user_id: int, actor: str, at: datetime) -> None:
    """End one's own claim."""
    query = select(Claim).where(Claim.id == claim_id, Claim.user_id == user_id, Claim.state == ClaimState.WAITING)
    claim = session.scalar(query.with_for_update())
    if claim is None:
        raise NotFoundError("There is no claim of yours that waits.")
    _end(claim, ClaimState.WITHDRAWN, at)
    provider = session.get_one(Provider, claim.provider_id)
    append(session, Event("claim.withdrawn", provider.subject), actor=actor, at=at)


def end_expired(session: Session, *, at: datetime) -> int:
    """End the claims that weren't proven in time, and return how many; they hold no longer in any case."""
    query = select(Claim).where(Claim.state == ClaimState.WAITING, Claim.expires_at <= at)
    expired = session.scalars(query.with_for_update()).all()
    for claim in expired:
        _end(claim, ClaimState.WITHDRAWN, at)
        claim.reason = "It was not proven in time."
    return len(expired)


def decide_claim(session: Session, claim_id: int, ruling: Ruling) -> None:
    """Approve or reject a claim (`ruling.outcome`), as it was on the screen.

    Raises:
        NotFoundError: there is no such claim.
        InvalidInputError: no reason, or an outcome that isn't one.
        ForbiddenError: the admin asked for it, or is a member.
        ConflictError: it changed or ended meanwhile, or the entry was taken over.

    """
    known = session.get(Claim, claim_id)
    if known is None:
        raise NotFoundError("There is no such claim.")
    provider = _held(session, known.provider_id)
    claim = _fresh(session, claim_id)
    item = Item(ItemKind.CLAIM, claim.id, claim.revision, provider.id, f"the claim of {provider.public_name}")
    check_ruling(session, item, ruling, is_waiting=is_waiting(claim, ruling.at))
    if claim.user_id == ruling.decided_by:
        raise ForbiddenError("This is your own claim: somebody else decides on it.")
    if ruling.outcome == ClaimState.APPROVED:
        if provider.claimed_at is not None:
            raise ConflictError(TAKEN)
        claim.reason = ruling.reason
        _take_over(session, claim, provider, actor=ruling.actor, at=ruling.at)
    elif ruling.outcome == ClaimState.REJECTED:
        _end(claim, ClaimState.REJECTED, ruling.at)
        claim.reason = ruling.reason
        _tell(session, claim, provider, "claim_rejected", at=ruling.at)
    else:
        raise InvalidInputError("outcome", "choose to approve or to reject")
    record(session, item, ruling)


def _win(session: Session, claim_id: int, attempt: int, *, actor: str, at: datetime) -> Provider:
    known = session.get(Claim, claim_id)
    if known is None:
        raise NotFoundError(LINK_IS_OVER)
    provider = _held(session, known.provider_id)
    claim = _fresh(session, claim_id)
    if claim.state == ClaimState.LOST or (is_waiting(claim, at) and provider.claimed_at is not None):
        raise ConflictError(TAKEN)
    if claim.attempt != attempt or not is_waiting(claim, at):
        raise NotFoundError(LINK_IS_OVER)
    _take_over(session, claim, provider, actor=actor, at=at)
    return provider


def _take_over(session: Session, claim: Claim, provider: Provider, *, actor: str, at: datetime) -> None:
    losers = hand_over(session, provider, claim.user_id, at=at) if provider.is_unproven else []
    provider.claimed_at = provider.updated_at = at
    _end(claim, ClaimState.APPROVED, at)
    _make_owner(session, provider.id, claim.user_id, at)
    become_vendor(session, claim.user_id, actor=actor, at=at)
    rivals = select(Claim).where(
        Claim.provider_id == provider.id, Claim.state == ClaimState.WAITING, Claim.id != claim.id
    )
    for rival in session.scalars(rivals.with_for_update().execution_options(populate_existing=True)):
        _end(rival, ClaimState.LOST, at)
        if rival.user_id not in losers:
            _tell(session, rival, provider, "claim_lost", at=at)
    _tell(session, claim, provider, "claim_won", at=at)
    event = Event("provider.claimed", provider.subject, provider.id, {"method": claim.method})
    append(session, event, actor=actor, at=at)


def _make_owner(session: Session, provider_id: int, user_id: int, at: datetime) -> None:
    member = session.scalar(
        select(Membership).where(Membership.provider_id == provider_id, Membership.user_id == user_id)
    )
    if member is None:
        member = Membership(provider_id=provider_id, user_id=user_id, created_at=at)
        session.add(member)
    member.role = MemberRole.OWNER


def _tell(session: Session, claim: Claim, provider: Provider, template: str, *, at: datetime) -> None:
    """Write to whoever asked, at their account's address."""
    address = session.scalar(select(User.email).where(User.id == claim.user_id))
    values = {
        "provider": provider.public_name,
        "slug": provider.slug,
        "reason": claim.reason,
        "is_public": provider.is_public,
    }
    if address:
        post(session, Letter(template, address, f"{template}-{claim.id}".replace("_", "-"), values), at=at)


def _end(claim: Claim, state: ClaimState, at: datetime) -> None:
    claim.state, claim.decided_at = state, at


def _held(session: Session, provider_id: int) -> Provider:
    """Return a provider as it is now; nobody else takes it over until this transaction ends."""
    query = select(Provider).where(Provider.id == provider_id).with_for_update()
    provider = session.scalar(query.execution_options(populate_existing=True))
    if provider is None or provider.withdrawn_at is not None:
        raise NotFoundError("No provider is listed under this name.")
    return provider


def _fresh(session: Session, claim_id: int) -> Claim:
    query = select(Claim).where(Claim.id == claim_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
