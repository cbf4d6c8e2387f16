"""Who covers most of some criteria, held against plain loops."""

from dataclasses import replace
from random import Random

import pytest

from directory.evidence.levels import Level
from directory.search.answer import answer, total
from directory.search.covering import Cover, covering, meeting_counts
from directory.search.query import Query
from tests.factories import ON
from tests.search.conftest import Place
from tests.search.corpus import CRITERIA, some
from tests.search.oracle import Oracle
from tests.search.queries import random_query

EVERYBODY = 1000


@pytest.fixture(scope="session")
def oracle(random_place: Place) -> Oracle:
    with random_place.database.reading() as session:
        return Oracle(session, random_place.catalogue, ON)


def plain(oracle: Oracle, criteria: tuple[str, ...], level: Level, needs: Query) -> list[Cover]:
    """Return the covers in order, one provider after the other."""
    places = {provider: number for number, (provider, _) in enumerate(oracle.ordered(Query()))}
    found = [
        Cover(entry.provider.id, tuple(one for one in criteria if oracle.is_met(entry, one, level)))
        for entry in oracle.entries
        if oracle.matches(entry, needs)
    ]
    return sorted((one for one in found if one.criteria), key=lambda one: (-len(one.criteria), places[one.provider_id]))


@pytest.mark.parametrize("seed", range(60))
def test_covers_are_those_of_plain_loops(random_place: Place, oracle: Oracle, seed: int) -> None:
    random = Random(seed)
    criteria = tuple(some(random, (*CRITERIA, "retries"), 8))
    level = random.choice(list(Level))
    needs = replace(random_query(random, random_place.catalogue), criteria=()) if random.random() < 0.6 else Query()
    generation = random_place.search.generation(random_place.catalogue, ON)
    expected = plain(oracle, criteria, level, needs)
    found = covering(generation, criteria, level, needs, most=EVERYBODY)
    assert list(found.covers) == expected
    assert found.total == len(expected)
    few = covering(generation, criteria, level, needs, most=3, start=2)
    assert list(few.covers) == expected[2:5]
    assert few.total == len(expected)


def test_the_random_covers_say_something(random_place: Place) -> None:
    generation = random_place.search.generation(random_place.catalogue, ON)
    found = covering(generation, CRITERIA, Level.STATED, Query(), most=EVERYBODY).covers
    assert len({len(one.criteria) for one in found}) > 3
    assert covering(generation, CRITERIA, Level.CONFIRMED, Query(), most=EVERYBODY).total
    assert covering(generation, (), Level.STATED, Query(), most=9).covers == ()


def test_a_search_with_a_covers_criteria_finds_it(random_place: Place) -> None:
    generation = random_place.search.generation(random_place.catalogue, ON)
    for one in covering(generation, CRITERIA, Level.DOCUMENTED, Query(), most=20).covers:
        query = Query(criteria=one.criteria, level=Level.DOCUMENTED, per_page=100)
        found = [hit.provider_id for hit in answer(generation, query, random_place.catalogue).hits]
        assert one.provider_id in found


@pytest.mark.parametrize("criterion", [*CRITERIA, "retries"])
def test_counts_at_each_level_are_what_the_search_for_it_finds(random_place: Place, criterion: str) -> None:
    generation = random_place.search.generation(random_place.catalogue, ON)
    for level, count in meeting_counts(generation, criterion).items():
        assert count == total(generation, Query(criteria=(criterion,), level=level))
