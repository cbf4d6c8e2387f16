"""The verbs of a reference: who may be asked how often, and what may become of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from directory.audit.models import AuditEvent
from directory.catalogue.services import install_shipped
from directory.core.db import Database
from directory.core.errors import ConflictError, InvalidInputError
from directory.core.outbox import Job
from directory.evidence.models import Evidence
from directory.providers.models import Provider, System
from directory.references import answering, services
from directory.references.limits import MOST_A_DAY, MOST_A_MONTH, TooManyError
from directory.references.models import Reference, ReferenceState
from directory.references.states import ALLOWED, MOST_ATTEMPTS, VALID_FOR, Standing, move, standing, takes_answer
from directory.references.testimony import Testimony as Statement  # its own name looks like a test
from tests.factories import AT, add_member, add_provider, add_system, add_user
from tests.references.asked import add_asked, asking, contact

SAID = Statement(
    relationship="customer",
    employees=1000,
    is_regulated=True,
    country="NL",
    industry="insurance",
    answers={
        "requests_per_day": {"low": "10000", "high": "100000"},
        "response_minutes": {"value": "15", "coverage": "24x7"},
        "sso": {"status": "partly"},
    },
    quote="It runs.",
)


@pytest.fixture
def system(database: Database) -> System:
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        provider = add_provider(session, domain="halden.example")
        add_member(session, provider, add_user(session))
        return add_system(session, provider, name="Claims triage")


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(Job.kind)))


def actions(database: Database) -> list[tuple[str, int | None]]:
    with database.reading() as session:
        query = select(AuditEvent.action, AuditEvent.provider_id).where(AuditEvent.action.startswith("reference."))
        return [(action, provider) for action, provider in session.execute(query.order_by(AuditEvent.id))]


def test_asking_queues_a_letter_that_names_nobody(database: Database, system: System) -> None:
    with database.writing() as session:
        reference = add_asked(session, system)
    with database.reading() as session:
        payloads = list(session.scalars(select(Job.payload).where(Job.kind == "reference")))
        events = list(session.scalars(select(AuditEvent).where(AuditEvent.provider_id == system.provider_id)))
    assert payloads == [{"reference_id": reference.id, "attempt": 1, "is_reminder": False}]
    assert standing(reference, AT) is Standing.SENDING
    assert [(event.action, event.detail) for event in events] == [("reference.asked", {})]


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("ria@gmail.com", "anybody can have a mailbox"),
        ("ria@eu.mailinator.com", "anybody can have a mailbox"),
        ("ria@mail.halden.example", "provider itself"),
    ],
)
def test_an_address_that_could_never_be_verified_is_refused_at_once(
    database: Database, system: System, email: str, words: str
) -> None:
    with pytest.raises(InvalidInputError, match=words), database.writing() as session:
        add_asked(session, system, contact=contact(email))
    assert "reference" not in kinds(database)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("website", {"domain": "halden.example"}),
        ("metrics", {"metrics": (), "criteria": ()}),
        ("criteria", {"criteria": tuple(map(str, range(11)))}),
    ],
)
def test_an_asking_that_makes_no_sense_is_refused(
    database: Database, system: System, field: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInputError) as caught, database.writing() as session:
        add_asked(session, system, **changes)
    assert caught.value.field == field


def test_nobody_is_asked_about_somebody_elses_system(database: Database, system: System) -> None:
    with database.writing() as session:
        other = add_provider(session)
    with pytest.raises(InvalidInputError), database.writing() as session:
        services.ask(session, asking(system, provider_id=other.id), actor="vendor:1", at=AT)


def test_a_provider_asks_so_many_a_day_and_goes_on_tomorrow(database: Database, system: System) -> None:
    with database.writing() as session:
        for number in range(MOST_A_DAY):
            add_asked(session, system, contact=contact(f"person-{number}@customer.example"))
    with pytest.raises(TooManyError), database.writing() as session:
        add_asked(session, system, contact=contact("one-more@customer.example"))
    with database.writing() as session:
        add_asked(session, system, contact=contact("one-more@customer.example"), at=AT + timedelta(days=1, seconds=1))


def test_an_address_is_asked_so_often_a_month_by_all_together(database: Database, system: System) -> None:
    with database.writing() as session:
        for _ in range(MOST_A_MONTH):
            add_asked(session, add_system(session, add_provider(session)))
    with pytest.raises(InvalidInputError, match="can’t write"), database.writing() as session:
        add_asked(session, system)
    with database.writing() as session:
        add_asked(session, system, at=AT + timedelta(days=31))


@pytest.mark.parametrize("email", ["ria@customer.example", "ria+again@customer.example"])
def test_the_same_question_is_not_asked_twice(database: Database, system: System, email: str) -> None:
    with database.writing() as session:
        add_asked(session, system)
    with pytest.raises(InvalidInputError, match="already"), database.writing() as session:
        add_asked(session, system, contact=contact(email))


def test_who_declined_is_not_asked_again_by_the_same_provider(database: Database, system: System) -> None:
    later = AT + timedelta(days=60)
    with database.writing() as session:
        reference = add_asked(session, system)
        answering.decline(session, reference, "No time.", contact().mailbox_hash, at=AT)
    with pytest.raises(InvalidInputError), database.writing() as session:
        add_asked(session, system, at=later)
    with database.writing() as session:
        add_asked(session, add_system(session, add_provider(session)), at=later)


def test_who_wants_no_letters_is_asked_by_nobody(database: Database, system: System) -> None:
    with database.writing() as session:
        answering.refuse_letters(session, contact().mailbox_hash, None, at=AT)
    for owner in (system, None):
        with pytest.raises(InvalidInputError), database.writing() as session:
            add_asked(session, owner or add_system(session, add_provider(session)))


def test_a_letter_that_came_back_is_sent_to_another_address_with_another_link(
    database: Database, system: System
) -> None:
    with database.writing() as session:
        reference = add_asked(session, system)
        services.record_bounced(session, reference, 1, at=AT)
        assert standing(reference, AT) is Standing.RETURNED
        assert not takes_answer(reference, AT)
        with pytest.raises(InvalidInputError, match="didn’t reach"):
            services.ask_again(session, reference, contact(), None, actor="vendor:1", at=AT)
        services.ask_again(session, reference, contact("r.weiss@customer.example"), None, actor="vendor:1", at=AT)
        services.record_bounced(session, reference, 1, at=AT)  # the first letter's news comes late
        assert (reference.attempt, standing(reference, AT)) == (2, Standing.SENDING)
    assert kinds(database).count("reference") == 2
    with pytest.raises(ConflictError), database.writing() as session:
        services.ask_again(session, services.locked(session, reference.id), contact(), None, actor="vendor:1", at=AT)


def test_the_letters_end_at_some_point(database: Database, system: System) -> None:
    with database.writing() as session:
        reference = add_asked(session, system)
        for number in range(1, MOST_ATTEMPTS):
            services.record_bounced(session, reference, number, at=AT)
            other = contact(f"person-{number}@customer.example")
            services.ask_again(session, reference, other, None, actor="vendor:1", at=AT)
        services.record_bounced(session, reference, MOST_ATTEMPTS, at=AT)
        with pytest.raises(ConflictError):
            services.ask_again(session, reference, contact(), None, actor="vendor:1", at=AT)


def test_being_sent_counts_once_and_ends_three_weeks_later(database: Database, system: System) -> None:
    with database.writing() as session:
        reference = add_asked(session, system)
        services.record_sent(session, reference, 1, at=AT)
        services.record_sent(session, reference, 1, at=AT + timedelta(days=3))
    assert reference.expires_at == AT + VALID_FOR
    last = AT + VALID_FOR - timedelta(seconds=1)
    assert standing(reference, last) is Standing.WAITING
    assert standing(reference, AT + VALID_FOR) is Standing.EXPIRED
    with pytest.raises(ConflictError), database.writing() as session:
        answering.answer(session, services.locked(session, reference.id), SAID, at=AT + VALID_FOR)


def test_an_answer_becomes_evidence_when_it_is_verified(database: Database, system: System) -> None:
    with database.writing() as session:
        reference = add_asked(session, system)
        answering.answer(session, reference, SAID, at=AT)
        assert session.scalars(select(Evidence)).all() == []
        services.verify(session, reference, reason="", at=AT + timedelta(days=2))
    with database.reading() as session:
        rows = session.scalars(select(Evidence).order_by(Evidence.id)).all()
    kind = "an unnamed customer (Insurance, 1,000 people or more, Netherlands)"
    assert [(row.metric, row.criterion, row.low, row.high, row.is_band, row.coverage, row.status) for row in rows] == [
        ("requests_per_day", None, 10_000, 100_000, True, None, None),
        ("response_minutes", None, 15, 15, False, "24x7", None),
        (None, "sso", None, None, False, None, "partly"),
    ]
    assert {row.dated_on for row in rows} == {AT.date()}
    assert rows[0].label == f"{kind} said 10,000–99,999/day"
    assert rows[1].label == f"{kind} said 15 min, 24×7"
    assert "Customer Ltd" not in "".join(row.label for row in rows)


def test_withdrawing_ends_everything_at_once_and_search_hears_of_it(database: Database, system: System) -> None:
    with database.writing() as session:
        reference = add_asked(session, system)
        answering.answer(session, reference, SAID, at=AT)
        services.verify(session, reference, reason="", at=AT)
        session.flush()
        answering.withdraw(session, reference, at=AT)
    with database.reading() as session:
        assert all(row.withdrawn_at == AT for row in session.scalars(select(Evidence)))
        letters = list(session.scalars(select(Job.payload).where(Job.kind == "letter")))
    provider = system.provider_id
    assert actions(database) == [(f"reference.{action}", provider) for action in ("asked", "answered", "withdrawn")]
    assert "ria@customer.example" not in str(letters)
    assert "Weiss" not in str(letters)


REFUSED: list[tuple[str, Callable[..., Any]]] = [
    ("cancel", lambda session, one: services.cancel(session, one, actor="vendor:1", at=AT)),
    ("answer", lambda session, one: answering.answer(session, one, SAID, at=AT)),
    ("decline", lambda session, one: answering.decline(session, one, "", "hash", at=AT)),
    ("not mine", lambda session, one: answering.not_mine(session, one, "hash", at=AT)),
]


@pytest.mark.parametrize(("name", "verb"), REFUSED, ids=[name for name, _ in REFUSED])
def test_an_answer_is_the_last_word(
    sqlite_database: Database, catalogue: object, name: str, verb: Callable[..., Any]
) -> None:
    with sqlite_database.writing() as session:
        reference = add_asked(session, add_system(session, add_provider(session)))
        answering.answer(session, reference, SAID, at=AT)
        with pytest.raises(ConflictError):
            verb(session, reference)


@pytest.mark.parametrize("state", list(ReferenceState))
@pytest.mark.parametrize("wanted", list(ReferenceState))
def test_only_the_drawn_ways_are_open(state: ReferenceState, wanted: ReferenceState) -> None:
    reference = Reference(state=state)
    if wanted in ALLOWED[state]:
        move(reference, wanted)
        assert reference.state == wanted
    else:
        with pytest.raises(ConflictError):
            move(reference, wanted)


def test_forgetting_the_contact_keeps_what_was_said(database: Database, system: System) -> None:
    with database.writing() as session:
        reference = add_asked(session, system)
        services.remove_contact(session, reference, AT)
    with database.reading() as session:
        kept = session.get_one(Reference, reference.id)
        provider = session.get_one(Provider, system.provider_id)
    assert (kept.referee_name, kept.referee_title, kept.referee_email, kept.asked_origin_hash) == (None,) * 4
    assert kept.contact_removed_at == AT
    assert not takes_answer(kept, AT)
    assert kept.provider_id == provider.id
