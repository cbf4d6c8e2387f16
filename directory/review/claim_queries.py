"""Reading claims: what stands at a provider, and which record of the domain name system would prove one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.providers.models import Provider
from directory.review.claim_proofs import expected_record, record_names
from directory.review.claims import is_waiting
from directory.review.models import Claim, ClaimMethod


@dataclass(frozen=True, slots=True)
class Sought:
    """A record that would prove a claim: one of `names` holds exactly `text`. `actor` is whoever asked."""

    claim_id: int
    attempt: int
    names: tuple[str, str]
    text: str
    actor: str


def sought(session: Session, claim_id: int, secret_key: str, *, at: datetime) -> Sought | None:
    """Return the record that would prove a claim; None where it doesn't wait for one."""
    query = (
        select(Claim, Provider.domain, User.role)
        .join(Provider, Provider.id == Claim.provider_id)
        .join(User, User.id == Claim.user_id)
        .where(Claim.id == claim_id, Claim.method == ClaimMethod.DNS)
    )
    row = session.execute(query).first()
    if row is None or not is_waiting(row.Claim, at):
        return None
    claim: Claim = row.Claim
    text = expected_record(claim, secret_key)
    return Sought(claim.id, claim.attempt, record_names(row.domain), text, f"{row.role}:{claim.user_id}")


def latest_claim(session: Session, provider_id: int, user_id: int) -> Claim | None:
    """Return what somebody asked last about an entry."""
    query = select(Claim).where(Claim.provider_id == provider_id, Claim.user_id == user_id)
    return session.scalar(query.order_by(Claim.id.desc()).limit(1))
