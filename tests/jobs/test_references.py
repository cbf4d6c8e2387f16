"""Letters to referees: sent for real, once, reminded once, and told of when they come back."""

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import dns.rcode
import pytest
import time_machine
from aiosmtpd.controller import Controller
from sqlalchemy import select

from directory.catalogue.services import install_shipped
from directory.core.db import Database
from directory.core.errors import UnavailableError
from directory.core.links import LinkKind, read
from directory.core.outbox import Job
from directory.core.settings import Settings
from directory.evidence.metrics import Metric
from directory.jobs.context import Context
from directory.jobs.handlers import HANDLERS
from directory.jobs.worker import Worker
from directory.providers.models import System
from directory.references import answering, services
from directory.references.mailboxes import mailbox_hash
from directory.references.models import Bounce, Reference
from directory.references.testimony import Testimony as Statement  # its own name looks like a test
from tests.conftest import settings_for
from tests.factories import AT, add_figure, add_member, add_provider, add_system, add_user
from tests.name_server import NameServer, name_server
from tests.ports import free_port
from tests.references.asked import add_asked, contact

DAY = timedelta(days=1)
STATED = {
    "requests_per_day": "48213",
    "uptime_percent": "99.9637",
    "deploy_minutes": "12.7",
    "response_minutes": "17.3",
}


class Server:
    """An SMTP server's handler: refuses recipients or contents as told, and keeps the rest."""

    def __init__(self) -> None:
        self.recipient_refusals: list[str] = []
        self.refusals: list[str] = []
        self.received: list[EmailMessage] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, to: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's signature
        if self.recipient_refusals:
            return self.recipient_refusals.pop()
        envelope.rcpt_tos.append(to)
        return "250 known"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's signature
        if self.refusals:
            return self.refusals.pop()
        self.received.append(
            email.message_from_bytes(envelope.content, _class=EmailMessage, policy=email.policy.default)
        )
        return "250 taken"


