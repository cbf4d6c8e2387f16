"""The fast path against three plain readings of the same providers: loops over rows, Whoosh's own queries, and SQL.

Sets, order, headlines and counts are the same, on either database, for random providers and random queries.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random
from typing import Any, Protocol

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.db import Database
from directory.evidence.levels import Level
from directory.providers.models import Provider
from directory.rules.evaluator import TierName
from directory.search import index as store
from directory.search.answer import answer, total
from directory.search.query import FACET_PARAMETERS, Query
from directory.search.refresh import join_some, refresh
from tests import factories as make
from tests.factories import AT, ON
from tests.search.conftest import Place
from tests.search.corpus import PHRASES, WORDS, add_random_provider, fill, text
from tests.search.followups import Counts
from tests.search.oracle import Oracle
from tests.search.queries import counts, random_query, random_words, walk
from tests.search.sql_oracle import SqlOracle
from tests.search.whoosh_oracle import WhooshOracle

SEEDS = range(160)


class Reading(Protocol):
    """One way to answer queries."""

    def ordered(self, query: Query) -> list[tuple[int, int | None]]: ...

    def total(self, query: Query) -> int: ...

    def facets(self, query: Query) -> Counts: ...


@dataclass
class Readings:
    """The plain readings of a place as of a day. Whoosh's is of what the index holds; None on other days."""

    loops: Oracle
    sql: SqlOracle
    whoosh: WhooshOracle | None

    def all_of(self, query: Query) -> dict[str, Reading]:
        """Return those that give the whole answer to a query, its order included."""
        found: dict[str, Reading] = {"loops": self.loops, "sql": self.sql}
        return found | ({"whoosh": self.whoosh} if self.whoosh and self.whoosh.orders(query) else {})


@contextmanager
def readings(found: Place, on: date = ON, *, is_indexed: bool = True) -> Iterator[Readings]:
    with ExitStack() as stack:
        loops = Oracle(stack.enter_context(found.database.reading()), found.catalogue, on)
        sql = stack.enter_context(closing(SqlOracle(_own_database(found.database), loops)))
        folder = store.current_folder(found.index_dir) if is_indexed else None
        whoosh = stack.enter_context(closing(WhooshOracle(folder, found.catalogue))) if folder else None
        yield Readings(loops, sql, whoosh)


def _own_database(database: Database) -> str:
    """Return where the SQL reading keeps its tables: temporary ones on PostgreSQL, else a database in memory."""
    return database.url if database.url.startswith("postgresql") else "sqlite://"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def random_readings(request: pytest.FixtureRequest) -> Iterator[tuple[Place, Readings]]:
    """The random providers of each database with all readings of them."""
    name = "random_place" if request.param == "sqlite" else "random_place_on_postgresql"
    found: Place = request.getfixturevalue(name)
    with readings(found) as read:
        yield found, read


@pytest.fixture(scope="session")
def random_oracle(random_place: Place) -> Oracle:
    with random_place.database.reading() as session:
        return Oracle(session, random_place.catalogue, ON)


def assert_same(found: Place, read: Readings, query: Query, on: date = ON) -> None:
    generation = found.search.generation(found.catalogue, on)
    results, hits = answer(generation, query, found.catalogue), walk(generation, query, found.catalogue)
    assert results.total == len(hits)
    for name, reading in read.all_of(query).items():
        assert hits == reading.ordered(query), name
        assert results.total == reading.total(query), name
        assert counts(results) == reading.facets(query), name
    if read.whoosh and not read.whoosh.orders(query):
        assert sorted(hits, key=str) == sorted(read.whoosh.ordered(query), key=str)
    proven = {one.provider.id for one in read.loops.entries if one.tier}
    assert results.proven == sum(provider_id in proven for provider_id, _ in hits)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_readings_agree(random_readings: tuple[Place, Readings], seed: int) -> None:
    found, read = random_readings
    assert_same(found, read, random_query(Random(seed), found.catalogue))


@pytest.mark.parametrize("seed", range(60))
def test_readings_agree_on_who_fits_words_best(random_readings: tuple[Place, Readings], seed: int) -> None:
    found, read = random_readings
    random = Random(seed)
    words = random.choice((f"{random.choice(PHRASES)} {random_words(random)}", random.choice(WORDS)[:4]))
    query = Query(words=words.strip(), per_page=100)
    hits = walk(found.search.generation(found.catalogue, ON), query, found.catalogue)
    assert hits == read.loops.ordered(query) == read.sql.ordered(query)


