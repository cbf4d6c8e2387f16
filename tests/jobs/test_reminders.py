"""Members are told 60, 30 and 7 days before evidence ends: one letter a provider and day, each once."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from directory.catalogue.services import install_shipped
from directory.core.dates import add_months
from directory.core.db import Database
from directory.core.outbox import Job, Letter
from directory.evidence.metrics import Metric
from directory.evidence.models import Figure
from directory.jobs.context import Context
from directory.jobs.handlers import HANDLERS
from directory.jobs.letters import write
from directory.providers.models import Provider
from tests.conftest import settings_for
from tests.factories import (
    AT,
    ON,
    add_document,
    add_evidence,
    add_figures,
    add_member,
    add_observation,
    add_proven,
    add_provider,
    add_reference,
    add_system,
    add_user,
    days_ago,
)

ANSWERED = days_ago(20)
ENDS = add_months(ANSWERED, 12)


@pytest.fixture
def context(database: Database, tmp_path: Path) -> Context:
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
    return Context(settings_for(database, tmp_path), database)


@pytest.fixture
def provider(database: Database) -> Provider:
    with database.writing() as session:
        found = add_provider(session, name="Halden", slug="halden")
        add_proven(session, found)
        add_member(session, found, add_user(session))
        return found


def remind(context: Context, on: date) -> list[Letter]:
    HANDLERS["expiry-reminders"]({"on": on.isoformat()}, context)
    with context.database.reading() as session:
        return [Letter(**job.payload) for job in session.scalars(select(Job).where(Job.kind == "letter"))]


@pytest.mark.parametrize("days", [60, 30, 7])
def test_told_on_the_day_and_once(context: Context, provider: Provider, days: int) -> None:
    on = ENDS - timedelta(days=days)
    assert remind(context, on - timedelta(days=1)) == []
    assert remind(context, on + timedelta(days=1)) == []
    (letter,) = remind(context, on)
    assert len(remind(context, on)) == 1
    mail = write(letter, context.settings)
    assert "Halden: evidence that ends soon" in mail.subject
    text = " ".join(mail.text.split())
    assert f"(confirmed by a customer): until {ENDS - timedelta(days=1):%-d %b %Y}" in text
    assert "http://127.0.0.1:8000/vendor/halden" in mail.text
    assert "Ada Referee" not in mail.text


def test_nobody_is_told_of_what_other_evidence_carries_on(
    context: Context, provider: Provider, database: Database
) -> None:
    with database.writing() as session:
        system = session.get_one(Provider, provider.id).systems[0]
        reference = add_reference(session, system, answered_on=ANSWERED + timedelta(days=40))
        for figure in session.scalars(select(Figure).where(Figure.system_id == system.id)).all():
            add_evidence(session, reference, figure)
    assert remind(context, ENDS - timedelta(days=30)) == []


def test_entries_without_members_and_observations_are_left_alone(context: Context, database: Database) -> None:
    with database.writing() as session:
        add_proven(session, add_provider(session))
        watched = add_provider(session)
        system = add_system(session, watched)
        figures = add_figures(session, system)
        add_evidence(session, add_observation(session, system), figures[Metric.UPTIME_PERCENT])
        add_member(session, watched, add_user(session))
    assert remind(context, ENDS - timedelta(days=30)) == []
    assert remind(context, ON) == []


def test_a_documents_own_end_counts(context: Context, database: Database) -> None:
    with database.writing() as session:
        provider = add_provider(session)
        figures = add_figures(session, add_system(session, provider))
        document = add_document(session, provider, ends_on=ON + timedelta(days=40))
        add_evidence(session, document, figures[Metric.DEPLOY_MINUTES])
        add_member(session, provider, add_user(session))
    (letter,) = remind(context, ON + timedelta(days=41 - 30))
    assert "documented" in str(letter.values)
