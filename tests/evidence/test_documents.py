"""Documents: evidence only while checked; their files are there as long as one document has them."""

import stat
import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Role
from directory.audit.models import AuditEvent
from directory.core.db import Database
from directory.core.errors import ConflictError, DomainError, ForbiddenError, InvalidInputError, NotFoundError
from directory.core.outbox import Job
from directory.evidence import documents
from directory.evidence.documents import File, NewDocument
from directory.evidence.metrics import Metric
from directory.evidence.models import Document, DocumentState, Evidence
from directory.evidence.subjects import Subject
from directory.evidence.uploads import MOST_BYTES, Uploads
from directory.jobs.context import Context
from directory.jobs.handlers import HANDLERS
from directory.providers.models import Provider, System
from directory.readiness.models import Status
from directory.review.decisions import Ruling
from directory.review.documents import decide_document
from tests.conftest import settings_for
from tests.factories import AT, ON, add_member, add_provider, add_system, add_user, days_ago

SHOWS = [Subject(criterion="sso", status=Status.MET)]
FILE = File("ab" * 32, "report.pdf", "application/pdf", 1000)
LATER = AT + timedelta(days=1)


def new(provider: Provider, **columns: object) -> NewDocument:
    plain = NewDocument(provider.id, "Report", "The Firm", "All systems", days_ago(30), file=FILE, subjects=SHOWS)
    return replace(plain, **columns)  # type: ignore[arg-type]  # whatever a test changes


def added(session: Session, provider: Provider, **columns: object) -> Document:
    author = add_user(session)
    add_member(session, provider, author)
    return documents.add(session, new(provider, **columns), added_by=author.id, actor="vendor:1", at=AT)


def ruling(document: Document, outcome: str, decided_by: int) -> Ruling:
    return Ruling(outcome, "It says so on page 2.", document.revision, decided_by, f"admin:{decided_by}", LATER)


def actions(session: Session) -> list[tuple[str, int | None]]:
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    return [(event.action, event.provider_id) for event in events]


def findings(system: System) -> list[Subject]:
    return [
        Subject(system_id=system.id, metric=Metric.UPTIME_PERCENT, value=Decimal("99.95")),
        Subject(criterion="sso", status=Status.PARTLY),
        Subject(certification="iso27001"),
    ]


def test_a_document_waits_and_is_evidence_of_what_the_admin_found(database: Database) -> None:
    with database.writing() as session:
        provider, admin = add_provider(session), add_user(session, Role.ADMIN)
        system = add_system(session, provider)
        document = added(session, provider, ends_on=ON + timedelta(days=90))
        assert session.scalars(select(Evidence)).all() == []
    with database.writing() as session:
        decide_document(session, document.id, ruling(document, "checked", admin.id), findings(system))
    with database.reading() as session:
        document = session.get_one(Document, document.id)
        assert (document.state, document.checked_at, document.reason) == ("checked", LATER, "It says so on page 2.")
        found = session.scalars(select(Evidence).order_by(Evidence.id)).all()
        assert [(one.metric, one.low, one.criterion, one.status, one.certification) for one in found] == [
            ("uptime_percent", Decimal("99.95"), None, None, None),
            (None, None, "sso", "partly", None),
            (None, None, None, None, "iso27001"),
        ]
        assert {(one.dated_on, one.ends_on) for one in found} == {(days_ago(30), ON + timedelta(days=90))}
        assert actions(session) == [("document.added", None), ("document.checked", provider.id)]


def test_a_withdrawn_document_is_evidence_of_nothing_at_once(database: Database) -> None:
    with database.writing() as session:
        provider, admin = add_provider(session), add_user(session, Role.ADMIN)
        document = added(session, provider)
        decide_document(
            session, document.id, ruling(document, "checked", admin.id), findings(add_system(session, provider))
        )
        session.flush()
        documents.withdraw(session, document.id, document.revision, provider_id=provider.id, actor="vendor:1", at=LATER)
    with database.reading() as session:
        assert session.get_one(Document, document.id).state == DocumentState.WITHDRAWN
        assert set(session.scalars(select(Evidence.withdrawn_at))) == {LATER}
        assert actions(session)[-1] == ("document.withdrawn", provider.id)


