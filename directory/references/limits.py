"""How often anybody may be asked: so that a reference is a favour, and never a nuisance."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from directory.core.errors import DomainError, InvalidInputError
from directory.references.mailboxes import is_of_mailbox
from directory.references.models import LetterRefusal, Reference, ReferenceState

MOST_A_DAY = 20
"""How many customers a provider may ask within a day."""

MOST_A_MONTH = 3
"""How often one address may be asked within 30 days, by all providers together."""

NOT_TO_BE_ASKED = (
    "We can’t write to this address: whoever it belongs to has asked us not to, or was asked often enough lately."
)


class TooManyError(DomainError):
    """Enough was asked for today."""


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Reference).where(*conditions)) or 0


def is_refused(session: Session, mailbox_hash: str, provider_id: int) -> bool:
    """Whether the owner of an address doesn't want to be asked by this provider, or by anybody."""
    query = select(LetterRefusal.id).where(
        LetterRefusal.mailbox_hash == mailbox_hash,
        or_(LetterRefusal.provider_id.is_(None), LetterRefusal.provider_id == provider_id),
    )
    return session.scalar(query.limit(1)) is not None


def check_limits(session: Session, provider_id: int, *, at: datetime) -> None:
    """Raise `TooManyError` where the provider has asked enough customers within a day."""
    today = _count(session, Reference.provider_id == provider_id, Reference.asked_at > at - timedelta(days=1))
    if today >= MOST_A_DAY:
        raise TooManyError(
            f"{MOST_A_DAY} customers a day can be asked. What you typed is still here: send it tomorrow."
        )


def check_mailbox(session: Session, email: str, mailbox_hash: str, reference: Reference, *, at: datetime) -> None:
    """Raise `InvalidInputError` where the owner of an address isn't to be asked, or has this question already.

    Which of the reasons holds isn't told: what others asked somebody is theirs.
    """
    lately = (is_of_mailbox(Reference.referee_email, email), Reference.asked_at > at - timedelta(days=30))
    others = Reference.id.is_distinct_from(reference.id)  # one that isn't kept yet has none
    open_already = _count(
        session,
        is_of_mailbox(Reference.referee_email, email),
        Reference.system_id == reference.system_id,
        Reference.state.in_((ReferenceState.ASKED, ReferenceState.ANSWERED)),
        or_(Reference.state != ReferenceState.ASKED, Reference.expires_at.is_(None), Reference.expires_at > at),
        Reference.bounced_at.is_(None),
        others,
    )
    if open_already:
        raise InvalidInputError("email", "This person has been asked about this system already.")
    if is_refused(session, mailbox_hash, reference.provider_id) or _count(session, *lately, others) >= MOST_A_MONTH:
        raise InvalidInputError("email", NOT_TO_BE_ASKED)
