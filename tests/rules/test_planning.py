"""Switches that wait for their day: planned, told, cancelled, carried out by real job handlers."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from directory.audit.models import AuditEvent
from directory.catalogue.models import CatalogueVersion, PlannedActivation
from directory.catalogue.queries import find_version
from directory.catalogue.services import in_force, install_shipped, register, shipped_files
from directory.core.db import Database
from directory.core.errors import ConflictError, InvalidInputError
from directory.core.outbox import Job, Letter
from directory.core.settings import Settings
from directory.jobs.catalogue import carry_out, dry_run, tell
from directory.jobs.context import Context
from directory.jobs.letters import write
from directory.rules import planning
from directory.search import index as store
from tests.conftest import settings_for
from tests.factories import AT, add_member, add_proven, add_provider, add_user

ACTOR = "admin:1"
STRICTER = ("at_least: 1000,", "at_least: 5000,")


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def stricter(database: Database) -> Database:
    """A directory with a provider that stricter rules, stored as version 2, would cost its tier."""
    text = shipped_files()["rules"].read_text(encoding="utf-8")
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        provider = add_provider(session, name="Loser", slug="loser")
        add_member(session, provider, add_user(session, email="lou@loser.example"))
        add_proven(session, provider, requests_per_day=2_000)
        add_proven(session, add_provider(session, name="Steady"))
        changed = text.replace('version: "1"', 'version: "2"').replace(*STRICTER, 1)
        register(session, changed, "rules-2.yaml", actor="test", at=AT)
    return database


def version_two(database: Database) -> CatalogueVersion:
    with database.reading() as session:
        found = find_version(session, "rules", "2")
        assert found is not None
        return found


def planned(database: Database, days: int) -> int:
    with database.writing() as session:
        version = find_version(session, "rules", "2")
        assert version is not None
        due_on = (AT + timedelta(days=days)).date()
        return planning.plan(session, version, due_on=due_on, actor=ACTOR, at=AT, reason="Too lax.").id


def plan_of(database: Database) -> PlannedActivation:
    with database.reading() as session:
        return session.scalars(select(PlannedActivation)).one()


def letters(database: Database) -> list[Letter]:
    with database.reading() as session:
        return [Letter(**job.payload) for job in session.scalars(select(Job).where(Job.kind == "letter"))]


def rules_in_force(database: Database) -> str:
    with database.reading() as session:
        return in_force(session).rules.version


def context_for(database: Database, folder: Path) -> Context:
    return Context(settings_for(database, folder), database)


def test_losers_are_told_thirty_days_before(stricter: Database, tmp_path: Path) -> None:
    number = planned(stricter, 30)
    context = context_for(stricter, tmp_path)
    with stricter.reading() as session:
        assert planning.due(session, (AT + timedelta(days=40)).date()) == []  # nobody was told yet
    tell({"planned_id": number}, context)
    tell({"planned_id": number}, context)
    (letter,) = letters(stricter)
    assert letter.to == "lou@loser.example"
    text = " ".join(write(letter, context.settings).text.split())
    assert "From 3 Dec 2026 on, rules 2 count" in text
    assert "In production" in text
    assert "Too lax." in text
    found = plan_of(stricter)
    assert (found.told, found.told_at) == (1, AT)
    with stricter.reading() as session:
        assert planning.due(session, (AT + timedelta(days=29)).date()) == []
        assert planning.due(session, (AT + timedelta(days=30)).date()) == [number]


def test_telling_late_moves_the_day(stricter: Database, tmp_path: Path) -> None:
    number = planned(stricter, 30)
    with time_machine.travel(AT + timedelta(days=5), tick=False):
        tell({"planned_id": number}, context_for(stricter, tmp_path))
    assert plan_of(stricter).due_on == (AT + timedelta(days=35)).date()


def test_carried_out_the_index_is_there_and_the_reason_in_the_log(stricter: Database, tmp_path: Path) -> None:
    number = planned(stricter, 0)
    settings: Settings = settings_for(stricter, tmp_path)
    carry_out(stricter, settings, number)
    carry_out(stricter, settings, number)
    assert rules_in_force(stricter) == "2"
    assert plan_of(stricter).done_at == AT
    assert len(letters(stricter)) == 1
    with stricter.reading() as session:
        assert store.read_meta(store.current_folder(settings.index_dir)).catalogue == in_force(session).key
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "catalogue.activated")).all()
        assert (events[-1].actor, events[-1].detail["reason"]) == (ACTOR, "Too lax.")
        assert len(events) == 4


def test_a_cancelled_plan_is_never_carried_out(stricter: Database, tmp_path: Path) -> None:
    number = planned(stricter, 0)
    with stricter.writing() as session:
        planning.cancel(session, number, actor=ACTOR, at=AT)
    carry_out(stricter, settings_for(stricter, tmp_path), number)
    assert rules_in_force(stricter) == "1"
    with stricter.writing() as session, pytest.raises(ConflictError):
        planning.cancel(session, number, actor=ACTOR, at=AT)


def test_who_was_told_of_a_plan_is_told_that_it_was_called_off(stricter: Database, tmp_path: Path) -> None:
    number = planned(stricter, 30)
    context = context_for(stricter, tmp_path)
    tell({"planned_id": number}, context)
    with stricter.writing() as session:
        planning.cancel(session, number, actor=ACTOR, at=AT)
    before, after = letters(stricter)
    assert (after.to, after.template) == (before.to, "rules-stay")
    assert "called off" in write(after, context.settings).text


def test_nobody_is_told_of_a_plan_that_was_called_off_unannounced(stricter: Database) -> None:
    number = planned(stricter, 30)
    with stricter.writing() as session:
        planning.cancel(session, number, actor=ACTOR, at=AT)
    assert letters(stricter) == []


def test_a_plan_that_does_not_fit_any_more_ends_with_its_reason(stricter: Database, tmp_path: Path) -> None:
    number = planned(stricter, 0)
    with stricter.writing() as session:
        version = find_version(session, "rules", "2")
        assert version is not None
        version.content = version.content.replace("all_of: [dpa,", "all_of: [magic,")
    carry_out(stricter, settings_for(stricter, tmp_path), number)
    found = plan_of(stricter)
    assert found.cancelled_at == AT
    assert "magic" in found.failure
    assert rules_in_force(stricter) == "1"


def test_an_index_that_can_not_be_built_leaves_the_plan_to_be_tried_again(stricter: Database, tmp_path: Path) -> None:
    number = planned(stricter, 0)
    settings = settings_for(stricter, tmp_path)
    settings.var.mkdir(parents=True)
    settings.index_dir.write_text("a file where the folder should be")
    with pytest.raises(OSError, match="exists"):
        carry_out(stricter, settings, number)
    assert (plan_of(stricter).done_at, rules_in_force(stricter)) == (None, "1")
    settings.index_dir.unlink()
    carry_out(stricter, settings, number)
    assert rules_in_force(stricter) == "2"
    shutil.rmtree(settings.var)


def test_a_dry_run_names_who_would_lose_and_is_kept(stricter: Database, tmp_path: Path) -> None:
    with stricter.writing() as session:
        version = session.merge(version_two(stricter))
        run = planning.ask_dry_run(session, version, actor=ACTOR, at=AT)
        number = run.id
        with pytest.raises(ConflictError, match="under way"):
            planning.ask_dry_run(session, version, actor=ACTOR, at=AT)
    dry_run({"dry_run_id": number}, context_for(stricter, tmp_path))
    with stricter.reading() as session:
        found = planning.newest_dry_run(session, version_two(stricter).id)
        assert found is not None
        assert found.finished_at == AT
        assert found.result == {
            "providers": 2,
            "movements": [{"what": "in-production", "is_gain": False, "count": 1, "names": ["Loser"]}],
        }
    assert rules_in_force(stricter) == "1"


@pytest.mark.parametrize("days", [-1, 1, 29])
def test_a_day_within_the_notice_is_refused(stricter: Database, days: int) -> None:
    with pytest.raises(InvalidInputError, match="30 days"):
        planned(stricter, days)


def test_one_plan_a_kind_and_none_for_what_is_in_force(stricter: Database) -> None:
    planned(stricter, 30)
    with pytest.raises(ConflictError, match="Another switch"):
        planned(stricter, 31)
    with stricter.writing() as session:
        version = find_version(session, "rules", "1")
        assert version is not None
        with pytest.raises(ConflictError, match="in force already"):
            planning.plan(
                session, version, due_on=AT.date(), actor=ACTOR, at=datetime(2026, 11, 3, tzinfo=UTC), reason="x"
            )
