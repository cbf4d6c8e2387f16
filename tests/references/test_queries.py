"""References as they are counted in public."""

from directory.core.db import Database
from directory.references.models import ReferenceState
from directory.references.queries import public_record
from tests.factories import AT, add_provider, add_reference, add_system


def test_references_are_counted_by_what_became_of_them(database: Database) -> None:
    unanswered = {"answered_on": None, "verified_at": None}
    with database.writing() as session:
        provider = add_provider(session)
        system = add_system(session, provider)
        kept = add_reference(session, system, quote="  It runs.  ")
        add_reference(session, system, quote="")
        add_reference(session, system, state=ReferenceState.ASKED, **unanswered)
        add_reference(session, system, state=ReferenceState.ANSWERED, verified_at=None, quote="Not verified.")
        add_reference(session, system, state=ReferenceState.DECLINED, **unanswered)
        add_reference(session, system, state=ReferenceState.REJECTED, verified_at=None, quote="Rejected.")
        add_reference(session, system, state=ReferenceState.WITHDRAWN, withdrawn_at=AT, quote="Withdrawn.")
        add_reference(session, add_system(session, add_provider(session)))
    with database.reading() as session:
        record = public_record(session, provider.id)
    assert (record.asked, record.answered, record.declined, record.withdrawn, record.verified) == (7, 5, 1, 1, 2)
    assert record.quotes == {kept.id: "It runs."}


def test_nobody_asked_is_all_zeros(database: Database) -> None:
    with database.reading() as session:
        record = public_record(session, 1)
    assert (record.asked, record.answered, record.declined, record.withdrawn, record.verified) == (0, 0, 0, 0, 0)
    assert record.quotes == {}


def test_a_letter_that_reached_nobody_is_not_counted(database: Database) -> None:
    unanswered = {"answered_on": None, "verified_at": None}
    with database.writing() as session:
        provider = add_provider(session)
        system = add_system(session, provider)
        add_reference(session, system, state=ReferenceState.ASKED, bounced_at=AT, bounce="refused", **unanswered)
        add_reference(session, system, state=ReferenceState.CANCELLED, **unanswered)
        add_reference(session, system, state=ReferenceState.CANCELLED, sent_at=AT, **unanswered)
    with database.reading() as session:
        record = public_record(session, provider.id)
    assert (record.asked, record.answered) == (1, 0)


def test_a_person_is_named_only_with_their_word_and_their_firms(database: Database) -> None:
    with database.writing() as session:
        system = add_system(session, provider := add_provider(session))
        agreed = {"is_named": True, "may_show_person": True, "referee_title": "Head of Claims"}
        named = add_reference(session, system, quote="It runs.", **agreed)
        add_reference(session, system, quote="Quietly.", is_named=True)
        add_reference(session, system, quote="Too.", may_show_person=True)
        add_reference(session, system, quote="Gone.", state=ReferenceState.WITHDRAWN, withdrawn_at=AT, **agreed)
    with database.reading() as session:
        record = public_record(session, provider.id)
    assert record.people == {named.id: "Ada Referee, Head of Claims"}
