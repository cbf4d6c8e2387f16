import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete
from sqlalchemy.orm import Session

from directory.catalogue.loading import read_text
from directory.catalogue.services import activate, in_force, register, shipped_files
from directory.core import clock
from directory.core.errors import UnavailableError
from directory.evidence.metrics import Metric
from directory.providers.models import Provider
from directory.rules.evaluator import TierName
from directory.search import building, service
from directory.search import index as store
from directory.search import refresh as refreshing
from directory.search.query import Query, Sort
from directory.search.refresh import join_some, refresh, reindex
from tests import factories as make
from tests.factories import AT, ON
from tests.search.conftest import Place
from tests.search.corpus import add_random_provider, fill
from tests.search.oracle import Oracle

EVERYBODY = Query(per_page=100)


def ids(found: Place, query: Query = EVERYBODY, on: Any = ON) -> list[int]:
    return [hit.provider_id for hit in found.search.find(query, found.catalogue, on).hits]


def add(found: Place, **columns: Any) -> int:
    with found.database.writing() as session:
        provider = make.add_provider(session, **{"summary": ""} | columns)
        make.announce(session, provider)
        return provider.id


def change(found: Place, provider_id: int, **columns: Any) -> None:
    with found.database.writing() as session:
        provider = session.get_one(Provider, provider_id)
        for name, value in columns.items():
            setattr(provider, name, value)
        make.announce(session, provider)


def damage(folder: Path, pattern: str) -> None:
    files = list(folder.glob(pattern))
    assert files
    for file in files:
        file.write_bytes(b"\xff" * 7)


def test_what_is_added_changed_withdrawn_and_deleted_is_followed(any_place: Place) -> None:
    first = add(any_place, name="Alder agents")
    assert reindex(any_place.database, any_place.index_dir, on=ON) == 1
    second = add(any_place, name="Birch agents")
    assert ids(any_place) == [first]
    assert refresh(any_place.database, any_place.index_dir, on=ON) == 1
    assert set(ids(any_place)) == {first, second}
    change(any_place, first, name="Cedar agents")
    refresh(any_place.database, any_place.index_dir, on=ON)
    assert ids(any_place, Query(words="alder")) == []
    assert ids(any_place, Query(words="cedar")) == [first]
    change(any_place, first, withdrawn_at=AT)
    refresh(any_place.database, any_place.index_dir, on=ON)
    assert ids(any_place) == [second]
    with any_place.database.writing() as session:
        make.announce(session, session.get_one(Provider, second), "provider.deleted")
        session.execute(delete(Provider).where(Provider.id == second))
    refresh(any_place.database, any_place.index_dir, on=ON)
    assert ids(any_place) == []
    assert refresh(any_place.database, any_place.index_dir, on=ON) == 0


def test_many_small_commits_give_what_one_build_gives(empty_place: Place) -> None:
    random = Random(5)
    with empty_place.database.writing() as session:
        fill(session, random, empty_place.catalogue, 20)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    for _ in range(30):
        with empty_place.database.writing() as session:
            known = list(session.query(Provider.id))
            for (provider_id,) in random.sample(known, 2):
                provider = session.get_one(Provider, provider_id)
                provider.summary = " ".join(random.choices(["voice", "claims", "banking"], k=3))
                make.announce(session, provider)
            make.announce(session, add_random_provider(session, random, empty_place.catalogue))
        refresh(empty_place.database, empty_place.index_dir, on=ON)
        empty_place.search.find(EVERYBODY, empty_place.catalogue, ON)
    queries = [Query(per_page=100, sort=sort, words=words) for sort in Sort for words in ("", "voice claims")]
    grown = [empty_place.search.find(query, empty_place.catalogue, ON) for query in queries]
    assert len(empty_place.search.generation(empty_place.catalogue, ON).parts) > 20, "a commit joins nothing"
    while join_some(empty_place.index_dir):
        assert [empty_place.search.find(query, empty_place.catalogue, ON) for query in queries] == grown
    assert len(empty_place.search.generation(empty_place.catalogue, ON).parts) < 8
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert [empty_place.search.find(query, empty_place.catalogue, ON) for query in queries] == grown
    assert any(results.hits for results in grown)


