"""What speaks against taking an answer at its word. An admin sees these beside the answer.

A blocking signal keeps the answer from being verified, whoever decides; a warning asks for a reason; a note is there
to be known. What could not be found out is never more than a note.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from directory.references.mailboxes import MailboxKind
from directory.references.models import Reference, Relationship, Tie
from directory.references.traces import Traces, traces_of


class Severity(StrEnum):
    """How much a signal weighs."""

    BLOCKING = "blocking"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing to know before deciding, in one sentence."""

    id: str
    severity: Severity
    sentence: str


TIES = {
    Tie.EMPLOYMENT: "works or has worked for the provider",
    Tie.FAMILY: "has family there",
    Tie.FINANCIAL: "has money in it or is paid by it",
}


def signals_for(session: Session, reference: Reference) -> tuple[Signal, ...]:
    """Return what speaks against taking a reference at its word, the weightiest first."""
    return signals_of(traces_of(session, reference))


def signals_of(traces: Traces) -> tuple[Signal, ...]:
    """Return every signal, the weightiest first."""
    found = [*_of_the_mailbox(traces), *_of_the_person(traces), *_of_others(traces)]
    order = list(Severity)
    return tuple(sorted(found, key=lambda one: order.index(one.severity)))


def is_blocked(signals: tuple[Signal, ...]) -> bool:
    """Whether the answer can't be verified."""
    return any(one.severity is Severity.BLOCKING for one in signals)


def needs_reason(signals: tuple[Signal, ...]) -> bool:
    """Whether verifying asks for a reason that says what was made of a warning."""
    return any(one.severity is Severity.WARNING for one in signals)


def _blocking(name: str, sentence: str) -> Signal:
    return Signal(name, Severity.BLOCKING, sentence)


def _warning(name: str, sentence: str) -> Signal:
    return Signal(name, Severity.WARNING, sentence)


def _note(name: str, sentence: str) -> Signal:
    return Signal(name, Severity.NOTE, sentence)


def _of_the_mailbox(traces: Traces) -> Iterator[Signal]:
    is_own = traces.provider_domain in (traces.mail_domain, traces.organisation_domain)
    if is_own:
        yield _blocking("own-domain", "The address or the customer’s website is on the provider’s own domain.")
    if traces.mailbox is MailboxKind.FREE:
        yield _blocking("free-mail", "Anybody can have a mailbox at this address’s domain.")
    if traces.mailbox is MailboxKind.DISPOSABLE:
        yield _blocking("disposable-mail", "The address’s domain hands out mailboxes for an hour.")
    if traces.mail_domain is None:
        yield _note("address-gone", "The address isn’t kept any more, so its domain can’t be compared.")
    elif _is_elsewhere(traces) and not is_own:
        yield _warning("other-domain", "The address’s domain isn’t that of the customer’s website.")
    if traces.has_mail_host is False:
        yield _warning("no-mail-server", "The address’s domain has no mail server.")
    elif traces.has_mail_host is None:
        yield _note("mail-server-unknown", "Whether the address’s domain has a mail server isn’t known.")


def _is_elsewhere(traces: Traces) -> bool:
    """Whether a work address isn't on the domain of the customer's website."""
    return traces.mailbox is MailboxKind.WORK and traces.mail_domain != traces.organisation_domain


def _of_the_person(traces: Traces) -> Iterator[Signal]:
    for tie in traces.ties:
        yield _blocking("declared-tie", f"The referee {TIES[Tie(tie)]}, as they say themselves.")
    if traces.is_member:
        yield _blocking("is-member", "The address belongs to somebody who edits the provider’s entry.")
    if traces.relationship == Relationship.NONE:
        yield _blocking("not-a-customer", "The referee’s firm isn’t a customer and never was, as they say themselves.")
    if traces.relationship == Relationship.FORMER_CUSTOMER:
        yield _note("former-customer", "The referee’s firm was a customer before, and isn’t now.")
    if traces.has_origin_of_asker:
        yield _warning("same-network-address", "The answer came from the network address that it was asked from.")


def _of_others(traces: Traces) -> Iterator[Signal]:
    if traces.has_origin_of_another:
        yield _warning("shared-network-address", "Another reference was answered from the same network address.")
    if traces.referee_elsewhere:
        yield _warning(
            "referee-elsewhere", f"The same address stands for {_times(traces.referee_elsewhere)} elsewhere."
        )
    if traces.referee_here:
        yield _warning("referee-here", f"The same address stands for {_times(traces.referee_here)} of this provider.")
    if traces.domain_elsewhere:
        sentence = f"The same customer stands for {_times(traces.domain_elsewhere)} of other providers."
        yield _note("domain-elsewhere", sentence)
    if traces.domain_here:
        yield _note("domain-here", f"The same customer stands for {_times(traces.domain_here)} of this provider.")
    if traces.refers_back:
        yield _warning("refers-back", "The customer is a provider here too, and this provider speaks for it.")


def _times(count: int) -> str:
    return "another reference" if count == 1 else f"{count} other references"
