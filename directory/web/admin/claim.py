"""A claim that waits for an admin: who asks, and why it should be theirs."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.core.errors import NotFoundError
from directory.review.claims import decide_claim
from directory.review.decisions import Item, ItemKind, Ruling
from directory.review.models import Claim, ClaimMethod, ClaimState
from directory.web.admin.forms import DecisionForm
from directory.web.admin.items import Choice, Shown
from directory.web.identity import account

YOURS = "This is your own claim, so somebody else decides on it."
CHOICES = (
    Choice(ClaimState.APPROVED, "Approve it", "They become the entry’s owner; every other claim of it is lost."),
    Choice(ClaimState.REJECTED, "Reject it", "The entry stays as it is, and they may ask again."),
)
BY_THEMSELVES = (
    "The claimant proves this one alone, by mail or by a record of the domain name; it doesn’t wait for you."
)


@dataclass(frozen=True, slots=True)
class Claimant:
    """One claim with who made it. Admins only: it names a person."""

    claim: Claim
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ClaimBody:
    """A claim, and the others of the same entry, newest first."""

    claimant: Claimant
    others: tuple[Claimant, ...]


def _claimants(session: Session, provider_id: int) -> list[Claimant]:
    query = (
        select(Claim, User.name, User.email)
        .join(User, User.id == Claim.user_id)
        .where(Claim.provider_id == provider_id)
        .order_by(Claim.id.desc())
    )
    return [Claimant(row.Claim, row.name, row.email or "erased") for row in session.execute(query)]


def read(session: Session, number: int) -> Shown:
    """Return a claim as it stands."""
    claim = session.scalar(select(Claim).where(Claim.id == number))
    if claim is None:
        raise NotFoundError("There is no such claim.")
    claimants = _claimants(session, claim.provider_id)
    body = ClaimBody(
        claimant=next(one for one in claimants if one.claim.id == number),
        others=tuple(one for one in claimants if one.claim.id != number),
    )
    barrier = "" if claim.method == ClaimMethod.ADMIN else BY_THEMSELVES
    return Shown(
        item=Item(ItemKind.CLAIM, claim.id, claim.revision, claim.provider_id, "the claim"),
        state=claim.state,
        is_waiting=claim.state == ClaimState.WAITING,
        since=claim.created_at,
        choices=CHOICES,
        body=body,
        barrier=YOURS if claim.user_id == account().id else barrier,
    )


def decide(session: Session, number: int, ruling: Ruling, _form: DecisionForm) -> None:
    """Decide on it."""
    decide_claim(session, number, ruling)
