"""Asking a customer: the verbs of the vendor, and of the jobs that send the letters.

What the referee does is in `answering`. Each public change appends an event with the provider's id, because the
counts on the provider's page and the index follow from it; no event says who was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.audit.services import Event, append
from directory.core.errors import ConflictError, InvalidInputError, NotFoundError
from directory.core.outbox import Letter, enqueue_once
from directory.providers.members import post_to_members
from directory.providers.models import Provider, System
from directory.providers.proof import check_proven
from directory.references import testimony
from directory.references.limits import check_limits, check_mailbox
from directory.references.mailboxes import check_work_address
from directory.references.models import Bounce, Reference, ReferenceState
from directory.references.states import REMINDED_BEFORE, VALID_FOR, may_ask_again, move, standing, takes_answer

LETTER_KIND = "reference"
"""The job that writes and sends a letter; it carries no name and no address, and derives the link."""

MAIL_HOST_KIND = "reference-mail-host"
"""The job that looks whether the domain of a referee's address takes mail."""

MOST_CRITERIA = 10


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a letter goes to; `mailbox_hash` is the keyed hash of `email`, which is in lower case."""

    name: str
    title: str
    email: str
    mailbox_hash: str


@dataclass(frozen=True, slots=True)
class Asking:
    """What a vendor asks of whom: `metrics` and `criteria` are ids; `website` and `domain` are the customer's."""

    provider_id: int
    system_id: int
    contact: Contact
    organisation: str
    website: str
    domain: str
    metrics: Sequence[str]
    criteria: Sequence[str]
    country: str | None = None
    industry: str | None = None
    asked_by: int | None = None
    origin_hash: str | None = None


def locked(session: Session, reference_id: int) -> Reference:
    """Return a reference that nobody else changes before this transaction ends; raise `NotFoundError`."""
    found = session.scalar(select(Reference).where(Reference.id == reference_id).with_for_update())
    if found is None:
        raise NotFoundError("There is no such reference.")
    return found


def note(session: Session, reference: Reference, action: str, *, actor: str, at: datetime) -> None:
    """Log what happened to a reference of a provider: never of which system, by whom, or what was said."""
    provider = session.get_one(Provider, reference.provider_id)
    append(session, Event(f"reference.{action}", provider.subject, provider.id), actor=actor, at=at)


def tell_members(session: Session, reference: Reference, news: str, *, at: datetime) -> None:
    """Write to the provider's members what became of a reference; never who the referee is, nor what they said."""
    provider = session.scalars(select(Provider).where(Provider.id == reference.provider_id)).one()
    system = session.scalars(select(System.name).where(System.id == reference.system_id)).one()
    values = {
        "news": news,
        "organisation": reference.organisation,
        "system": system,
        "provider": provider.name,
        "slug": provider.slug,
        "number": reference.id,
    }
    key = f"reference-{reference.id}-{reference.attempt}-{news}"
    post_to_members(session, provider.id, Letter("reference_news", "", key, values), at=at)


def ask(session: Session, asking: Asking, *, actor: str, at: datetime) -> Reference:
    """Keep what is asked of whom, and queue its letter.

    Raises:
        InvalidInputError: the address can't be verified or isn't to be written to; the system isn't the provider's.
        TooManyError: the provider has asked enough today.
        UnprovenError: nobody has shown yet that the firm is theirs.

    """
    provider = session.scalars(select(Provider).where(Provider.id == asking.provider_id).with_for_update()).one()
    check_proven(provider)
    _check_asking(session, asking, provider)
    check_limits(session, provider.id, at=at)
    reference = Reference(
        provider_id=provider.id,
        system_id=asking.system_id,
        state=ReferenceState.ASKED,
        organisation=asking.organisation,
        organisation_website=asking.website,
        organisation_domain=asking.domain,
        organisation_country=asking.country,
        organisation_industry=asking.industry,
        asked={"metrics": list(asking.metrics), "criteria": list(asking.criteria)},
        asked_by=asking.asked_by,
        attempt=1,
    )
    check_mailbox(session, asking.contact.email, asking.contact.mailbox_hash, reference, at=at)
    _address(reference, asking.contact, asking.origin_hash, at)
    session.add(reference)
    session.flush()
    _queue(session, reference, at)
    note(session, reference, "asked", actor=actor, at=at)
    return reference


def _check_asking(session: Session, asking: Asking, provider: Provider) -> None:
    owner = session.scalar(select(System.provider_id).where(System.id == asking.system_id))
    if owner != provider.id:
        raise InvalidInputError("system", "Choose one of the provider’s systems.")
    if asking.domain == provider.domain:
        raise InvalidInputError("website", "This is the provider’s own website; the customer’s is needed.")
    if not asking.metrics and not asking.criteria:
        raise InvalidInputError("metrics", "Choose something to confirm.")
    if len(asking.criteria) > MOST_CRITERIA:
        raise InvalidInputError("criteria", f"Choose {MOST_CRITERIA} at most: it should take five minutes.")
    check_work_address(asking.contact.email, provider.domain)


