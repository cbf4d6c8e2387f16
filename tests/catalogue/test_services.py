"""Versions, what is in force, switching and switching back; on both databases."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.audit.models import AuditEvent
from directory.audit.services import verify
from directory.catalogue import services
from directory.catalogue.loading import read_text
from directory.catalogue.models import CatalogueActivation, CatalogueVersion
from directory.catalogue.queries import find_version, version_before, versions
from directory.catalogue.schema import MetricReaches
from directory.catalogue.source import CatalogueFileError
from directory.core.db import Database
from directory.core.errors import ConflictError, NotFoundError, UnavailableError

AT = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
TEXTS = {kind: read_text(path) for kind, path in services.shipped_files().items()}


def variant(kind: str, version: str, *replacements: tuple[str, str]) -> str:
    """Return the shipped file as another version, with replacements."""
    text = re.sub('version: "[0-9.]+"', f'version: "{version}"', TEXTS[kind], count=1)
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def stricter(version: str = "2", volume: int = 5000) -> str:
    return variant("rules", version, ("at_least: 1000,", f"at_least: {volume},"))


def install(database: Database) -> None:
    with database.writing() as session:
        services.install_shipped(session, actor="tests", at=AT)


def put(session: Session, text: str, *, at: datetime = LATER, reason: str = "") -> CatalogueActivation:
    version = services.register(session, text, "file.yaml", actor="tests", at=at)
    return services.activate(session, version, actor="tests", at=at, reason=reason)


def volume_asked(database: Database) -> Decimal | None:
    with database.reading() as session:
        condition = services.in_force(session).rules.by_id["P2"].condition
    assert isinstance(condition, MetricReaches)
    return condition.at_least


def events(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(AuditEvent.action, AuditEvent.subject).order_by(AuditEvent.id))
    return [(action, subject) for action, subject in rows]


def test_nothing_in_force_says_what_to_do(database: Database) -> None:
    with database.reading() as session, pytest.raises(UnavailableError, match="Run: directory migrate"):
        services.in_force(session)


def test_shipped_files_come_into_force_once(database: Database) -> None:
    with database.writing() as session:
        lines = services.install_shipped(session, actor="tests", at=AT)
    assert lines == ["taxonomy 1.1 is in force", "checklist 1 is in force", "rules 1 is in force"]
    with database.writing() as session:
        lines = services.install_shipped(session, actor="tests", at=LATER)
    assert lines == ["taxonomy 1.1 stays in force", "checklist 1 stays in force", "rules 1 stays in force"]
    with database.reading() as session:
        found = services.in_force(session)
        assert session.scalar(select(func.count()).select_from(CatalogueActivation)) == 3
        assert events(session)[-2:] == [("catalogue.registered", "rules:1"), ("catalogue.activated", "rules:1")]
    shipped = services.shipped()
    assert (found.taxonomy, found.checklist, found.rules) == (shipped.taxonomy, shipped.checklist, shipped.rules)


def test_installing_leaves_what_an_admin_chose(database: Database) -> None:
    with database.writing() as session:
        put(session, stricter("0.9"))
    with database.writing() as session:
        lines = services.install_shipped(session, actor="tests", at=LATER)
    assert lines[2] == "rules 0.9 stays in force; to switch: directory catalogue activate rules 1"
    assert volume_asked(database) == 5000


def test_installing_over_another_text_of_the_same_version_says_so(database: Database) -> None:
    with database.writing() as session:
        put(session, stricter("1"))
    with database.writing() as session:
        lines = services.install_shipped(session, actor="tests", at=LATER)
    assert "differs from the stored version" in lines[2]
    assert volume_asked(database) == 5000


def test_a_switch_is_followed_at_once_and_changes_the_key(database: Database) -> None:
    install(database)
    with database.reading() as session:
        before = services.in_force(session)
    with database.writing() as session:
        put(session, stricter(), reason="too lax")
    with database.reading() as session:
        after = services.in_force(session)
    assert volume_asked(database) == 5000
    assert before.key != after.key
    assert before.taxonomy is after.taxonomy


def test_reading_again_costs_one_query_and_no_decoding(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    install(database)
    with database.reading() as session:
        before = services.in_force(session)
    monkeypatch.setattr(services, "parse", None)
    with database.reading() as session:
        after = services.in_force(session)
    assert after.rules is before.rules
    assert after == before


def test_the_audit_log_tells_of_a_switch_without_a_provider(database: Database) -> None:
    install(database)
    with database.writing() as session:
        put(session, stricter(), reason="too lax")
    with database.reading() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        assert (event.action, event.subject, event.provider_id) == ("catalogue.activated", "rules:2", None)
        assert event.detail == {"sha256": services.digest(stricter()), "before": "1", "reason": "too lax"}
        assert verify(session) is None


def test_registering_the_same_text_again_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        first = services.register(session, stricter(), "a.yaml", actor="tests", at=AT)
    with database.writing() as session:
        again = services.register(session, stricter(), "b.yaml", actor="tests", at=LATER)
        assert (again.id, again.added_at) == (first.id, AT)
        assert events(session) == [("catalogue.registered", "rules:2")]


def test_a_version_never_changes_its_text(database: Database) -> None:
    with database.writing() as session:
        services.register(session, stricter(), "a.yaml", actor="tests", at=AT)
    with database.writing() as session, pytest.raises(ConflictError, match=r"b\.yaml: rules 2 is already stored"):
        services.register(session, stricter(volume=6000), "b.yaml", actor="tests", at=LATER)


def test_a_bad_file_is_not_stored(database: Database) -> None:
    with database.writing() as session:
        with pytest.raises(CatalogueFileError):
            services.register(session, stricter(volume=-1), "a.yaml", actor="tests", at=AT)
        assert versions(session) == []


def test_activating_what_is_in_force_changes_nothing(database: Database) -> None:
    install(database)
    with database.writing() as session:
        first = put(session, stricter())
        told = events(session)
        again = put(session, stricter(), at=LATER + timedelta(days=1))
        assert again.id == first.id
        assert events(session) == told


@pytest.mark.parametrize(
    ("kind", "old", "new", "reason"),
    [
        (
            "rules",
            "all_of: [dpa, eu-models, gdpr]",
            "all_of: [dpa, magic]",
            "rule E3 asks for 'magic', which checklist 1",
        ),
        ("rules", "any_of: [soc2-type2, iso27001]", "any_of: [iso1]", "rule E2 asks for 'iso1', which taxonomy 1"),
        ("checklist", "- id: sso", "- id: single-sign-on", "rule E4 asks for 'sso', which checklist 2"),
        ("taxonomy", "{id: iso27001,", "{id: iso-27k,", "rule E2 asks for 'iso27001', which taxonomy 2"),
    ],
)
def test_what_does_not_fit_the_rest_in_force_is_refused(
    database: Database, kind: str, old: str, new: str, reason: str
) -> None:
    install(database)
    text = variant(kind, "2", (old, new))
    with database.writing() as session:
        version = services.register(session, text, "file.yaml", actor="tests", at=AT)
        with pytest.raises(CatalogueFileError) as caught:
            services.activate(session, version, actor="tests", at=AT)
    assert reason in str(caught.value)
    if kind == "rules":
        assert str(caught.value).startswith(f"rules 2:{text[: text.index(new)].count(chr(10)) + 1}: enterprise.rules")
    with database.reading() as session:
        assert [state.version for state in versions(session) if state.is_in_force] == ["1", "1", "1.1"]


def test_rollback_goes_back_step_by_step(database: Database) -> None:
    install(database)
    with database.writing() as session:
        put(session, stricter("2", 2000))
        put(session, stricter("3", 3000))
    for expected in (2000, 1000):
        with database.writing() as session:
            services.rollback(session, "rules", actor="tests", at=LATER, reason="too strict")
        assert volume_asked(database) == expected
    with database.writing() as session, pytest.raises(NotFoundError, match="No earlier version of rules"):
        services.rollback(session, "rules", actor="tests", at=LATER)
    with database.reading() as session:
        assert events(session)[-2:] == [("catalogue.activated", "rules:2"), ("catalogue.activated", "rules:1")]


def test_rollback_of_one_kind_leaves_the_others(database: Database) -> None:
    install(database)
    with database.writing() as session:
        put(session, variant("checklist", "2", ("name: Caching", "name: Cache")))
        put(session, stricter())
        services.rollback(session, "checklist", actor="tests", at=LATER)
    with database.reading() as session:
        found = services.in_force(session)
    assert (found.checklist.version, found.rules.version) == ("1", "2")


def test_rollback_to_what_no_longer_fits_is_refused(database: Database) -> None:
    install(database)
    with database.writing() as session:
        put(session, variant("checklist", "2", ("- id: caching", "- id: answer-cache")))
        put(session, variant("rules", "2", ("all_of: [dpa,", "all_of: [answer-cache, dpa,")))
        with pytest.raises(CatalogueFileError, match="rule E3 asks for 'answer-cache', which checklist 1"):
            services.rollback(session, "checklist", actor="tests", at=LATER)


@given(ids=st.lists(st.integers(1, 5), max_size=12))
def test_rolling_back_never_leads_to_what_is_in_force_and_always_ends(ids: list[int]) -> None:
    for _ in range(len(ids)):
        before = version_before(ids)
        if before is None:
            return
        assert before != ids[-1]
        assert before in ids
        ids = [*ids, before]
    assert version_before(ids) is None


@pytest.mark.parametrize(
    ("ids", "before"),
    [
        ([], None),
        ([1], None),
        ([1, 2], 1),
        ([1, 2, 3, 2], 1),
        ([1, 2, 1], None),
        ([1, 2, 1, 3], 1),
        ([1, 2, 3, 1, 3], 1),
    ],
)
def test_what_a_rollback_leads_to(ids: list[int], before: int | None) -> None:
    assert version_before(ids) == before


def together(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run `work` in so many threads that start at once; return what they raised."""
    barrier = threading.Barrier(count)
    raised: list[BaseException] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 - the test looks at whatever it is
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_many_activators_at_once_leave_a_history_in_order(database: Database) -> None:
    install(database)

    def work(number: int) -> None:
        with database.writing() as session:
            put(session, stricter(f"2.{number % 3}", 2000 + number % 3))

    assert together(6, work) == []
    with database.reading() as session:
        last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).one()
        rules = services.in_force(session).rules
        assert last.subject == f"rules:{rules.version}"
        assert session.scalar(select(func.count()).select_from(CatalogueVersion)) == 6
        trail = session.scalars(
            select(CatalogueActivation.version_id)
            .join(CatalogueVersion, CatalogueVersion.id == CatalogueActivation.version_id)
            .where(CatalogueVersion.kind == "rules")
            .order_by(CatalogueActivation.id)
        ).all()
        assert all(one != other for one, other in pairwise(trail))
        assert verify(session) is None