def test_a_rejected_document_is_none(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, admin = add_provider(session), add_user(session, Role.ADMIN)
        document = added(session, provider)
        decide_document(session, document.id, ruling(document, "rejected", admin.id))
        assert (document.state, session.scalars(select(Evidence)).all()) == ("rejected", [])


def test_what_cannot_be_decided(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        provider, admin, member = add_provider(session), add_user(session, Role.ADMIN), add_user(session, Role.ADMIN)
        add_member(session, provider, member)
        elsewhere = add_system(session, add_provider(session))
        document = added(session, provider)
        seen = ruling(document, "checked", admin.id)
        cases: list[tuple[Ruling, list[Subject], type[DomainError]]] = [
            (seen, [], InvalidInputError),
            (seen, findings(elsewhere), InvalidInputError),
            (replace(seen, outcome="waiting"), SHOWS, InvalidInputError),
            (replace(seen, reason=""), SHOWS, InvalidInputError),
            (replace(seen, decided_by=member.id), SHOWS, ForbiddenError),
            (replace(seen, revision=document.revision + 1), SHOWS, ConflictError),
        ]
        for given, shown, error in cases:
            with pytest.raises(error):
                decide_document(session, document.id, given, shown)
        documents.withdraw(session, document.id, document.revision, provider_id=provider.id, actor="v", at=AT)
        session.flush()
        with pytest.raises(ConflictError):
            decide_document(session, document.id, replace(seen, revision=document.revision), SHOWS)
        with pytest.raises(NotFoundError):
            decide_document(session, document.id + 1, seen, SHOWS)


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({"dated_on": ON + timedelta(days=1)}, "dated_on"),
        ({"window_starts_on": ON}, "window_starts_on"),
        ({"ends_on": days_ago(30)}, "ends_on"),
        ({"file": None}, "file"),
        ({"url": "https://firm.example/report"}, "file"),
        ({"subjects": []}, "subjects"),
    ],
)
def test_what_cannot_be_added(sqlite_database: Database, columns: dict[str, object], field: str) -> None:
    with sqlite_database.writing() as session:
        provider = add_provider(session)
        with pytest.raises(InvalidInputError) as error:
            added(session, provider, **columns)
        assert error.value.field == field


def test_two_who_act_on_one_revision_are_told_apart(database: Database) -> None:
    with database.writing() as session:
        provider, admin = add_provider(session), add_user(session, Role.ADMIN)
        document = added(session, provider)
    start, outcomes = threading.Barrier(2), []

    def run(act: str) -> None:
        start.wait()
        try:
            with database.writing() as session:
                if act == "withdraw":
                    documents.withdraw(session, document.id, 1, provider_id=provider.id, actor="v", at=LATER)
                else:
                    decide_document(session, document.id, ruling(document, "checked", admin.id), SHOWS)
            outcomes.append("done")
        except ConflictError:
            outcomes.append("conflict")

    threads = [threading.Thread(target=run, args=(act,)) for act in ("withdraw", "check")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "done"]


def test_another_providers_document_is_not_there(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        document, other = added(session, add_provider(session)), add_provider(session)
        for act in (documents.withdraw, documents.delete):
            with pytest.raises(NotFoundError):
                act(session, document.id, document.revision, provider_id=other.id, actor="v", at=AT)


def test_a_file_is_kept_once_under_its_hash_and_for_the_app_alone(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path / "var" / "uploads")
    for _ in range(2):
        with uploads.received(BytesIO(b"content")) as received:
            uploads.keep(received)
    place = uploads.place(received.sha256)
    assert place.read_bytes() == b"content"
    assert place == uploads.folder / received.sha256[:2] / received.sha256
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place, place.parent, uploads.folder)] == [
        0o600,
        0o700,
        0o700,
    ]
    assert len(list(uploads.folder.glob("??/*"))) == 1
    assert list(uploads.incoming.iterdir()) == []


