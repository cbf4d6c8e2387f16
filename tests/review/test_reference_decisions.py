"""Deciding on an answer: what a signal allows, and what a decision leaves behind."""

from typing import Any

import pytest
from sqlalchemy import select

from directory.audit.models import AuditEvent
from directory.catalogue.services import install_shipped
from directory.core.db import Database
from directory.core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from directory.core.outbox import Job
from directory.evidence.models import Evidence
from directory.providers.models import Provider
from directory.references import answering
from directory.references.models import Reference
from directory.references.services import locked
from directory.references.testimony import Testimony as Statement  # its own name looks like a test
from directory.review.decisions import Ruling
from directory.review.models import Decision
from directory.review.reference_decisions import decide_reference
from tests.factories import AT, add_member, add_provider, add_system, add_user
from tests.references.asked import add_asked, contact

REASON = "Called back at the firm’s switchboard."


@pytest.fixture
def reference(database: Database) -> Reference:
    """An answer of a plain customer that waits."""
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        provider = add_provider(session, domain="halden.example")
        add_member(session, provider, add_user(session))
        kept = add_asked(session, add_system(session, provider, name="Claims triage"))
        said = Statement("customer", answers={"uptime_percent": {"value": "99.95"}})
        answering.answer(session, kept, said, at=AT)
    return kept


def change(database: Database, reference: Reference, **columns: Any) -> int:
    """Change an answer as it is kept, and return its revision."""
    with database.writing() as session:
        kept = locked(session, reference.id)
        for name, value in columns.items():
            setattr(kept, name, value)
        session.flush()
        return kept.revision


def rule(database: Database, reference: Reference, outcome: str = "verified", **changes: Any) -> None:
    """Decide as an admin who looked at the newest revision, unless told otherwise."""
    with database.writing() as session:
        revision = session.get_one(Reference, reference.id).revision
        values = {"reason": REASON, "revision": revision, "decided_by": add_user(session).id, **changes}
        decide_reference(session, reference.id, Ruling(outcome=outcome, actor="admin:9", at=AT, **values))


def state(database: Database, reference: Reference) -> str:
    with database.reading() as session:
        return session.get_one(Reference, reference.id).state


def test_verifying_leaves_evidence_a_decision_an_event_and_a_letter(database: Database, reference: Reference) -> None:
    rule(database, reference)
    with database.reading() as session:
        assert session.scalars(select(Evidence.metric)).all() == ["uptime_percent"]
        decision = session.scalars(select(Decision)).one()
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        payloads = list(session.scalars(select(Job.payload).where(Job.kind == "letter")))
    assert (decision.outcome, decision.item_id, decision.reason) == ("verified", reference.id, REASON)
    assert event is not None
    assert (event.action, event.provider_id, event.detail) == ("reference.verified", reference.provider_id, {})
    assert payloads[-1]["values"]["reason"] == REASON
    assert "ria@" not in str(payloads)


def test_rejecting_leaves_no_evidence(database: Database, reference: Reference) -> None:
    rule(database, reference, "rejected")
    with database.reading() as session:
        assert session.scalars(select(Evidence)).all() == []
    assert state(database, reference) == "rejected"


@pytest.mark.parametrize(
    "columns",
    [
        {"ties": ["family"]},
        {"referee_email": "ria@halden.example"},
        {"referee_email": "ria@gmail.com"},
        {"organisation_domain": "halden.example"},
        {"relationship": "none"},
    ],
)
def test_nobody_verifies_past_a_blocking_signal(
    database: Database, reference: Reference, columns: dict[str, Any]
) -> None:
    change(database, reference, **columns)
    with pytest.raises(ForbiddenError, match="can’t be verified"):
        rule(database, reference)
    rule(database, reference, "rejected")
    assert state(database, reference) == "rejected"


def test_a_warning_takes_a_reason_that_says_something(database: Database, reference: Reference) -> None:
    change(database, reference, has_mail_host=False)
    with pytest.raises(InvalidInputError, match="warnings"):
        rule(database, reference, reason="Fine.")
    assert state(database, reference) == "answered"
    rule(database, reference)
    assert state(database, reference) == "verified"


def test_only_what_was_seen_is_decided(database: Database, reference: Reference) -> None:
    seen = change(database, reference)
    change(database, reference, has_mail_host=True)
    with pytest.raises(ConflictError):
        rule(database, reference, revision=seen)
    rule(database, reference)
    with pytest.raises(ConflictError):
        rule(database, reference, "rejected")


def test_what_waits_for_an_answer_or_is_nowhere_is_not_decided(database: Database, reference: Reference) -> None:
    with database.writing() as session:
        system = add_system(session, add_provider(session))
        waiting = add_asked(session, system, contact=contact("other@customer.example"))
    with pytest.raises(ConflictError):
        rule(database, waiting)
    with pytest.raises(InvalidInputError, match="outcome"):
        rule(database, reference, "approved")
    with pytest.raises(NotFoundError), database.writing() as session:
        decide_reference(session, 999, Ruling("verified", REASON, 1, 1, "admin:9", AT))


def test_a_member_decides_nothing(database: Database, reference: Reference) -> None:
    with database.writing() as session:
        member = add_user(session)
        provider = session.get_one(Reference, reference.id).provider_id
        add_member(session, session.get_one(Provider, provider), member)
    with pytest.raises(ForbiddenError, match="member"):
        rule(database, reference, decided_by=member.id)