def test_two_first_starts_at_once_install_once(database: Database) -> None:
    assert together(3, lambda _: install(database)) == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CatalogueActivation)) == 3


def test_versions_are_listed_with_their_state(database: Database) -> None:
    install(database)
    with database.writing() as session:
        put(session, stricter(), reason="too lax")
        services.register(session, stricter("3"), "three.yaml", actor="tests", at=LATER)
    with database.reading() as session:
        listed = versions(session)
        assert find_version(session, "rules", "9") is None
    assert [(one.kind, one.version, one.is_in_force) for one in listed] == [
        ("checklist", "1", True),
        ("rules", "1", False),
        ("rules", "2", True),
        ("rules", "3", False),
        ("taxonomy", "1.1", True),
    ]
    assert (listed[2].activated_at, listed[2].activated_by, listed[2].reason) == (LATER, "tests", "too lax")
    assert listed[1].activated_at == AT
    assert listed[3].activated_at is None


def test_what_this_release_cannot_read_is_told(database: Database) -> None:
    install(database)
    with database.writing() as session:
        version = CatalogueVersion(kind="rules", version="9", content="kind: rules", sha256="9" * 64, added_at=AT)
        session.add(CatalogueActivation(version=version, at=LATER, actor="tests"))
    with database.reading() as session, pytest.raises(UnavailableError, match="can't be used by this release"):
        services.in_force(session)