def test_expiry_needs_no_job(empty_place: Place) -> None:
    with empty_place.database.writing() as session:
        provider = make.add_provider(session)
        make.add_proven(session, provider)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    proven = Query(production=TierName.IN_PRODUCTION)
    assert ids(empty_place, proven)
    with time_machine.travel(AT + timedelta(days=344), tick=False):
        assert ids(empty_place, proven, clock.today())
    with time_machine.travel(AT + timedelta(days=345), tick=False):
        assert ids(empty_place, proven, clock.today()) == []
        assert ids(empty_place, EVERYBODY, clock.today()) == [provider.id]
    assert ids(empty_place, proven)


def test_the_next_refresh_of_a_later_day_takes_in_what_expired(empty_place: Place) -> None:
    with empty_place.database.writing() as session:
        make.add_proven(session)
        make.add_provider(session)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    later = ON + timedelta(days=400)
    assert refresh(empty_place.database, empty_place.index_dir, on=later) == 1
    assert refresh(empty_place.database, empty_place.index_dir, on=later) == 0
    generation = empty_place.search.generation(empty_place.catalogue, later)
    assert len(generation.stale_on(later.toordinal())) == 0
    assert not empty_place.search.find(Query(production=TierName.IN_PRODUCTION), empty_place.catalogue, later).total


def test_without_an_index_the_database_answers(random_place: Place, tmp_path: Path) -> None:
    bare = replace(random_place, search=service.Search(random_place.database, tmp_path / "none"))
    for query in (EVERYBODY, Query(words="voice agents"), Query(sort=Sort.UPTIME, min_requests_per_day=900)):
        assert bare.search.find(query, bare.catalogue, ON) == random_place.search.find(query, bare.catalogue, ON)
    assert bare.search.state().is_degraded
    assert "database" in bare.search.state().message
    assert not random_place.search.state().is_degraded


def test_without_an_index_changes_are_seen_at_once(empty_place: Place) -> None:
    first = add(empty_place)
    assert ids(empty_place) == [first]
    second = add(empty_place)
    assert set(ids(empty_place)) == {first, second}


