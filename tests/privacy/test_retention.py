"""What is over time goes by itself, what isn't stays, and docs/privacy.md says the same numbers."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.accounts.models import AccountLink, LoginSession, User
from directory.assessments.models import Assessment
from directory.assessments.needs import Needs
from directory.assessments.services import start
from directory.audit.services import verify
from directory.catalogue.services import install_shipped, shipped
from directory.comparison.models import Snapshot
from directory.comparison.services import freeze
from directory.core.db import Database
from directory.core.outbox import Job
from directory.evidence.levels import Level
from directory.introductions.models import Introduction
from directory.jobs.context import Context
from directory.jobs.handlers import HANDLERS
from directory.privacy.retention import RETENTION
from directory.providers.membership import Invitation
from directory.providers.models import Provider
from directory.publishing.services import start_entry
from directory.references.models import Reference, ReferenceState
from directory.review.models import Report, ReportState
from directory.shortlists.models import ShortlistEntry
from directory.shortlists.queries import Keeper
from directory.shortlists.services import add as add_to_shortlist
from directory.shortlists.services import share
from tests.conftest import settings_for
from tests.factories import AT, add_provider, add_reference, add_report, add_system, add_user

DAYS = {one.name: one.days for one in RETENTION}


def unconfirmed(session: Session) -> None:
    add_user(session, confirmed_at=None, created_at=AT)
    add_user(session, created_at=AT)


def unproven(session: Session) -> None:
    for domain, at in (("old.example", AT), ("young.example", AT + timedelta(days=400))):
        actor = "vendor:1"
        start_entry(session, "Firm", domain, person_id=add_user(session).id, actor=actor, at=at)


def unanswered(session: Session) -> None:
    system = add_system(session, add_provider(session))
    columns = {"asked_at": AT, "answered_on": None, "verified_at": None}
    add_reference(session, system, state=ReferenceState.ASKED, **columns)
    add_reference(session, system, asked_at=AT)


def ended_session(session: Session) -> None:
    user = add_user(session)
    columns = {"user_id": user.id, "created_at": AT, "seen_at": AT}
    session.add(LoginSession(**columns, token_hash="a", ends_at=AT + timedelta(days=400), ended_at=AT))
    session.add(LoginSession(**columns, token_hash="b", ends_at=AT + timedelta(days=400)))


def link(session: Session) -> None:
    columns = {"user_id": add_user(session).id, "purpose": "confirm", "asked_at": AT}
    session.add(AccountLink(**columns, ends_at=AT))
    session.add(AccountLink(**columns, ends_at=AT + timedelta(days=400)))


def job(state: str) -> Callable[[Session], None]:
    def add(session: Session) -> None:
        columns = {"kind": "letter", "run_at": AT, "created_at": AT, "payload": {"to": "a@b.example"}}
        session.add(Job(**columns, key="old", state=state, finished_at=AT, last_error="X"))
        session.add(Job(**columns, key="young", state=state, finished_at=AT + timedelta(days=400), last_error="X"))

    return add


def invitation(session: Session) -> None:
    for days in (0, 400):
        ends = AT + timedelta(days=days)
        provider = add_provider(session)
        session.add(
            Invitation(provider_id=provider.id, email="a@b.example", role="editor", created_at=AT, expires_at=ends)
        )


def reporter(session: Session) -> None:
    provider = add_provider(session)
    add_report(session, provider, contact="a@b.example", decided_on=AT.date())
    add_report(session, provider, contact="a@b.example", decided_on=None, state=ReportState.OPEN)


def assessment(session: Session) -> None:
    install_shipped(session, actor="test", at=AT)
    for at in (AT, AT + timedelta(days=400)):
        start(session, answers={}, level=Level.DOCUMENTED, needs=Needs(), at=at)


def frozen(session: Session) -> None:
    install_shipped(session, actor="test", at=AT)
    two = [add_provider(session), add_provider(session)]
    for days in (0, 1000):
        freeze(session, two, {}, shipped(), on=AT.date(), at=AT + timedelta(days=days))


def count(*conditions: object) -> Callable[[Session], int]:
    return lambda session: session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


def shortlist(session: Session) -> None:
    for token, days in (("old", 0), ("young", 400)):
        at = AT + timedelta(days=days)
        whose = Keeper(token_hash=token)
        add_to_shortlist(session, whose, add_provider(session), at=at)
        share(session, whose, with_notes=False, at=at)


def introduction(session: Session) -> None:
    user = add_user(session)
    for once, days in (("a", 0), ("b", 1000)):
        changed = AT + timedelta(days=days)
        session.add(Introduction(user_id=user.id, once=once, message="Hello", asked_at=AT, changed_at=changed))


CASES = {
    "entries that somebody began and nobody has proven": (unproven, count(Provider.id > 0)),
    "accounts that were never confirmed": (unconfirmed, count(User.id > 0)),
    "name, title and address of a referee who hasn't answered": (
        unanswered,
        count(Reference.referee_email.is_not(None), Reference.referee_name.is_not(None)),
    ),
    "log-in sessions that have ended": (ended_session, count(LoginSession.id > 0)),
    "links that were mailed to an account": (link, count(AccountLink.id > 0)),
    "mail and other jobs that are done": (job("done"), count(Job.id > 0)),
    "what a failed job carries": (job("failed"), count(Job.last_error == "X")),
    "addresses of invitations that have ended": (invitation, count(Invitation.email.is_not(None))),
    "shortlists of browsers without an account, and their links": (shortlist, count(ShortlistEntry.id > 0)),
    "assessments": (assessment, count(Assessment.id > 0)),
    "introductions": (introduction, count(Introduction.id > 0)),
    "frozen comparisons": (frozen, count(Snapshot.id > 0)),
    "a reporter's address after the decision": (reporter, count(Report.contact.is_not(None))),
}


def test_every_retention_is_tried() -> None:
    assert set(CASES) == set(DAYS)


@pytest.mark.parametrize("name", CASES)
def test_what_is_over_time_goes_and_nothing_else(database: Database, tmp_path: Path, name: str) -> None:
    add, left = CASES[name]
    with database.writing() as session:
        add(session)
    context = Context(settings_for(database, tmp_path), database)
    for hours, expected in ((-1, 2), (25, 1), (25, 1)):
        with time_machine.travel(AT + timedelta(days=DAYS[name], hours=hours), tick=False):
            HANDLERS["retention"]({}, context)
        with database.reading() as session:
            assert left(session) == expected
            assert verify(session) is None


def test_the_document_says_what_the_code_does() -> None:
    text = Path("docs/privacy.md").read_text()
    rows = re.findall(r"^\| ([^|]+) \| (\d+) days", text, re.MULTILINE)
    assert {name.strip(): int(days) for name, days in rows} == DAYS
