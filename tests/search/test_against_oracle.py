from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from directory.evidence.levels import Level
from directory.rules.evaluator import TierName
from directory.search.answer import answer, total
from directory.search.generation import Generation
from directory.search.query import FACET_PARAMETERS, Query, Sort
from directory.search.results import Results
from tests.factories import ON
from tests.search.conftest import Place
from tests.search.corpus import CERTIFICATIONS, COUNTRIES, CRITERIA, VALUES, WORDS, some, terms
from tests.search.oracle import Oracle

SEEDS = range(160)


def random_words(random: Random) -> str:
    """Return words as people type them: some quoted, some left out, the last one perhaps only begun."""
    words = some(random, WORDS, 3)
    if random.random() < 0.25:
        words.insert(0, f'"{random.choice(WORDS)} {random.choice(WORDS)}"')
    if random.random() < 0.25:
        words.insert(0, f"-{random.choice(WORDS)}")
    if words and random.random() < 0.5:
        words[-1] = words[-1][: random.randint(2, 9)]
    return " ".join(words)


def random_query(random: Random, place: Place) -> Query:
    def maybe(value: Any, chance: float = 0.25) -> Any:
        return value if random.random() < chance else None

    facets = {}
    for facet in FACET_PARAMETERS:
        if random.random() < 0.15:
            known: Any = {
                "country": [one for one in COUNTRIES if one],
                "language": ["en", "de", "fr", "ja"],
                "certification": CERTIFICATIONS,
            }.get(facet) or terms(place.catalogue, facet)
            facets[facet] = tuple(sorted(some(random, known, 3)))
    volume, uptime, deploy, response = (Decimal(random.choice(values)) for values in VALUES.values())
    return Query(
        words=random_words(random) if random.random() < 0.5 else "",
        production=maybe(random.choice(list(TierName)), 0.15),
        enterprise=random.random() < 0.08,
        min_requests_per_day=int(volume) if random.random() < 0.2 else None,
        min_uptime=maybe(uptime, 0.2),
        max_deploy_minutes=maybe(deploy, 0.15),
        max_response_minutes=maybe(response, 0.15),
        level=random.choice((Level.STATED, Level.STATED, *Level)),
        facets=tuple((name, values) for name, values in facets.items() if values),
        criteria=tuple(one for one in CRITERIA if one in some(random, CRITERIA, 2)) if random.random() < 0.25 else (),
        claimed=random.random() < 0.15,
        sort=maybe(random.choice(list(Sort)), 0.7),
        per_page=random.choice((1, 3, 20, 100)),
    )


def walk(generation: Generation, query: Query, place: Place) -> list[tuple[int, int | None]]:
    found: list[tuple[int, int | None]] = []
    results = answer(generation, query, place.catalogue)
    for number in range(1, results.page.count + 1):
        page = answer(generation, replace(query, page=number), place.catalogue)
        found += [(hit.provider_id, hit.system_id) for hit in page.hits]
    return found


def counts(results: Results) -> dict[str, dict[str, int]]:
    return {facet: {one.value: one.count for one in values} for facet, values in results.facets.items()}


@pytest.fixture(scope="session")
def oracle(random_place: Place) -> Oracle:
    with random_place.database.reading() as session:
        return Oracle(session, random_place.catalogue, ON)


@pytest.mark.parametrize("seed", SEEDS)
def test_sets_order_headlines_and_counts_are_those_of_plain_loops(
    random_place: Place, oracle: Oracle, seed: int
) -> None:
    query = random_query(Random(seed), random_place)
    generation = random_place.search.generation(random_place.catalogue, ON)
    expected = oracle.ordered(query)
    results = answer(generation, query, random_place.catalogue)
    assert results.total == len(expected)
    assert walk(generation, query, random_place) == expected
    assert counts(results) == oracle.facets(query)
    proven = {one.provider.id for one in oracle.entries if one.tier}
    assert results.proven == sum(provider_id in proven for provider_id, _ in expected)


@pytest.mark.parametrize("seed", range(80))
def test_whoever_is_found_along_a_remembered_order_stands_where_sorting_puts_them(
    random_place: Place, oracle: Oracle, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.search.ranking.FEW", 0)
    monkeypatch.setattr("directory.search.ranking.STEP", 7)
    query = replace(random_query(Random(seed), random_place), per_page=3)
    generation = random_place.search.generation(random_place.catalogue, ON)
    assert walk(generation, query, random_place) == oracle.ordered(query)


@pytest.mark.parametrize("days", [-40, 0, 1, 20, 100, 400])
def test_other_days_are_answered_without_any_job(random_place: Place, days: int) -> None:
    on = ON + timedelta(days=days)
    with random_place.database.reading() as session:
        oracle = Oracle(session, random_place.catalogue, on)
    generation = random_place.search.generation(random_place.catalogue, on)
    for seed in range(5):
        query = random_query(Random(1000 + seed), random_place)
        assert walk(generation, query, random_place) == oracle.ordered(query)
        assert counts(answer(generation, query, random_place.catalogue)) == oracle.facets(query)


def test_random_queries_do_find_something(random_place: Place, oracle: Oracle) -> None:
    totals = [oracle.total(random_query(Random(seed), random_place)) for seed in SEEDS]
    assert sum(total > 0 for total in totals) > len(totals) / 4


@pytest.mark.parametrize("seed", range(20))
def test_every_count_is_the_total_of_the_query_it_stands_for(random_place: Place, seed: int) -> None:
    query = random_query(Random(seed), random_place)
    generation = random_place.search.generation(random_place.catalogue, ON)
    facets = answer(generation, query, random_place.catalogue).facets
    for facet in FACET_PARAMETERS:
        for one in facets[facet]:
            assert total(generation, query.with_facet(facet, [one.value])) == one.count
    for one in facets["level"]:
        assert total(generation, replace(query, level=Level(int(one.value)))) == one.count
    for one in facets["criterion"]:
        assert total(generation, replace(query, criteria=(*query.criteria, one.value))) == one.count


def test_an_empty_answer_says_what_to_drop(random_place: Place, oracle: Oracle) -> None:
    generation = random_place.search.generation(random_place.catalogue, ON)
    empty = [query for seed in SEEDS if not oracle.total(query := random_query(Random(seed), random_place))]
    suggested = 0
    for query in empty:
        for one in answer(generation, query, random_place.catalogue).suggestions:
            assert one.total == oracle.total(one.filter.without) > 0
            suggested += 1
    assert suggested