def test_too_many_for_the_database_is_said(empty_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_WITHOUT_INDEX", 1)
    add(empty_place)
    assert ids(empty_place)
    add(empty_place)
    with pytest.raises(UnavailableError, match="being rebuilt"):
        ids(empty_place)


def test_another_catalogue_is_never_answered_from_the_old_index(empty_place: Place) -> None:
    with empty_place.database.writing() as session:
        make.add_proven(session)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    proven = Query(production=TierName.IN_PRODUCTION)
    assert ids(empty_place, proven)
    production = empty_place.catalogue.rules.production
    strict = replace(
        empty_place.catalogue,
        key="other",
        rules=_replaced(empty_place.catalogue.rules, production=_harder(production)),
    )
    assert empty_place.search.find(proven, strict, ON).total == 0
    assert empty_place.search.state().is_degraded
    assert ids(empty_place, proven)
    assert not empty_place.search.state().is_degraded


def _replaced(struct: Any, **changes: Any) -> Any:
    from msgspec.structs import replace as changed  # noqa: PLC0415 - named like the one for dataclasses

    return changed(struct, **changes)


def _harder(production: Any) -> Any:
    """The same tiers, where a live reference counts only after ten years."""
    first, second = production.tiers
    rule = _replaced(first.rules[0], condition=_replaced(first.rules[0].condition, min_live_days=3650))
    return _replaced(production, tiers=(_replaced(first, rules=(rule, *first.rules[1:])), second))


def switch_rules(session: Session) -> None:
    """Put rules in force that ask for ten years of live operation."""
    text = read_text(shipped_files()["rules"]).replace("min_live_days: 90", "min_live_days: 3650")
    version = register(session, text.replace('version: "1"', 'version: "2"'), "rules", actor="test", at=AT)
    activate(session, version, actor="test", at=AT)


def test_too_many_to_weigh_at_once_are_answered_by_the_rules_before_which_is_said(
    empty_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_WITHOUT_INDEX", 0)
    add(empty_place)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    with empty_place.database.writing() as session:
        switch_rules(session)
        empty_place.catalogue = in_force(session)
    assert len(ids(empty_place)) == 1
    state = empty_place.search.state()
    assert state.is_degraded
    assert "follow rules and entries as they were" in state.message
    refresh(empty_place.database, empty_place.index_dir, on=ON)
    rebuilt = service.Search(empty_place.database, empty_place.index_dir)
    rebuilt.find(Query(), empty_place.catalogue, ON)
    assert not rebuilt.state().is_degraded


def test_refresh_rebuilds_for_another_catalogue(empty_place: Place) -> None:
    add(empty_place)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    with empty_place.database.writing() as session:
        switch_rules(session)
        empty_place.catalogue = in_force(session)
    before = store.current_folder(empty_place.index_dir)
    assert refresh(empty_place.database, empty_place.index_dir, on=ON) == 1
    folder = store.current_folder(empty_place.index_dir)
    assert folder != before
    assert not before.exists()
    assert store.read_meta(folder).catalogue == empty_place.catalogue.key
    assert len(ids(empty_place)) == 1


@pytest.mark.parametrize("pattern", ["meta.json", "*.toc", "*.trm", "*term_country*", "*.id.col", "*.pst"])
def test_a_damaged_index_is_replaced(empty_place: Place, pattern: str) -> None:
    provider_id = add(empty_place, name="Alder agents")
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    folder = store.current_folder(empty_place.index_dir)
    if pattern == "*term_country*":
        (folder.parent.parent / "current").write_text("../../etc")
    else:
        damage(folder, pattern)
    assert ids(empty_place, Query(words="alder")) == [provider_id]
    assert empty_place.search.state().is_degraded
    assert refresh(empty_place.database, empty_place.index_dir, on=ON) == 1
    assert ids(empty_place, Query(words="alder")) == [provider_id]
    assert not empty_place.search.state().is_degraded


def test_postings_that_break_while_in_use_are_noticed(empty_place: Place) -> None:
    provider_id = add(empty_place, name="Alder agents")
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert ids(empty_place) == [provider_id]
    damage(store.current_folder(empty_place.index_dir), "*.pst")
    assert ids(empty_place, Query(words="alder")) == [provider_id]
    assert empty_place.search.state().is_degraded


def test_a_failed_build_leaves_the_live_index(empty_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    provider_id = add(empty_place)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    add(empty_place)
    build = building.build
    monkeypatch.setattr(building, "build", lambda *given: build(*given) + 5)
    with pytest.raises(UnavailableError, match="2 providers instead of 7"):
        reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert ids(empty_place) == [provider_id]


def test_a_crash_after_the_commit_is_made_good(empty_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    add(empty_place)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    provider_id = add(empty_place)
    with monkeypatch.context() as crash:
        crash.setattr(store, "write_meta", _crash)
        with pytest.raises(KeyboardInterrupt):
            refresh(empty_place.database, empty_place.index_dir, on=ON)
    assert ids(empty_place).count(provider_id) == 1
    assert refresh(empty_place.database, empty_place.index_dir, on=ON) == 1
    assert ids(empty_place).count(provider_id) == 1
    assert len(ids(empty_place)) == 2


def _crash(*arguments: Any) -> None:
    raise KeyboardInterrupt


def test_one_process_writes_at_a_time(empty_place: Place) -> None:
    add(empty_place)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    add(empty_place)
    with refreshing._writing(empty_place.index_dir, is_patient=False) as is_ours:
        assert is_ours
        assert refresh(empty_place.database, empty_place.index_dir, on=ON) == 0
    assert refresh(empty_place.database, empty_place.index_dir, on=ON) == 1


def test_folders_are_the_owners_alone(empty_place: Place) -> None:
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    folder = store.current_folder(empty_place.index_dir)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert empty_place.index_dir.stat().st_mode & 0o777 == 0o700


def test_progress_is_told(empty_place: Place) -> None:
    for _ in range(3):
        add(empty_place)
    told: list[tuple[int, int]] = []
    reindex(empty_place.database, empty_place.index_dir, on=ON, progress=lambda done, of: told.append((done, of)))
    assert told == [(3, 3)]


def test_an_empty_directory_has_a_page(empty_place: Place) -> None:
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    for query in (Query(), Query(words="x", sort=Sort.UPTIME, min_requests_per_day=1, criteria=("gdpr",))):
        results = empty_place.search.find(query, empty_place.catalogue, ON)
        assert (results.total, results.hits, results.page.count) == (0, (), 1)


def test_a_page_past_the_end_is_empty(random_place: Place) -> None:
    results = random_place.search.find(Query(page=999_999, per_page=100), random_place.catalogue, ON)
    assert results.page.is_past_end
    assert results.hits == ()


@pytest.mark.parametrize(
    "words",
    [
        *("*", '"', "a:b", "NOT", "AND OR", "(((", "~~", "[1 TO 2]", "name:*", "\\", "' OR 1=1", "…", "🙂", "ﷺ"),
        *("\u0301", "a\u0000b", "-voice", "voi*", "../..", "%s{0}", "x" * 10_000, "voice " * 2_000, "中" * 500),
    ],
)
def test_hostile_words_give_a_sane_answer(random_place: Place, words: str) -> None:
    results = random_place.search.find(Query(words=words), random_place.catalogue, ON)
    assert 0 <= results.total < 150
    assert len(results.hits) == min(20, results.total)


def test_common_words_count_too(random_place: Place) -> None:
    assert random_place.search.find(Query(words="the"), random_place.catalogue, ON).total
    assert random_place.search.find(Query(words="…"), random_place.catalogue, ON).total == 0


def test_words_are_found_without_accents_and_in_any_form(empty_place: Place) -> None:
    first = add(empty_place, name="Übersicht Søren", description="It automates invoicing for banks; данные")
    for words in ("ubersicht", "SOREN", "invoices", "bank", "данные", "Ü\u0062ersicht"):
        assert ids(empty_place, Query(words=words)) == [first], words
    assert ids(empty_place, Query(words="invoice nowhere")) == []


def test_numeric_filters_hold_for_one_system(empty_place: Place) -> None:
    with empty_place.database.writing() as session:
        provider = make.add_provider(session)
        busy, steady = make.add_system(session, provider), make.add_system(session, provider)
        make.add_figure(session, busy, Metric.REQUESTS_PER_DAY, 50_000)
        make.add_figure(session, busy, Metric.UPTIME_PERCENT, 97)
        make.add_figure(session, steady, Metric.REQUESTS_PER_DAY, 100)
        make.add_figure(session, steady, Metric.UPTIME_PERCENT, "99.99")
    both = Query(min_requests_per_day=10_000, min_uptime=Decimal("99.9"))
    assert ids(empty_place, both) == []
    hits = empty_place.search.find(replace(both, min_requests_per_day=None), empty_place.catalogue, ON).hits
    assert [hit.system_id for hit in hits] == [steady.id]


def test_readers_stay_right_while_a_writer_works(empty_place: Place) -> None:
    with empty_place.database.writing() as session:
        fill(session, Random(3), empty_place.catalogue, 30)
    for number in range(3):
        add(empty_place, name="Steady voice", slug=f"steady-{number}")
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    is_done = threading.Event()

    def read(number: int) -> int:
        count = 0
        while not is_done.is_set() or count == 0:
            results = empty_place.search.find(Query(words="steady", per_page=100), empty_place.catalogue, ON)
            assert results.total == len(results.hits) == 3
            everybody = empty_place.search.find(EVERYBODY, empty_place.catalogue, ON)
            assert len({hit.provider_id for hit in everybody.hits}) == everybody.total
            count += 1
        return count

    def write() -> None:
        try:
            for number in range(15):
                add(empty_place, name=f"Growing {number}")
                refresh(empty_place.database, empty_place.index_dir, on=ON)
                if number % 5 == 4:
                    reindex(empty_place.database, empty_place.index_dir, on=ON)
        finally:
            is_done.set()

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(3)]
        pool.submit(write).result(timeout=60)
        assert all(reader.result(timeout=60) for reader in readers)
    with empty_place.database.reading() as session:
        oracle = Oracle(session, empty_place.catalogue, ON)
    assert ids(empty_place) == [one for one, _ in oracle.ordered(EVERYBODY)][:100]


def test_an_index_made_anew_under_the_same_number_is_noticed(empty_place: Place) -> None:
    first = add(empty_place)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert ids(empty_place) == [first]
    name = empty_place.search.state().generation
    second = add(empty_place)
    rmtree(empty_place.index_dir)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert set(ids(empty_place)) == {first, second}
    assert empty_place.search.state().generation != name


def test_a_fault_in_what_is_indexed_does_not_cost_the_index(
    empty_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(empty_place)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    before = store.current_folder(empty_place.index_dir)
    add(empty_place)
    with monkeypatch.context() as fault:
        fault.setattr(refreshing, "documents_of", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            refresh(empty_place.database, empty_place.index_dir, on=ON)
    assert store.current_folder(empty_place.index_dir) == before
    assert refresh(empty_place.database, empty_place.index_dir, on=ON) == 1
