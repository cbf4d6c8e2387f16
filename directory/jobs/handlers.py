"""What each kind of job does. A handler holds no transaction while it waits on the network."""

from collections.abc import Callable
from typing import Any

from directory.core.mail import Message, deliver
from directory.core.outbox import Letter
from directory.jobs import catalogue, upkeep
from directory.jobs.alerts import tell_of_changes
from directory.jobs.claims import check_claim, end_claims
from directory.jobs.context import Context
from directory.jobs.letters import write
from directory.jobs.references import look_for_mail_host, send_reference
from directory.jobs.uploads import remove_file, sweep_uploads

Handler = Callable[[dict[str, Any], Context], None]


def send_mail(payload: dict[str, Any], context: Context) -> None:
    """Send the mail that the payload holds, ready as it is: to, subject, text, key."""
    deliver(Message(**payload), context.settings)


def send_letter(payload: dict[str, Any], context: Context) -> None:
    """Write and send the letter that the payload describes; see `Letter`."""
    deliver(write(Letter(**payload), context.settings), context.settings)


HANDLERS: dict[str, Handler] = {
    "mail": send_mail,
    "letter": send_letter,
    "check-claim": check_claim,
    "end-claims": end_claims,
    "remove-file": remove_file,
    "sweep-uploads": sweep_uploads,
    "reference": send_reference,
    "reference-mail-host": look_for_mail_host,
    "retention": upkeep.apply_retention,
    "alerts": tell_of_changes,
    "expiry-reminders": upkeep.remind_of_expiry,
    "planned-switches": upkeep.queue_planned_switches,
    "catalogue-dry-run": catalogue.dry_run,
    "catalogue-tell": catalogue.tell,
    "catalogue-switch": catalogue.switch,
}

MAIL_KINDS = frozenset({"mail", "letter", "reference"})
"""Kinds that need the mail server: they wait together while it is away."""
