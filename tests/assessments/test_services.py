"""Starting, saving, taking over and deleting, on both databases."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from directory.assessments.keys import reading_key
from directory.assessments.needs import Needs
from directory.assessments.queries import KEPT, Held, find
from directory.assessments.scoring import Answers, Said
from directory.assessments.services import (
    ChangedMeanwhileError,
    answers_in,
    delete,
    mark_of_answers,
    mark_of_needs,
    save_answers,
    save_needs,
    start,
    take_over,
)
from directory.catalogue.services import Catalogue, activate, install_shipped, register, shipped_files
from directory.core.db import Database
from directory.core.errors import NotFoundError
from directory.evidence.levels import Level
from tests.factories import AT

NOTHING = mark_of_answers({})


@pytest.fixture
def key(database: Database) -> str:
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        return start(session, answers={}, level=Level.DOCUMENTED, needs=Needs(), at=AT)


def opened(database: Database, key: str, at: datetime = AT) -> Held:
    with database.reading() as session:
        found = find(session, key, at)
    assert found is not None
    return found


def save(database: Database, key: str, number: int, answers: Answers, base: str, at: datetime = AT) -> str:
    area = opened(database, key, at).checklist.areas[number]
    with database.writing() as session:
        return save_answers(session, key, area, answers, base=base, at=at)


def test_areas_are_saved_one_by_one_and_needs_beside_them(database: Database, key: str) -> None:
    save(database, key, 0, {"retries": Said.MET}, NOTHING)
    save(database, key, 4, {"sso": Said.UNKNOWN}, NOTHING)
    needs = Needs(10_000, Decimal("99.95"), Decimal("30.5"), "eu")
    with database.writing() as session:
        base = mark_of_needs(Needs(), Level.DOCUMENTED)
        save_needs(session, key, needs, Level.CONFIRMED, base=base, at=AT)
    found = opened(database, key)
    assert found.answers == {"retries": Said.MET, "sso": Said.UNKNOWN}
    assert (found.needs, found.level) == (needs, Level.CONFIRMED)
    assert answers_in(found, found.checklist.areas[0]) == {"retries": Said.MET}
    save(database, key, 0, {}, mark_of_answers({"retries": Said.MET}))
    assert opened(database, key).answers == {"sso": Said.UNKNOWN}


def test_of_two_tabs_on_one_area_the_second_learns_of_the_first(database: Database, key: str) -> None:
    first = save(database, key, 0, {"retries": Said.MET}, NOTHING)
    with pytest.raises(ChangedMeanwhileError) as raised:
        save(database, key, 0, {"retries": Said.UNMET}, NOTHING)
    assert raised.value.answers == {"retries": Said.MET}
    assert opened(database, key).answers == {"retries": Said.MET}
    save(database, key, 0, {"retries": Said.UNMET}, first)
    assert opened(database, key).answers == {"retries": Said.UNMET}


def test_two_tabs_on_two_areas_do_not_meet(database: Database, key: str) -> None:
    save(database, key, 0, {"retries": Said.MET}, NOTHING)
    save(database, key, 1, {"caching": Said.MET}, NOTHING)
    with database.writing() as session:
        save_needs(session, key, Needs(5), Level.STATED, base=mark_of_needs(Needs(), Level.DOCUMENTED), at=AT)
    assert set(opened(database, key).answers) == {"retries", "caching"}


def test_needs_are_saved_over_what_was_seen_only(database: Database, key: str) -> None:
    base = mark_of_needs(Needs(), Level.DOCUMENTED)
    with database.writing() as session:
        save_needs(session, key, Needs(5), Level.STATED, base=base, at=AT)
    with pytest.raises(ChangedMeanwhileError), database.writing() as session:
        save_needs(session, key, Needs(6), Level.STATED, base=base, at=AT)
    assert opened(database, key).needs == Needs(5)


def test_sending_the_same_twice_is_one_save(database: Database, key: str) -> None:
    save(database, key, 0, {"retries": Said.MET}, NOTHING)
    revision = opened(database, key).assessment.revision
    save(database, key, 0, {"retries": Said.MET}, NOTHING, AT + timedelta(days=1))
    found = opened(database, key).assessment
    assert (found.revision, found.updated_at) == (revision, AT)


def test_the_key_to_show_it_changes_nothing(database: Database, key: str) -> None:
    shown = reading_key(key)
    assert opened(database, key).may_change
    assert not opened(database, shown).may_change
    with pytest.raises(NotFoundError):
        save(database, shown, 0, {"retries": Said.MET}, NOTHING)
    with pytest.raises(NotFoundError), database.writing() as session:
        take_over(session, shown, at=AT)
    with pytest.raises(NotFoundError), database.writing() as session:
        delete(session, shown, at=AT)
    assert opened(database, key).answers == {}


def test_deleting_is_at_once_and_for_both_keys(database: Database, key: str) -> None:
    with database.writing() as session:
        other = start(session, answers={}, level=Level.STATED, needs=Needs(), at=AT)
        delete(session, key, at=AT)
    with database.reading() as session:
        assert find(session, key, AT) is None
        assert find(session, reading_key(key), AT) is None
        assert find(session, other, AT) is not None


@pytest.mark.parametrize("unknown", ["", "x", "a" * 23, "ä" * 22, "' OR 1=1 --", "A" * 22])
def test_an_unknown_key_opens_nothing(database: Database, key: str, unknown: str) -> None:
    assert key
    with database.reading() as session:
        assert find(session, unknown, AT) is None


def test_it_stays_for_a_year_after_the_last_change(database: Database, key: str) -> None:
    later = AT + KEPT - timedelta(seconds=1)
    save(database, key, 0, {"retries": Said.MET}, NOTHING, later)
    assert opened(database, key, later + KEPT - timedelta(seconds=1)).ends_at == later + KEPT
    with database.reading() as session:
        assert find(session, key, later + KEPT) is None
    with pytest.raises(NotFoundError), database.writing() as session:
        delete(session, key, at=later + KEPT)


def test_it_keeps_its_version_of_the_checklist_until_it_is_taken_over(
    database: Database, key: str, catalogue: Catalogue
) -> None:
    save(database, key, 0, {"retries": Said.MET, "alerting": Said.UNMET}, NOTHING)
    text = shipped_files()["checklist"].read_text()
    newer = text.replace('version: "1"', 'version: "2"').replace("- id: retries\n", "- id: repeats\n")
    with database.writing() as session:
        version = register(session, newer, "checklist.yaml", actor="test", at=AT)
        activate(session, version, actor="test", at=AT, reason="")
    assert opened(database, key).checklist == catalogue.checklist
    with database.writing() as session:
        take_over(session, key, at=AT)
    found = opened(database, key)
    assert found.checklist.version == "2"
    assert found.answers == {"alerting": Said.UNMET}
    assert found.assessment.answers["retries"] == "met", "should the earlier version come back"