def test_no_more_is_received_than_is_taken(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    with uploads.received(BytesIO(bytes(MOST_BYTES))) as received:
        assert (received.size, received.is_too_big) == (MOST_BYTES, False)
    with uploads.received(BytesIO(bytes(3 * MOST_BYTES))) as received:
        assert (received.size, received.is_too_big) == (MOST_BYTES + 1, True)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "ab" * 31, "ab" * 31 + "/."])
def test_only_a_hash_has_a_place(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a hash"):
        Uploads(tmp_path).place(name)


@pytest.fixture
def context(sqlite_database: Database, tmp_path: Path) -> Context:
    return Context(settings_for(sqlite_database, tmp_path), sqlite_database)


def kept(context: Context, content: bytes) -> File:
    uploads = Uploads(context.settings.uploads_dir)
    with uploads.received(BytesIO(content)) as received:
        uploads.keep(received)
        return File(received.sha256, "report.pdf", "application/pdf", received.size)


def remove(context: Context) -> None:
    with context.database.reading() as session:
        for job in session.scalars(select(Job).where(Job.kind == "remove-file")):
            HANDLERS[job.kind](job.payload, context)


def test_a_file_goes_with_the_last_document_that_has_it(context: Context) -> None:
    uploads, file = Uploads(context.settings.uploads_dir), kept(context, b"content")
    with context.database.writing() as session:
        provider = add_provider(session)
        first, second = added(session, provider, file=file), added(session, provider, file=file)
    for document, is_left in ((first, True), (second, False)):
        with context.database.writing() as session:
            documents.delete(session, document.id, document.revision, provider_id=provider.id, actor="v", at=AT)
        remove(context)
        assert uploads.has(file.sha256) is is_left


def test_a_checked_document_is_withdrawn_before_it_is_deleted_and_stays_named(context: Context) -> None:
    file = kept(context, b"content")
    with context.database.writing() as session:
        provider, admin = add_provider(session), add_user(session, Role.ADMIN)
        document = added(session, provider, file=file)
        decide_document(session, document.id, ruling(document, "checked", admin.id), SHOWS)
        session.flush()
        who = {"provider_id": provider.id, "actor": "v", "at": LATER}
        with pytest.raises(ConflictError):
            documents.delete(session, document.id, document.revision, **who)  # type: ignore[arg-type]
        documents.withdraw(session, document.id, document.revision, **who)  # type: ignore[arg-type]
        session.flush()
        documents.delete(session, document.id, document.revision, **who)  # type: ignore[arg-type]
    remove(context)
    assert not Uploads(context.settings.uploads_dir).has(file.sha256)
    with context.database.reading() as session:
        assert session.get_one(Document, document.id).file_sha256 is None
        assert len(session.scalars(select(Evidence)).all()) == 1


def test_the_sweep_removes_what_a_crash_left_and_nothing_else(context: Context) -> None:
    uploads = Uploads(context.settings.uploads_dir)
    wanted, orphan = kept(context, b"wanted"), kept(context, b"orphan")
    (uploads.incoming / "half").write_bytes(b"ha")
    with context.database.writing() as session:
        added(session, add_provider(session), file=wanted)
    HANDLERS["sweep-uploads"]({}, context)
    assert uploads.has(orphan.sha256), "young files may belong to a form that is still open"
    with time_machine.travel(date.today() + timedelta(days=3), tick=False):  # noqa: DTZ011 - of the files' own clock
        HANDLERS["sweep-uploads"]({}, context)
    assert (uploads.has(wanted.sha256), uploads.has(orphan.sha256)) == (True, False)
    assert list(uploads.incoming.iterdir()) == []


def test_a_removal_waits_for_an_upload_that_has_not_committed(context: Context) -> None:
    uploads, file = Uploads(context.settings.uploads_dir), kept(context, b"content")
    removal = threading.Thread(target=HANDLERS["remove-file"], args=({"sha256": file.sha256}, context))
    with uploads.adding():
        removal.start()
        removal.join(0.2)
        assert removal.is_alive()
        with context.database.writing() as session:
            added(session, add_provider(session), file=file)
    removal.join()
    assert uploads.has(file.sha256)