@pytest.mark.parametrize("seed", range(80))
def test_whoever_is_found_along_a_remembered_order_stands_where_sorting_puts_them(
    random_place: Place, random_oracle: Oracle, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.search.ranking.FEW", 0)
    monkeypatch.setattr("directory.search.ranking.STEP", 7)
    query = replace(random_query(Random(seed), random_place.catalogue), per_page=3)
    generation = random_place.search.generation(random_place.catalogue, ON)
    assert walk(generation, query, random_place.catalogue) == random_oracle.ordered(query)


@pytest.mark.parametrize("days", [-40, 1, 2, 20, 100, 400])
def test_other_days_are_answered_from_the_same_index_without_any_job(
    random_readings: tuple[Place, Readings], days: int
) -> None:
    found, _ = random_readings
    on = ON + timedelta(days=days)
    with readings(found, on, is_indexed=False) as read:
        for seed in range(4):
            assert_same(found, read, random_query(Random(1000 + seed), found.catalogue), on)


def _change(session: Session, random: Random, found: Place) -> None:
    """Add somebody, change a few, withdraw one: as their events say."""
    providers = random.sample(list(session.scalars(select(Provider).order_by(Provider.id))), 3)
    for one in providers:
        one.summary = text(random, 8)
        make.announce(session, one)
    providers[0].withdrawn_at = None if providers[0].withdrawn_at else AT
    make.announce(session, add_random_provider(session, random, found.catalogue))


def test_all_readings_agree_on_an_index_of_many_commits_and_on_one_merged(empty_place: Place) -> None:
    random, sizes = Random(5), []
    with empty_place.database.writing() as session:
        fill(session, random, empty_place.catalogue, 20)
    for number in range(24):
        with empty_place.database.writing() as session:
            _change(session, random, empty_place)
        refresh(empty_place.database, empty_place.index_dir, on=ON)
        if number % 8 == 7:
            join_some(empty_place.index_dir)
        generation = empty_place.search.generation(empty_place.catalogue, ON)
        sizes.append((len(generation.parts), generation.size - len(generation.alive)))
        if number % 4 == 3:
            with readings(empty_place) as read:
                for seed in range(8 * number, 8 * number + 8):
                    assert_same(empty_place, read, random_query(Random(seed), empty_place.catalogue))
    assert max(parts for parts, _ in sizes) > 4
    assert max(deleted for _, deleted in sizes) > 4
    assert any(later < earlier for (earlier, _), (later, _) in pairwise(sizes)), "segments were joined"


def test_random_queries_do_find_something(random_place: Place, random_oracle: Oracle) -> None:
    totals = [random_oracle.total(random_query(Random(seed), random_place.catalogue)) for seed in SEEDS]
    assert sum(total > 0 for total in totals) > len(totals) / 4


@pytest.mark.parametrize("seed", range(20))
def test_every_count_is_the_total_of_the_query_it_stands_for(random_place: Place, seed: int) -> None:
    query = random_query(Random(seed), random_place.catalogue)
    generation = random_place.search.generation(random_place.catalogue, ON)
    facets = answer(generation, query, random_place.catalogue).facets
    for facet in FACET_PARAMETERS:
        for one in facets[facet]:
            assert total(generation, query.with_facet(facet, [one.value])) == one.count
    for one in facets["level"]:
        assert total(generation, replace(query, level=Level(int(one.value)))) == one.count
    for one in facets["criterion"]:
        assert total(generation, replace(query, criteria=(*query.criteria, one.value))) == one.count
    for one in facets["production"]:
        assert total(generation, replace(query, production=TierName(one.value))) == one.count
    for flag in ("enterprise", "claimed"):
        for one in facets[flag]:
            flagged: dict[str, Any] = {flag: True}
            assert total(generation, replace(query, **flagged)) == one.count


def test_an_empty_answer_says_what_to_drop(random_place: Place, random_oracle: Oracle) -> None:
    generation = random_place.search.generation(random_place.catalogue, ON)
    queries = [random_query(Random(seed), random_place.catalogue) for seed in SEEDS]
    suggested = 0
    for query in (one for one in queries if not random_oracle.total(one)):
        for one in answer(generation, query, random_place.catalogue).suggestions:
            assert one.total == random_oracle.total(one.filter.without) > 0
            suggested += 1
    assert suggested
