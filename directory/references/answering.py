"""What a referee does: answer once, decline, say that it is somebody else's to answer, withdraw, want no more letters.

The caller has read the reference by `services.locked`, so that of two answers sent at once the first one counts.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.core.errors import ConflictError
from directory.references.limits import is_refused
from directory.references.models import Bounce, LetterRefusal, Reference, ReferenceState
from directory.references.services import note, tell_members
from directory.references.states import move, takes_answer
from directory.references.testimony import Testimony, withdraw_evidence

ACTOR = "referee"
"""How the log names whoever holds a link: the link says no more than that."""


def _check_open(reference: Reference, at: datetime) -> None:
    if not takes_answer(reference, at):
        raise ConflictError("This link takes no answer any more.")


def answer(session: Session, reference: Reference, said: Testimony, *, actor: str = ACTOR, at: datetime) -> None:
    """Take the one answer; raise `ConflictError` where there is one, or the time for it is over."""
    _check_open(reference, at)
    move(reference, ReferenceState.ANSWERED)
    reference.answered_on = at.date()
    reference.relationship, reference.ties = said.relationship, list(said.ties)
    reference.organisation_employees, reference.organisation_is_regulated = said.employees, said.is_regulated
    reference.organisation_country, reference.organisation_industry = said.country, said.industry
    reference.answers, reference.quote = said.answers, said.quote
    reference.is_named, reference.may_show_person = said.is_named, said.may_show_person and said.is_named
    reference.origin_hash = said.origin_hash
    note(session, reference, "answered", actor=actor, at=at)
    tell_members(session, reference, "answered", at=at)


def decline(
    session: Session, reference: Reference, reason: str, mailbox_hash: str, *, actor: str = ACTOR, at: datetime
) -> None:
    """Take a no: this provider doesn't write to the address again. The reason is seen by admins only."""
    _check_open(reference, at)
    move(reference, ReferenceState.DECLINED)
    reference.decline_reason = reason
    refuse_letters(session, mailbox_hash, reference.provider_id, at=at)
    note(session, reference, "declined", actor=actor, at=at)
    tell_members(session, reference, "declined", at=at)


def not_mine(session: Session, reference: Reference, mailbox_hash: str, *, actor: str = ACTOR, at: datetime) -> None:
    """Note that the letter reached the wrong person: the vendor may name another one."""
    _check_open(reference, at)
    reference.bounced_at, reference.bounce = at, Bounce.WRONG_PERSON
    refuse_letters(session, mailbox_hash, reference.provider_id, at=at)
    note(session, reference, "returned", actor=actor, at=at)
    tell_members(session, reference, "wrong-person", at=at)


def withdraw(session: Session, reference: Reference, *, actor: str = ACTOR, at: datetime) -> None:
    """Take an answer back, with every consent that came with it: nothing of it counts or is shown from now on."""
    move(reference, ReferenceState.WITHDRAWN)
    reference.withdrawn_at = at
    reference.is_named = reference.may_show_person = False
    withdraw_evidence(session, reference, at=at)
    note(session, reference, "withdrawn", actor=actor, at=at)
    tell_members(session, reference, "withdrawn", at=at)


def refuse_letters(session: Session, mailbox_hash: str, provider_id: int | None, *, at: datetime) -> None:
    """Keep somebody's wish not to be asked again: by this provider, or by anybody where None is given."""
    asked_before = is_refused(session, mailbox_hash, provider_id if provider_id is not None else 0)
    if not asked_before:
        session.add(LetterRefusal(mailbox_hash=mailbox_hash, provider_id=provider_id, refused_at=at))
