"""The signals beside an answer: which there are, how much each weighs, and what they are read from."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.db import Database
from directory.providers.models import Provider
from directory.references.mailboxes import MailboxKind, check_work_address, domain_of, kind_of, mailbox_hash, normalised
from directory.references.models import Reference, Relationship, Tie
from directory.references.signals import Severity, is_blocked, needs_reason, signals_for, signals_of
from directory.references.traces import Traces, traces_of
from tests.factories import add_member, add_provider, add_reference, add_system, add_user

CLEAN = Traces(
    provider_domain="halden.example",
    organisation_domain="customer.example",
    mail_domain="customer.example",
    mailbox=MailboxKind.WORK,
    has_mail_host=True,
    relationship=Relationship.CUSTOMER,
)
B, W, N = Severity
CASES = [
    ({"mail_domain": "halden.example"}, "own-domain", B),
    ({"organisation_domain": "halden.example"}, "own-domain", B),
    ({"mailbox": MailboxKind.FREE, "mail_domain": "gmail.com"}, "free-mail", B),
    ({"mailbox": MailboxKind.DISPOSABLE, "mail_domain": "yopmail.com"}, "disposable-mail", B),
    ({"ties": (Tie.FAMILY,)}, "declared-tie", B),
    ({"ties": (Tie.EMPLOYMENT,)}, "declared-tie", B),
    ({"ties": (Tie.FINANCIAL,)}, "declared-tie", B),
    ({"relationship": Relationship.NONE}, "not-a-customer", B),
    ({"is_member": True}, "is-member", B),
    ({"mail_domain": "elsewhere.example"}, "other-domain", W),
    ({"has_mail_host": False}, "no-mail-server", W),
    ({"has_origin_of_asker": True}, "same-network-address", W),
    ({"has_origin_of_another": True}, "shared-network-address", W),
    ({"referee_elsewhere": 2}, "referee-elsewhere", W),
    ({"referee_here": 1}, "referee-here", W),
    ({"refers_back": True}, "refers-back", W),
    ({"has_mail_host": None}, "mail-server-unknown", N),
    ({"mail_domain": None}, "address-gone", N),
    ({"domain_elsewhere": 1}, "domain-elsewhere", N),
    ({"domain_here": 3}, "domain-here", N),
    ({"relationship": Relationship.FORMER_CUSTOMER}, "former-customer", N),
]


def test_nothing_speaks_against_a_plain_customer() -> None:
    assert signals_of(CLEAN) == ()


@pytest.mark.parametrize(("changes", "name", "severity"), CASES)
def test_each_trace_gives_its_signal_alone(changes: dict[str, object], name: str, severity: Severity) -> None:
    found = signals_of(replace(CLEAN, **changes))  # type: ignore[arg-type]  # each case changes fields of their types
    assert [(one.id, one.severity) for one in found] == [(name, severity)]
    assert found[0].sentence.endswith(".")
    assert is_blocked(found) is (severity is B)
    assert needs_reason(found) is (severity is W)


@given(st.lists(st.sampled_from([changes for changes, _, _ in CASES]), max_size=6))
def test_the_weightiest_come_first_and_a_block_is_never_lost(changes: list[dict[str, object]]) -> None:
    together: dict[str, object] = {}
    for one in changes:
        together |= one
    found = signals_of(replace(CLEAN, **together))  # type: ignore[arg-type]  # as above
    ranks = [list(Severity).index(one.severity) for one in found]
    assert ranks == sorted(ranks)
    assert is_blocked(found) == (B in [one.severity for one in found])


def signals(database: Database, reference: Reference) -> set[str]:
    with database.reading() as session:
        kept = session.get_one(Reference, reference.id)
        return {one.id for one in signals_for(session, kept)}


def test_signals_are_read_from_what_is_kept(database: Database) -> None:
    same = {"referee_email": "ria@customer.example", "organisation_domain": "customer.example"}
    with database.writing() as session:
        provider = add_provider(session, domain="halden.example")
        other = add_provider(session, domain="customer.example")
        system = add_system(session, provider)
        reference = add_reference(
            session, system, has_mail_host=False, origin_hash="here", asked_origin_hash="here", **same
        )
        add_member(session, provider, add_user(session, email="ria@customer.example"))
        add_reference(session, add_system(session, provider), origin_hash="here", **same)
        add_reference(session, add_system(session, add_provider(session)), **same)
        add_reference(session, add_system(session, other), organisation_domain="halden.example")
    assert signals(database, reference) == {
        "is-member",
        "no-mail-server",
        "same-network-address",
        "shared-network-address",
        "referee-here",
        "referee-elsewhere",
        "domain-here",
        "domain-elsewhere",
        "refers-back",
    }


def test_what_nobody_answered_or_took_back_speaks_against_nobody(database: Database) -> None:
    same = {"referee_email": "ria@customer.example", "organisation_domain": "customer.example"}
    with database.writing() as session:
        provider = add_provider(session, domain="halden.example")
        reference = add_reference(session, add_system(session, provider), has_mail_host=True, **same)
        gone = {"answered_on": None, "verified_at": None}
        add_reference(session, add_system(session, provider), state="declined", **gone, **same)
        add_reference(session, add_system(session, provider), state="cancelled", **gone, **same)
    assert signals(database, reference) == set()
    with database.writing() as session:
        kept = session.get_one(Reference, reference.id)
        kept.referee_email, kept.origin_hash = None, None
    assert signals(database, reference) == {"address-gone"}
    with database.reading() as session:
        assert session.get_one(Provider, provider.id).domain == "halden.example"


@pytest.mark.parametrize(
    ("email", "kind"),
    [
        ("ria@customer.example", MailboxKind.WORK),
        ("ria@GMAIL.com", MailboxKind.FREE),
        ("ria@mail.gmx.de", MailboxKind.FREE),
        ("ria@notgmail.com", MailboxKind.WORK),
        ("ria@box.yopmail.com", MailboxKind.DISPOSABLE),
    ],
)
def test_a_mailbox_is_where_its_host_or_a_name_above_it_is_listed(email: str, kind: MailboxKind) -> None:
    assert kind_of(email) is kind


@pytest.mark.parametrize(
    "typed", ["", "ria", "ria@", "@customer.example", "a b@customer.example", "ria@localhost", "ria@co.uk",
              "ria@127.0.0.1", "ria@x.example\nBcc: all@x.example", "rià@customer.example", "a@b@customer.example",
              "ria@[127.0.0.1]", "x" * 250 + "@customer.example", "ria@github.com"]
)  # fmt: skip
def test_what_is_no_work_address_is_refused(typed: str) -> None:
    with pytest.raises(Exception, match=r"e-mail|doesn’t fit"):
        normalised(typed)


@pytest.mark.parametrize("host", ["gmail.com.", "ｇｍａｉｌ.com", "gmail。com", "GMAIL.COM", "mail.gmail.com."])
def test_no_way_of_writing_a_host_hides_that_anybody_can_have_a_mailbox_there(host: str) -> None:
    kept = normalised(f"ria@{host}")
    assert kept.isascii()
    assert kind_of(kept) is MailboxKind.FREE


def test_what_follows_a_plus_sign_makes_nobody_another_referee(database: Database) -> None:
    with database.writing() as session:
        provider = add_provider(session, domain="halden.example")
        add_member(session, provider, add_user(session, email="ria_weiss@customer.example"))
        for email in ("ria_weiss+2@customer.example", "ria-weiss+1@customer.example", "ria_weiss+1@else.example"):
            add_reference(session, add_system(session, provider), has_mail_host=True, referee_email=email)
        reference = add_reference(
            session, add_system(session, provider), has_mail_host=True, referee_email="ria_weiss+1@customer.example"
        )
    with database.reading() as session:
        traces = traces_of(session, session.get_one(Reference, reference.id))
    assert (traces.referee_here, traces.is_member) == (1, True)
    assert mailbox_hash("Ria+x@customer.example", "key") == mailbox_hash("ria@customer.example", "key")
    assert mailbox_hash("ria@customer.example", "key") != mailbox_hash("ria@other.example", "key")


def test_an_address_is_kept_in_lower_case_and_belongs_to_a_registrable_domain() -> None:
    assert normalised(" Ria.Weiss@Mail.Customer.Example ") == "ria.weiss@mail.customer.example"
    assert domain_of("ria@mail.customer.co.uk") == "customer.co.uk"
    assert domain_of(None) is None
    check_work_address("ria@customer.example", "halden.example")
