"""Writing the index: by one process or several, joining what became many, what a kill or a full disk leaves."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.query import Term

from directory.core.errors import UnavailableError
from directory.providers.models import Provider
from directory.search import building, merging, service
from directory.search import index as store
from directory.search.query import Query, Sort
from directory.search.refresh import join_some, public_ids, refresh, reindex
from directory.search.tokens import tokens
from tests import factories as make
from tests.factories import ON
from tests.search.conftest import Place
from tests.search.corpus import fill

QUERIES = [Query(per_page=100, sort=sort, words=words) for sort in Sort for words in ("", "voice claims", '"the of"')]


def answers(found: Place) -> list[Any]:
    return [found.search.find(query, found.catalogue, ON) for query in QUERIES]


def filled(found: Place, count: int, seed: int = 1) -> Place:
    with found.database.writing() as session:
        fill(session, Random(seed), found.catalogue, count)
    return found


def changed(found: Place, provider_id: int, **columns: Any) -> None:
    with found.database.writing() as session:
        provider = session.get_one(Provider, provider_id)
        for name, value in columns.items():
            setattr(provider, name, value)
        make.announce(session, provider)


def public(found: Place) -> list[int]:
    with found.database.reading() as session:
        return public_ids(session)


def number_of_segments(found: Place) -> int:
    return len(store.open_index(store.current_folder(found.index_dir))._read_toc().segments)


def files_beside(found: Place) -> list[str]:
    """What lies in the index's folder that the table of contents doesn't name."""
    folder = store.current_folder(found.index_dir)
    named = [one.segment_id() for one in store.open_index(folder)._read_toc().segments]
    return [
        file.name
        for file in folder.iterdir()
        if not file.name.startswith((*named, "meta.json")) and not file.name.endswith(".toc")
    ]


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even a small index be built by two processes, in many parts."""
    monkeypatch.setattr(building, "ALONE", 0)
    monkeypatch.setattr(building, "PART", 13)
    monkeypatch.setattr(building, "cores", lambda: 2)


# ---------------------------------------------------------------- building


