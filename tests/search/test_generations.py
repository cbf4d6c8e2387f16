"""Many read while one writes: every answer is that of one state of the directory, and none comes from before."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from directory.search import index as store
from directory.search import reading, service
from directory.search.query import Query
from directory.search.refresh import join_some, refresh, reindex
from tests.factories import ON
from tests.search.conftest import Place
from tests.search.states import BESIDE, FEWEST, QUERIES, TYPED, change_beside, fill, go_to

STATES = 12
READERS = 4
MOST_QUESTIONS_AFTERWARDS = 5_000
QUOTED = QUERIES[3]
Ask = Callable[[service.Search], Any]


def asked(found: Place) -> list[Ask]:
    """Return everything that readers ask."""

    def find(query: Query, search: service.Search) -> Any:
        return search.find(query, found.catalogue, ON)

    def suggest(text: str, search: service.Search) -> Any:
        return search.suggest(text, found.catalogue, ON)

    return [*(partial(find, one) for one in QUERIES), *(partial(suggest, one) for one in TYPED)]


def move(found: Place, state: int) -> None:
    with found.database.writing() as session:
        go_to(session, state)


def answers_by_state(found: Place, asks: Sequence[Ask], folder: Path) -> list[list[Any]]:
    """Return the right answers in every state, from a search that has no index; then go back to the first state."""
    expected = []
    for state in range(STATES):
        move(found, state)
        expected.append([ask(service.Search(found.database, folder)) for ask in asks])
    return expected


def read_on(is_done: threading.Event, found: Place, asks: Sequence[Ask], expected: list[list[Any]]) -> set[int]:
    """Ask one thing after another until the last state is there; return the states seen."""
    seen, last, rest = set(), 0, MOST_QUESTIONS_AFTERWARDS
    for number, ask in cycle(enumerate(asks)):
        answer = ask(found.search)
        # What is the same in several states is taken for the first of them that isn't from before.
        states = [state for state in range(last, STATES) if expected[state][number] == answer]
        assert states, f"no state from {last} on answers question {number} so: {answer}"
        last = states[0]
        seen.add(last)
        if is_done.is_set():
            rest -= 1
            assert rest, "the last state never came"
            if last == STATES - 1:
                break
    return seen


def write(found: Place) -> None:
    """Go through all states; change others in between, so that segments are joined, and build anew now and then."""
    for state in range(1, STATES):
        move(found, state)
        if state % 4 == 0:
            reindex(found.database, found.index_dir, on=ON)
        refresh(found.database, found.index_dir, on=ON)
        for number in range(3):
            with found.database.writing() as session:
                change_beside(session, 3 * state + number)
            refresh(found.database, found.index_dir, on=ON)
        join_some(found.index_dir)


def test_every_answer_is_of_one_state_and_none_is_older_than_the_one_before(
    empty_place: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(empty_place.database, STATES)
    asks, is_done = asked(empty_place), threading.Event()
    expected = answers_by_state(empty_place, asks, tmp_path / "none")
    assert len({str(of_state[0]) for of_state in expected}) == STATES
    move(empty_place, 0)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    caplog.clear()
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read_on, is_done, empty_place, asks, expected) for _ in range(READERS)]
        try:
            write(empty_place)
        finally:
            is_done.set()
        seen = [reader.result(timeout=120) for reader in readers]
    assert all(STATES - 1 in states for states in seen)
    assert len(set().union(*seen)) > STATES / 2
    assert not empty_place.search.state().is_degraded
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


def replace_all(found: Place, renew: Callable[..., int]) -> None:
    """Change every provider, so that nothing is left of the segments of before."""
    with found.database.writing() as session:
        go_to(session, 3)
        for number in range(BESIDE):
            change_beside(session, number)
    renew(found.database, found.index_dir, on=ON)
    join_some(found.index_dir)


@pytest.mark.parametrize("renew", [reindex, refresh])
def test_what_vanished_with_an_old_generation_is_asked_of_the_new_one(
    empty_place: Place, renew: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(empty_place.database, STATES)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    assert empty_place.search.find(QUERIES[0], empty_place.catalogue, ON).total == FEWEST
    with monkeypatch.context() as unaware:
        unaware.setattr(service, "LOOK_EVERY", 3600.0)
        replace_all(empty_place, renew)
        assert empty_place.search.find(QUERIES[0], empty_place.catalogue, ON).total == FEWEST
        assert empty_place.search.find(QUOTED, empty_place.catalogue, ON).total == FEWEST + 3
    assert not empty_place.search.state().is_degraded
    assert not list(empty_place.index_dir.rglob(store.BROKEN))


@pytest.mark.parametrize("renew", [reindex, refresh])
def test_what_is_taken_away_while_it_is_read_is_not_read_as_if_it_were_empty(
    empty_place: Place, renew: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(empty_place.database, STATES)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    real = reading._providers
    taken: list[Callable[..., int]] = []

    def late(*arguments: Any) -> Any:
        """Read a segment's providers after all of them were replaced."""
        if not taken:
            taken.append(renew)
            replace_all(empty_place, renew)
        return real(*arguments)

    monkeypatch.setattr(reading, "_providers", late)
    with monkeypatch.context() as unaware:
        unaware.setattr(service, "LOOK_EVERY", 3600.0)
        assert empty_place.search.find(QUERIES[0], empty_place.catalogue, ON).total == FEWEST + 3
    assert taken
    assert not empty_place.search.state().is_degraded


def test_a_reader_slower_than_the_writer_reads_nothing_twice_and_gives_nothing_up(
    empty_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(empty_place.database, STATES)
    reindex(empty_place.database, empty_place.index_dir, on=ON)
    for number in range(4):
        with empty_place.database.writing() as session:
            change_beside(session, number)
        refresh(empty_place.database, empty_place.index_dir, on=ON)
    opened: list[str] = []
    real = reading._open

    def slow(index: Any, one: Any) -> Any:
        """Open a segment, and let a writer in before each of the first few."""
        opened.append(one.segment_id())
        if len(opened) < 2 * service.ATTEMPTS:
            with empty_place.database.writing() as session:
                change_beside(session, len(opened))
            refresh(empty_place.database, empty_place.index_dir, on=ON)
        return real(index, one)

    monkeypatch.setattr(reading, "_open", slow)
    assert empty_place.search.find(QUERIES[0], empty_place.catalogue, ON).total == FEWEST
    assert not empty_place.search.state().is_degraded
    assert len(opened) == len(set(opened)), "what was read once stays read"
