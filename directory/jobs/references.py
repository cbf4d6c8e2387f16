"""Letters to referees, and whether their mail could arrive at all.

A letter's job carries the reference's number and nothing else: who is written to is read when it runs, the link is
derived then. Sent twice after a crash, a letter has the same Message-ID; that it was sent is noted once.
"""

from typing import Any

from sqlalchemy.orm import Session

from directory.core import clock
from directory.core.links import LinkKind, sign
from directory.core.lookups import addresses, mail_hosts
from directory.core.mail import Message, PermanentRefusalError, deliver
from directory.jobs.context import Context
from directory.jobs.letters import write
from directory.providers.websites import is_demo_domain
from directory.references import services
from directory.references.letters import letter_to_referee
from directory.references.limits import is_refused
from directory.references.mailboxes import domain_of, host_of, mailbox_hash
from directory.references.models import Reference


def send_reference(payload: dict[str, Any], context: Context) -> None:
    """Write to a referee: the letter of one attempt, or its reminder; nothing where it isn't wanted any more."""
    reference_id, attempt, is_reminder = payload["reference_id"], payload["attempt"], payload["is_reminder"]
    with context.database.reading() as session:
        message = _message(session, context, reference_id, attempt, is_reminder=is_reminder)
    if message is None:
        return
    try:
        deliver(message, context.settings)
    except PermanentRefusalError:
        with context.database.writing() as session:
            services.record_bounced(session, services.locked(session, reference_id), attempt, at=clock.now())
        return
    with context.database.writing() as session:
        reference = services.locked(session, reference_id)
        if is_reminder:
            services.record_reminded(reference, attempt, at=clock.now())
        else:
            services.record_sent(session, reference, attempt, at=clock.now())


def _message(
    session: Session, context: Context, reference_id: int, attempt: int, *, is_reminder: bool
) -> Message | None:
    """Return the mail, or None where it was sent, answered or cancelled meanwhile, or isn't wanted."""
    reference = session.get(Reference, reference_id)
    if reference is None or not services.is_due(reference, attempt, clock.now(), is_reminder=is_reminder):
        return None
    key = context.settings.secret_key
    mailbox = mailbox_hash(reference.referee_email or "", key)
    if is_refused(session, mailbox, reference.provider_id):
        return None
    token = sign(LinkKind.REFERENCE, reference.id, attempt, key)
    return write(letter_to_referee(session, reference, token, is_reminder=is_reminder), context.settings)


def look_for_mail_host(payload: dict[str, Any], context: Context) -> None:
    """Keep whether the domain of a referee's address takes mail; raise `UnavailableError` where nobody says.

    Domains kept for examples don't exist: whether they take mail stays unknown.
    """
    reference_id, attempt = payload["reference_id"], payload["attempt"]
    with context.database.reading() as session:
        reference = session.get(Reference, reference_id)
        email = reference.referee_email if reference and reference.attempt == attempt else None
    if email is None or is_demo_domain(domain_of(email) or ""):
        return
    found = takes_mail(host_of(email), context.settings.dns_servers)
    with context.database.writing() as session:
        services.record_mail_host(services.locked(session, reference_id), attempt, has_mail_host=found)


def takes_mail(host: str, servers: tuple[tuple[str, int], ...] = ()) -> bool:
    """Whether mail can be sent to a host: by its mail servers, or where none is named, by its own address.

    A host whose only mail server is "." takes none (RFC 7505).
    """
    hosts = mail_hosts(host, servers)
    return any(one != "." for one in hosts) if hosts else bool(addresses(host, servers))