@pytest.mark.usefixtures("several")
def test_several_processes_build_what_one_builds(any_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(any_place, 60)
    told: list[tuple[int, int]] = []
    count = reindex(any_place.database, any_place.index_dir, on=ON, progress=lambda done, of: told.append((done, of)))
    by_several = answers(any_place)
    assert number_of_segments(any_place) == 1
    assert files_beside(any_place) == []
    assert told[-1][0] == told[-1][1] >= count > 40
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    monkeypatch.setattr(building, "ALONE", 1_000)
    assert reindex(any_place.database, any_place.index_dir, on=ON) == count
    assert answers(any_place) == by_several
    assert any(results.hits for results in by_several)


def test_whoosh_itself_finds_in_it_what_it_should(random_place: Place) -> None:
    with random_place.database.reading() as session:
        rows = session.query(Provider).where(Provider.is_public).all()
    index = store.open_index(store.current_folder(random_place.index_dir))
    with index.searcher() as searcher:
        for word in ("voice", "banking", "zurich"):
            (stem,) = tokens(word)
            expected = {row.slug for row in rows if stem in tokens(row.description)}
            found = searcher.search(Term("text_description", stem), limit=None)
            slugs = searcher.reader().column_reader("slug", translate=False)
            assert {slugs[hit.docnum].decode() for hit in found} == expected
            weights = searcher.postings("text_description", stem)
            counts = [tokens(row.description).count(stem) for row in rows if row.slug in expected]
            assert sorted(weights.weight() for _ in weights.all_ids()) == sorted(counts)


def _run(found: Place, statement: str, **popen: Any) -> "subprocess.Popen[str]":
    """Run a statement in another process that has the place's `database`, `index_dir` and `on`."""
    lines = (
        "from datetime import date",
        "from pathlib import Path",
        "from directory.core.db import Database",
        "from directory.search import building, refresh",
        f"database, index_dir = Database({found.database.url!r}), Path({str(found.index_dir)!r})",
        f"on = date.fromisoformat({ON.isoformat()!r})",
        "building.ALONE, building.PART, building.cores = 0, 10, lambda: 2",
        statement,
    )
    command = [sys.executable, "-c", "\n".join(lines)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **popen)


def _parts_of(build: "subprocess.Popen[str]") -> list[int]:
    """Return the processes that write parts for a build."""
    children = Path(f"/proc/{build.pid}/task/{build.pid}/children").read_text().split()
    return [one for one in map(int, children) if _is_part(one)]


def _is_part(process: int) -> bool:
    """Whether a process writes a part of an index, still."""
    try:
        return "directory.search.part" in Path(f"/proc/{process}/cmdline").read_text().split("\0")
    except OSError:
        return False


def wait_until(is_so: Callable[[], Any]) -> Any:
    until = time.monotonic() + 60
    while not (result := is_so()):
        assert time.monotonic() < until
        time.sleep(0.01)  # another process has no other way to tell
    return result


@pytest.mark.slow
def test_a_part_that_is_killed_fails_the_build_and_leaves_nothing(empty_place: Place, tmp_path: Path) -> None:
    filled(empty_place, 40)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    before, folder = answers(empty_place), store.current_folder(empty_place.index_dir)
    statement = "refresh.reindex(database, index_dir, on=on, progress=lambda *_: print('told', flush=True) or input())"
    with _run(empty_place, statement, stdin=subprocess.PIPE) as build:
        assert build.stdout
        assert build.stdout.readline() == "told\n"
        parts = _parts_of(build)
        os.kill(parts[0], signal.SIGKILL)
        output, _ = build.communicate("\n" * 100)
    assert build.returncode == 1
    assert "a process that built a part of the search index was killed by signal 9" in output
    assert not any(map(_is_part, parts))
    assert [one.name for one in folder.parent.iterdir()] == [folder.name]
    assert answers(empty_place) == before


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_when_the_build_is_ended_its_parts_end_too(empty_place: Place, tmp_path: Path, number: signal.Signals) -> None:
    filled(empty_place, 40)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    before, folder = answers(empty_place), store.current_folder(empty_place.index_dir)
    statement = "refresh.reindex(database, index_dir, on=on, progress=lambda *_: print('told', flush=True) or input())"
    with _run(empty_place, statement, stdin=subprocess.PIPE) as build:
        assert build.stdout
        assert build.stdout.readline() == "told\n"
        parts = _parts_of(build)
        assert len(parts) > 1
        build.send_signal(number)
        build.communicate()
    wait_until(lambda: not any(map(_is_part, parts)))
    if number is signal.SIGINT:
        assert [one.name for one in folder.parent.iterdir()] == [folder.name]
    assert answers(empty_place) == before
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert len(list(folder.parent.iterdir())) == 1, "what was left is swept away"


@pytest.mark.usefixtures("several")
def test_what_fails_in_a_part_is_said(empty_place: Place) -> None:
    filled(empty_place, 20)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    folder = store.current_folder(empty_place.index_dir)
    changed(empty_place, 1, employees=7)
    with empty_place.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE provider SET industries = '{' WHERE id = 1")
    with pytest.raises(UnavailableError, match="a part of the search index can't be built: JSONDecodeError"):
        reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert list(folder.parent.iterdir()) == [folder]


# ---------------------------------------------------------------- joining


@dataclass
class Sized:
    """A segment as the policy sees it."""

    living: int
    gone: int = 0

    def doc_count(self) -> int:
        return self.living

    def doc_count_all(self) -> int:
        return self.living + self.gone


SIZES = st.lists(st.builds(Sized, st.integers(0, 100_000), st.integers(0, 100_000)), max_size=60)


@given(SIZES)
def test_a_step_is_bounded_and_worth_it(segments: list[Sized]) -> None:
    for chosen, most in ((merging.due(segments), merging.STEP), (merging.urgent(segments), merging.BUSY_STEP)):
        assert sum(one.living for one in chosen) <= most
        assert all(any(one is other for other in segments) for one in chosen)
        if len(chosen) == 1:
            assert chosen[0].living < chosen[0].gone


@given(SIZES)
def test_joining_comes_to_an_end(segments: list[Sized]) -> None:
    steps = 0
    while chosen := merging.due(segments):
        segments = [one for one in segments if one not in chosen]
        joined = sum(one.living for one in chosen)
        segments += [Sized(joined)] if joined else []
        steps += 1
        assert steps < 200
    rows = sum(one.living for one in segments)
    assert len(segments) <= 5 * merging.TOGETHER + 2 * rows / merging.STEP


@pytest.mark.parametrize("rows", [1, 30, 1_250])
def test_however_busy_it_is_segments_stay_few(rows: int) -> None:
    segments: list[Sized] = []
    written = 0
    for number in range(3_000):
        segments.append(Sized(1 + number % rows))
        while chosen := merging.urgent(segments):
            segments = [one for one in segments if not any(one is other for other in chosen)]
            segments.append(Sized(sum(one.living for one in chosen)))
            written += segments[-1].living
        there = sum(one.living for one in segments)
        assert len(segments) <= 1 + max(merging.MOST, 4 * merging.TOGETHER) + 2 * there / merging.BUSY_STEP
    assert written < 6 * there, "no row is written over and over"


def test_a_change_joins_nothing_and_a_quiet_moment_does(empty_place: Place) -> None:
    filled(empty_place, 30)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    for provider_id in public(empty_place)[:10]:
        changed(empty_place, provider_id, summary=f"claims {provider_id}")
        assert refresh(empty_place.database, empty_place.index_dir, on=ON) == 1
    before = answers(empty_place)
    assert number_of_segments(empty_place) == 11
    assert join_some(empty_place.index_dir) > 1
    assert number_of_segments(empty_place) < 8
    assert files_beside(empty_place) == []
    assert answers(empty_place) == before
    assert join_some(empty_place.index_dir) == 0


def test_very_many_changes_without_a_pause_keep_segments_few(
    empty_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "MOST", 10)
    filled(empty_place, 40)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    seen = []
    for provider_id in public(empty_place)[:25]:
        changed(empty_place, provider_id, summary=f"voice {provider_id}")
        refresh(empty_place.database, empty_place.index_dir, on=ON)
        seen.append(number_of_segments(empty_place))
    assert max(seen) == 10, seen
    grown = answers(empty_place)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert answers(empty_place) == grown


@pytest.mark.slow
def test_whoever_is_killed_leaves_an_index_that_can_be_read(empty_place: Place) -> None:
    """Changes are taken in and segments joined by a process that is killed at random moments, again and again."""
    filled(empty_place, 30)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    statement = (
        "print('begun', flush=True)\n"
        "while True:\n"
        "    refresh.refresh(database, index_dir, on=on)\n"
        "    refresh.join_some(index_dir)\n"
    )
    chance = random.Random(7)
    ids = public(empty_place)
    for _ in range(8):
        with _run(empty_place, statement) as process:
            assert process.stdout
            assert process.stdout.readline() == "begun\n"
            for number in range(chance.randint(3, 12)):
                changed(empty_place, chance.choice(ids), summary=f"claims {number}")
                time.sleep(chance.random() / 40)  # a kill at any moment is what is tested
            process.kill()
        results = empty_place.search.find(Query(per_page=100), empty_place.catalogue, ON)
        assert {hit.provider_id for hit in results.hits} == set(ids)
        assert not empty_place.search.state().is_degraded
    refresh(empty_place.database, empty_place.index_dir, on=ON)
    grown = answers(empty_place)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert answers(empty_place) == grown


# ---------------------------------------------------------------- a disk that takes nothing more

FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"


@pytest.mark.slow
def test_on_a_full_disk_the_database_answers_until_there_is_room(
    empty_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(empty_place, 40)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    before, folder = answers(empty_place), store.current_folder(empty_place.index_dir)
    with empty_place.database.writing() as session:
        fill(session, Random(5), empty_place.catalogue, 40)
        for provider in session.query(Provider):
            make.announce(session, provider)
    for statement in ("refresh.refresh(database, index_dir, on=on)", "refresh.reindex(database, index_dir, on=on)"):
        with _run(empty_place, FULL + statement) as process:
            output, _ = process.communicate()
        assert process.returncode == 1
        assert "File too large" in output
        assert list(folder.parent.iterdir()) == [folder]
        assert files_beside(empty_place) == []
    by_database = answers(empty_place)
    assert by_database != before
    state = empty_place.search.state()
    assert state.is_degraded
    assert "can't be written to; answers come from the database" in state.message
    with monkeypatch.context() as many:
        many.setattr(service, "MOST_WITHOUT_INDEX", 10)
        empty_place.search = service.Search(empty_place.database, empty_place.index_dir)
        assert answers(empty_place) == before, "too many for the database: the index as it is"
        assert "follow rules and entries as they were" in empty_place.search.state().message
    assert refresh(empty_place.database, empty_place.index_dir, on=ON)
    assert answers(empty_place) == by_database
    assert not empty_place.search.state().is_degraded
