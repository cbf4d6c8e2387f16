"""Filing a report: one row, one letter, one event, or none of them."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.audit.models import AuditEvent
from directory.core.db import Base, Database
from directory.core.outbox import Job, Letter
from directory.providers.models import Provider
from directory.review.models import Report, ReportKind
from directory.review.services import Filing, file_report
from tests.factories import AT, add_provider

LETTER = Letter("report-filed", "desk@directory.example", "report-1", {"message": "The words."})
FILING = Filing(ReportKind.CORRECTION, "The country is wrong.", "me@firm.example", LETTER)


def counts(session: Session) -> tuple[int, ...]:
    tables: tuple[type[Base], ...] = (Report, Job, AuditEvent)
    return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_filing_keeps_queues_and_logs(database: Database) -> None:
    with database.writing() as session:
        provider = add_provider(session, slug="halden")
        file_report(session, provider, FILING, actor="reader", at=AT)
    with database.reading() as session:
        report = session.scalars(select(Report)).one()
        assert (report.kind, report.state, report.created_at, report.decided_on) == ("correction", "open", AT, None)
        job = session.scalars(select(Job)).one()
        assert (job.kind, job.key, job.run_at) == ("letter", "report-1", AT)
        assert job.payload == {
            "template": "report-filed",
            "to": "desk@directory.example",
            "key": "report-1",
            "values": {"message": "The words."},
            "unsubscribe": "",
        }


def test_the_public_log_holds_nothing_personal_and_nothing_to_index(database: Database) -> None:
    with database.writing() as session:
        file_report(session, add_provider(session, slug="halden"), FILING, actor="reader", at=AT)
    with database.reading() as session:
        event = session.scalars(select(AuditEvent)).one()
        assert (event.action, event.subject, event.actor) == ("report.filed", "provider:halden", "reader")
        assert event.detail == {"kind": "correction"}
        assert event.provider_id is None


def test_the_same_filing_again_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        provider = add_provider(session)
        assert file_report(session, provider, FILING, actor="reader", at=AT) is not None
    with database.writing() as session:
        provider = session.scalars(select(Provider)).one()
        assert file_report(session, provider, FILING, actor="reader", at=AT) is None
        assert counts(session) == (1, 1, 1)


def test_a_failure_leaves_nothing_behind(database: Database) -> None:
    with database.writing() as session:
        add_provider(session)
    broken = Filing("nonsense", "x", None, LETTER)  # type: ignore[arg-type]  # what the constraint is for
    with pytest.raises((IntegrityError, AttributeError)), database.writing() as session:
        file_report(session, session.scalars(select(Provider)).one(), broken, actor="reader", at=AT)
    with database.reading() as session:
        assert counts(session) == (0, 0, 0)