@pytest.fixture
def server() -> Iterator[tuple[Server, str]]:
    handler, port = Server(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def context(database: Database, server: tuple[Server, str], tmp_path_factory: pytest.TempPathFactory) -> Context:
    settings: Settings = settings_for(database, tmp_path_factory.mktemp("var"))
    return Context(replace(settings, smtp_url=server[1]), database)


@pytest.fixture
def post(server: tuple[Server, str]) -> Server:
    return server[0]


@pytest.fixture
def reference(database: Database) -> Reference:
    """A reference that was just asked for, about a system with figures that stand out."""
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        provider = add_provider(session, name="Halden & Søn", domain="halden.example")
        add_member(session, provider, add_user(session, email="olga@halden.example"))
        system = add_system(session, provider, name="Claims triage")
        for metric, value in STATED.items():
            add_figure(session, system, Metric(metric), value)
        return add_asked(session, system)


def run(context: Context, after: timedelta = timedelta()) -> None:
    """Run everything that is due so long after the asking."""
    worker = Worker(context.database, context.settings)
    with time_machine.travel(AT + after, tick=False):
        while worker.run_one():
            pass


def now(context: Context, reference: Reference) -> Reference:
    with context.database.reading() as session:
        return session.get_one(Reference, reference.id)


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    text: str = part.get_content().replace("\r\n", "\n")
    return text


def to_referee(post: Server) -> list[EmailMessage]:
    return [one for one in post.received if one["To"] == "ria@customer.example"]


def test_the_letter_says_who_asks_and_how_to_say_no_and_never_a_figure(
    context: Context, post: Server, reference: Reference
) -> None:
    run(context)
    (message,) = to_referee(post)
    assert message["Subject"] == "Halden & Søn asks you about Claims triage"
    text = body(message)
    for words in ("Dear Ria Weiss", "five minutes", "No, thank you?", "You decide what is published", "Uptime"):
        assert words in text, text
    whole = message.as_string()
    for value in ("48213", "48,213", "99.9637", "12.7", "17.3"):
        assert value not in whole
    token = re.search(r"/reference/([\w-]+)$", text, re.MULTILINE)
    assert token is not None, repr(text)
    assert read(LinkKind.REFERENCE, token[1], context.settings.secret_key) == (reference.id, 1)
    assert message["List-Unsubscribe"].endswith(f"/reference/{token[1]}/stop>")
    assert message["Message-ID"] == f"<reference-{reference.id}-1-letter@127.0.0.1>"
    sent = now(context, reference)
    assert (sent.sent_at, sent.expires_at) == (AT, AT + 21 * DAY)


def test_a_letter_sent_twice_after_a_crash_is_the_same_and_noted_once(
    context: Context, post: Server, reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = {"reference_id": reference.id, "attempt": 1, "is_reminder": False}
    with monkeypatch.context() as broken, time_machine.travel(AT, tick=False):
        broken.setattr(services, "record_sent", lambda *_args, **_more: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            HANDLERS["reference"](payload, context)
    assert now(context, reference).sent_at is None
    for day in (1, 2):
        with time_machine.travel(AT + day * DAY, tick=False):
            HANDLERS["reference"](payload, context)
    assert len({message["Message-ID"] for message in to_referee(post)}) == 1
    assert len(to_referee(post)) == 2
    assert now(context, reference).sent_at == AT + DAY


def test_one_reminder_goes_out_a_week_before_the_end(context: Context, post: Server, reference: Reference) -> None:
    run(context)
    run(context, 14 * DAY - timedelta(seconds=1))
    assert len(to_referee(post)) == 1
    for day in (14, 15, 20):
        run(context, day * DAY)
    first, reminder = to_referee(post)
    assert reminder["Subject"].startswith("Reminder: ")
    assert reminder["Message-ID"] != first["Message-ID"]
    assert "until 24 Nov 2026" in body(reminder)
    assert now(context, reference).reminded_at == AT + 14 * DAY


@pytest.mark.parametrize("ending", ["answered", "declined", "cancelled", "stopped", "not mine", "forgotten"])
def test_nobody_is_reminded_once_something_came_of_it(
    context: Context, post: Server, reference: Reference, ending: str
) -> None:
    run(context)
    mailbox = mailbox_hash("ria@customer.example", context.settings.secret_key)
    with context.database.writing() as session:
        kept = services.locked(session, reference.id)
        verbs = {
            "answered": lambda: answering.answer(session, kept, Statement("customer"), at=AT),
            "declined": lambda: answering.decline(session, kept, "", mailbox, at=AT),
            "cancelled": lambda: services.cancel(session, kept, actor="vendor:1", at=AT),
            "stopped": lambda: answering.refuse_letters(session, mailbox, None, at=AT),
            "not mine": lambda: answering.not_mine(session, kept, mailbox, at=AT),
            "forgotten": lambda: services.remove_contact(session, kept, AT),
        }
        verbs[ending]()
    run(context, 14 * DAY)
    assert len(to_referee(post)) == 1


def test_an_address_that_is_refused_for_good_is_not_tried_again_and_the_vendor_hears_of_it(
    context: Context, post: Server, reference: Reference
) -> None:
    post.recipient_refusals = ["550 no such person"]
    run(context)
    run(context, DAY)
    kept = now(context, reference)
    assert (kept.bounced_at, kept.bounce, kept.sent_at) == (AT, Bounce.REFUSED, None)
    assert to_referee(post) == []
    (news,) = post.received
    assert news["To"] == "olga@halden.example"
    assert "came back" in body(news)
    assert "ria@" not in news.as_string()
    with context.database.reading() as session:
        job = session.scalars(select(Job).where(Job.kind == "reference")).one()
        assert (job.state, job.attempts) == ("done", 1)


def test_a_letter_refused_for_good_comes_back_too(context: Context, post: Server, reference: Reference) -> None:
    post.refusals = ["554 not taken"]
    run(context)
    assert now(context, reference).bounce == Bounce.REFUSED


@pytest.mark.parametrize("at_recipient", [True, False])
def test_a_passing_refusal_is_tried_again(
    context: Context, post: Server, reference: Reference, at_recipient: bool
) -> None:
    (post.recipient_refusals if at_recipient else post.refusals).append("451 later")
    run(context)
    assert now(context, reference).sent_at is None
    run(context, timedelta(minutes=1))
    assert len(to_referee(post)) == 1
    assert now(context, reference).sent_at == AT + timedelta(minutes=1)


def test_after_a_correction_only_the_new_letter_is_sent(context: Context, post: Server, reference: Reference) -> None:
    post.recipient_refusals = ["550 no such person"]
    run(context)
    with context.database.writing() as session:
        kept = services.locked(session, reference.id)
        services.ask_again(session, kept, contact("r.weiss@customer.example"), None, actor="vendor:1", at=AT + DAY)
    run(context, DAY)
    letter = next(one for one in post.received if one["To"] == "r.weiss@customer.example")
    assert f"<reference-{reference.id}-2-letter@127.0.0.1>" == letter["Message-ID"]
    assert to_referee(post) == []


def test_no_job_and_no_log_line_names_the_referee(
    context: Context, post: Server, reference: Reference, capfd: pytest.CaptureFixture[str]
) -> None:
    post.refusals = ["451 later"]
    run(context)
    run(context, DAY)
    with context.database.reading() as session:
        kept = [f"{job.key} {job.payload} {job.last_error}" for job in session.scalars(select(Job))]
    said = "\n".join([*kept, *capfd.readouterr()])
    assert "job failed" in said
    for private in ("ria@", "Weiss", "Ria"):
        assert private not in said


@pytest.fixture
def zone() -> Iterator[NameServer]:
    with name_server() as server:
        yield server


def host_known(context: Context, zone: NameServer, system_of: Reference, address: str) -> bool | None:
    """Ask the customer at another address, look for its mail server, and return what is kept."""
    with context.database.writing() as session:
        system = session.get_one(System, system_of.system_id)
        reference = add_asked(session, system, contact=contact(address))
    looking = Context(replace(context.settings, dns_servers=(zone.address,)), context.database)
    HANDLERS["reference-mail-host"]({"reference_id": reference.id, "attempt": 1}, looking)
    return now(context, reference).has_mail_host


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([("MX", "10 mx.customer-firm.com.")], True),
        ([("MX", "0 .")], False),
        ([("A", "192.0.2.7")], True),
        ([], False),
    ],
)
def test_whether_a_domain_takes_mail_is_asked_and_kept(
    context: Context, zone: NameServer, reference: Reference, records: list[tuple[str, str]], found: bool
) -> None:
    for kind, value in records:
        zone.add("customer-firm.com", value, kind=kind)
    assert host_known(context, zone, reference, "ria@customer-firm.com") is found


def test_without_an_answer_nothing_is_known_and_it_is_asked_again(
    context: Context, zone: NameServer, reference: Reference
) -> None:
    zone.failures["customer-firm.com"] = dns.rcode.SERVFAIL
    with pytest.raises(UnavailableError):
        host_known(context, zone, reference, "ria@customer-firm.com")
    assert now(context, reference).has_mail_host is None


def test_domains_kept_for_examples_are_not_asked_for(context: Context, zone: NameServer, reference: Reference) -> None:
    assert host_known(context, zone, reference, "other@customer.example") is None
    assert zone.asked == []
