"""Where everybody stands by volume and uptime, held against plain loops."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.weighing import Weighed
from directory.search.generation import Memory
from directory.search.plotting import MOST_POINTS, Spread, spread
from directory.search.query import Query
from tests.factories import ON, add_provider
from tests.search.conftest import Place
from tests.search.oracle import Entry, Oracle
from tests.search.queries import random_query


@pytest.fixture(scope="module")
def oracle(random_place: Place) -> Oracle:
    with random_place.database.reading() as session:
        return Oracle(session, random_place.catalogue, ON)


VOLUME, UPTIME = Metric.REQUESTS_PER_DAY, Metric.UPTIME_PERCENT


def expected(oracle: Oracle, query: Query) -> tuple[list[tuple[Any, ...]], Counter[tuple[int, int, bool]]]:
    """Return the points (id, volume, uptime, tier) and the number in each pair of bands, the proven apart."""
    points: list[tuple[Any, ...]] = []
    cells: Counter[tuple[int, int, bool]] = Counter()
    for entry in (one for one in oracle.entries if oracle.matches(one, query)):
        figures = headline_figures(oracle, entry, query)
        if VOLUME in figures and UPTIME in figures:
            volume, uptime = figures[VOLUME].value, figures[UPTIME].value
            points.append((entry.provider.id, volume, uptime, entry.tier))
            bands = [
                sum(edge <= value for edge in DEFINITIONS[metric].edges)
                for metric, value in ((VOLUME, volume), (UPTIME, uptime))
            ]
            cells[bands[0], bands[1], entry.tier > 0] += 1
    return points, cells


def headline_figures(oracle: Oracle, entry: Entry, query: Query) -> dict[Metric, Weighed]:
    headline = oracle.headline(entry, query)
    return dict(headline.figures) if headline else {}


def check(found: Spread, oracle: Oracle, query: Query) -> None:
    points, cells = expected(oracle, query)
    assert (found.known, found.proven, found.at_scale) == (
        len(points),
        sum(tier > 0 for *_, tier in points),
        sum(tier == 2 for *_, tier in points),
    )
    assert {(cell.volume, cell.uptime): (cell.number, cell.proven) for cell in found.cells} == {
        (volume, uptime): (cells[volume, uptime, True] + cells[volume, uptime, False], cells[volume, uptime, True])
        for volume, uptime, _ in cells
    }
    assert sorted(found.points) == (sorted(points) if len(points) <= MOST_POINTS else [])


@pytest.mark.parametrize("seed", range(60))
def test_everybody_stands_where_plain_loops_put_them(random_place: Place, oracle: Oracle, seed: int) -> None:
    query = random_query(Random(seed), random_place.catalogue)
    check(spread(random_place.search.generation(random_place.catalogue, ON), query), oracle, query)


def test_many_are_counted_and_few_are_named(
    random_place: Place, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = random_place.search.generation(random_place.catalogue, ON)
    everybody = spread(generation, Query())
    check(everybody, oracle, Query())
    assert len(everybody.points) == everybody.known > 20
    for most, named in ((everybody.known - 1, 0), (everybody.known, everybody.known)):
        monkeypatch.setattr("directory.search.plotting.MOST_POINTS", most)
        found = spread(replace(generation, memory=Memory()), Query())
        assert len(found.points) == named
        assert replace(found, points=()) == replace(everybody, points=())


def test_the_page_makes_no_difference_and_the_order_only_by_its_headlines(random_place: Place, oracle: Oracle) -> None:
    generation = random_place.search.generation(random_place.catalogue, ON)
    query = Query(min_requests_per_day=900)
    assert spread(generation, replace(query, page=2, per_page=5)) == spread(generation, query)
    for seed in range(20):
        ordered = replace(query, sort=random_query(Random(seed), random_place.catalogue).sort)
        check(spread(generation, ordered), oracle, ordered)


def test_what_is_remembered_holds_on_to_nothing_larger(random_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[Any] = []

    def noting(_: Memory, _key: object, compute: Callable[[], Any]) -> Any:
        computed.append(compute())
        return computed[-1]

    monkeypatch.setattr(Memory, "recall", noting)
    spread(random_place.search.generation(random_place.catalogue, ON), Query(min_requests_per_day=900))
    assert [one.base for one in computed[-1]] == [None] * 5


def test_results_have_it_when_asked(random_place: Place) -> None:
    found = random_place.search.find(Query(), random_place.catalogue, ON, spread=True)
    assert found.spread == spread(random_place.search.generation(random_place.catalogue, ON), Query())
    assert random_place.search.find(Query(), random_place.catalogue, ON).spread is None


def test_a_directory_without_any_system_has_nobody_to_place(empty_place: Place) -> None:
    with empty_place.database.writing() as session:
        add_provider(session)
    found = spread(empty_place.search.generation(empty_place.catalogue, ON), Query())
    assert (found.known, found.cells, found.points) == (0, (), ())