def _address(reference: Reference, contact: Contact, origin_hash: str | None, at: datetime) -> None:
    """Name whom the next letter goes to: it hasn't been sent, and nothing is known of its domain."""
    reference.referee_name, reference.referee_title = contact.name, contact.title or None
    reference.referee_email = contact.email
    reference.asked_at, reference.asked_origin_hash = at, origin_hash
    reference.sent_at = reference.expires_at = reference.reminded_at = reference.bounced_at = None
    reference.bounce = reference.has_mail_host = None
    reference.contact_removed_at = None


def _queue(session: Session, reference: Reference, at: datetime) -> None:
    name = f"reference-{reference.id}-{reference.attempt}"
    payload = {"reference_id": reference.id, "attempt": reference.attempt}
    enqueue_once(session, LETTER_KIND, name, payload | {"is_reminder": False}, at=at)
    enqueue_once(session, MAIL_HOST_KIND, f"{name}-mail-host", payload, at=at)


def ask_again(
    session: Session, reference: Reference, contact: Contact, origin_hash: str | None, *, actor: str, at: datetime
) -> None:
    """Send the next letter, after the last one came back or its time was over; the old link holds no more.

    Raises:
        ConflictError: it was answered or cancelled meanwhile, or enough letters went out.
        InvalidInputError: as for asking, or the letter would go to where the last one came back from.

    """
    if not may_ask_again(reference, at):
        raise ConflictError("This reference can’t be asked for again. Ask for a new one.")
    if reference.bounced_at is not None and contact.email == reference.referee_email:
        raise InvalidInputError("email", "This is the address that the last letter didn’t reach its reader at.")
    provider = session.scalars(select(Provider).where(Provider.id == reference.provider_id).with_for_update()).one()
    check_work_address(contact.email, provider.domain)
    check_limits(session, provider.id, at=at)
    check_mailbox(session, contact.email, contact.mailbox_hash, reference, at=at)
    reference.attempt += 1
    _address(reference, contact, origin_hash, at)
    _queue(session, reference, at)
    note(session, reference, "asked-again", actor=actor, at=at)


def cancel(session: Session, reference: Reference, *, actor: str, at: datetime) -> None:
    """Take an unanswered asking back; its link holds no more. Raise `ConflictError` once it was answered."""
    move(reference, ReferenceState.CANCELLED)
    note(session, reference, "cancelled", actor=actor, at=at)


def record_sent(session: Session, reference: Reference, attempt: int, *, at: datetime) -> None:
    """Note that a letter went out, once: from now on its link takes an answer for 21 days; queue its reminder."""
    if reference.attempt != attempt or reference.sent_at is not None:
        return
    reference.sent_at, reference.expires_at = at, at + VALID_FOR
    if reference.state == ReferenceState.ASKED:
        payload = {"reference_id": reference.id, "attempt": attempt, "is_reminder": True}
        key = f"reference-{reference.id}-{attempt}-reminder"
        enqueue_once(session, LETTER_KIND, key, payload, at=reference.expires_at - REMINDED_BEFORE)


def record_reminded(reference: Reference, attempt: int, *, at: datetime) -> None:
    """Note that the one reminder went out."""
    if reference.attempt == attempt and reference.reminded_at is None:
        reference.reminded_at = at


def record_bounced(session: Session, reference: Reference, attempt: int, *, at: datetime) -> None:
    """Note that the mail server refused the address for good, and tell the vendor; later attempts are untouched."""
    if reference.attempt != attempt or not takes_answer(reference, at):
        return
    reference.bounced_at, reference.bounce = at, Bounce.REFUSED
    tell_members(session, reference, "returned", at=at)
    note(session, reference, "returned", actor="job", at=at)


def record_mail_host(reference: Reference, attempt: int, *, has_mail_host: bool) -> None:
    """Keep whether the domain of the address takes mail."""
    if reference.attempt == attempt:
        reference.has_mail_host = has_mail_host


def verify(session: Session, reference: Reference, *, reason: str, at: datetime) -> None:
    """Let an answer count: write its evidence. Whoever decides logs it and tells the vendor."""
    move(reference, ReferenceState.VERIFIED)
    reference.verified_at = reference.decided_at = at
    reference.reason = reason
    session.add_all(testimony.evidence_of(session, reference))


def reject(reference: Reference, *, reason: str, at: datetime) -> None:
    """Keep an answer from counting. Whoever decides logs it and tells the vendor."""
    move(reference, ReferenceState.REJECTED)
    reference.decided_at, reference.reason = at, reason


def remove_contact(session: Session, reference: Reference, at: datetime) -> None:  # noqa: ARG001 - as every verb
    """Forget who the referee is and where letters went; an unanswered link ends with it. What was said stays."""
    reference.referee_name = reference.referee_title = reference.referee_email = None
    reference.asked_origin_hash = reference.origin_hash = None
    reference.may_show_person = False
    reference.contact_removed_at = at


def is_due(reference: Reference, attempt: int, at: datetime, *, is_reminder: bool) -> bool:
    """Whether a letter is still to be sent: for this attempt, not sent yet, and nothing came of it meanwhile."""
    if reference.attempt != attempt or not takes_answer(reference, at) or reference.referee_email is None:
        return False
    if is_reminder:
        return standing(reference, at) == "waiting" and reference.reminded_at is None
    return reference.sent_at is None
