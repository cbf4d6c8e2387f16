"""Search as SQL over tables of its own, filled from rows and verdicts: no index, and no loop over who matches.

Words lie in a table of postings. BM25F, tiers and headlines are window functions, the order is ORDER BY, and every
count but those of levels is GROUP BY.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    distinct,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)

from directory.catalogue.services import Catalogue
from directory.core.db import make_engine
from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.readiness.models import Status
from directory.rules.case import Outcome, WeighedSystem
from directory.search.expression import Way, Wish, read
from directory.search.query import BOUNDS, FACET_PARAMETERS, Query, Sort
from tests.search.followups import Counts, listed
from tests.search.oracle import WEIGHTS, Entry, Oracle, bare

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BY_LEVEL = ("certification", "criterion")
ALWAYS = 4
"""The level of values that have none."""


def text(name: str, connection: Connection) -> Column[str]:
    """Return a column that compares code points, as Python does."""
    return Column(name, String(collation="C" if connection.dialect.name == "postgresql" else "BINARY"))


@dataclass
class Tables:
    """Temporary tables: they are seen by one connection and go with it."""

    provider: Table
    system: Table
    figure: Table
    value: Table
    posting: Table
    holding: Table


def _tables(connection: Connection) -> Tables:
    metadata = MetaData()

    def table(name: str, *columns: Any) -> Table:
        return Table(f"oracle_{name}", metadata, *columns, prefixes=["TEMPORARY"])

    def number(name: str) -> Column[int]:
        return Column(name, BigInteger)

    found = Tables(
        provider=table(
            "provider",
            *map(number, ("id", "tier", "passes", "published_at")),
            *(text(name, connection) for name in ("name", "slug")),
            *(Column(name, Boolean) for name in ("enterprise", "claimed")),
        ),
        system=table("system", *map(number, ("id", "provider_id", "place", "levels"))),
        figure=table(
            "figure",
            *map(number, ("system_id", "value", "level")),
            Column("metric", String),
            Column("is_round_the_clock", Boolean),
        ),
        value=table("value", *map(number, ("provider_id", "level")), Column("facet", String), Column("value", String)),
        posting=table(
            "posting", *map(number, ("provider_id", "place")), Column("field", String), text("word", connection)
        ),
        holding=table("holding", Column("provider_id", Integer), text("word", connection), Column("weight", Float)),
    )
    metadata.create_all(connection)
    return found


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    given = list(rows)
    if given:
        connection.execute(insert(table), given)


class SqlOracle:
    """Fills its tables in a database of either kind; `close` it."""

    def __init__(self, url: str, rows: Oracle) -> None:
        self.catalogue: Catalogue = rows.catalogue
        self._engine = make_engine(url)
        self._connection = self._engine.connect()
        self._tables = _tables(self._connection)
        self._fill(rows.entries)

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    # ------------------------------------------------------------ the tables

    def _fill(self, entries: list[Entry]) -> None:
        tables, connection = self._tables, self._connection
        running = [(one, place, system) for one in entries for place, system in enumerate(one.verdicts.live_systems)]
        _insert(connection, tables.provider, map(_provider, entries))
        _insert(connection, tables.value, (row for one in entries for row in _values(one)))
        _insert(connection, tables.posting, (row for one in entries for row in _postings(one)))
        _insert(
            connection,
            tables.system,
            (
                {"id": one.facts.id, "provider_id": entry.provider.id, "place": place, "levels": one.levels}
                for entry, place, one in running
            ),
        )
        _insert(connection, tables.figure, (row for _, _, one in running for row in _figures(one)))
        columns = ["provider_id", "word", "weight"]
        connection.execute(insert(tables.holding).from_select(columns, self._weights()))

    def _weights(self) -> Any:
        """Return how much of every word everybody holds: by field, and by its length against the mean."""
        posting = self._tables.posting.c
        everybody = select(func.count()).select_from(self._tables.provider).scalar_subquery()
        length = func.sum(func.count()).over(partition_by=(posting.provider_id, posting.field))
        of_field = func.sum(func.count()).over(partition_by=posting.field)
        counted = (
            select(
                posting.provider_id,
                posting.word,
                (func.count() * case(WEIGHTS, value=posting.field)).label("weight"),
                (length * everybody * 1.0 / of_field).label("length"),
            )
            .group_by(posting.provider_id, posting.field, posting.word)
            .subquery()
        ).c
        weight = func.sum(counted.weight / (0.25 + 0.75 * counted.length))
        return select(counted.provider_id, counted.word, weight).group_by(counted.provider_id, counted.word)

    # ------------------------------------------------------------ who matches

    def _conditions(self, query: Query) -> dict[str, Any]:
        """Return a condition on providers for everything that is on, by name; criteria as `criterion:gdpr`."""
        provider = self._tables.provider.c
        found = {name: self._has(name, values, query.level) for name, values in query.facets}
        found |= {f"criterion:{one}": self._has("criterion", [one], query.level) for one in query.criteria}
        if query.production:
            found["production"] = provider.tier >= query.production.rank
        found |= {flag: provider[flag] for flag in ("enterprise", "claimed") if getattr(query, flag)}
        if query.bounds:
            found["systems"] = provider.id.in_(select(self._meeting(query).c.provider_id))
        elif query.level and not query.criteria and not query.chosen("certification"):
            found["systems"] = provider.id.in_(self._reaching(query.level))
        if query.words:
            found["q"] = self._has_words(query.words)
        return found

    def _has(self, facet: str, values: Iterable[str], level: Level) -> Any:
        value = self._tables.value.c
        wanted = select(value.provider_id).where(value.facet == facet, value.value.in_(list(values)))
        return self._tables.provider.c.id.in_(wanted.where(value.level >= level))

    def _meeting(self, query: Query) -> Any:
        """Return the live systems that meet the numeric filters, all of them if there are none."""
        system, figure = self._tables.system, self._tables.figure.c
        wanted = select(system)
        for name, bound in query.bounds:
            metric, limit = BOUNDS[name], int(bound * 10_000)
            keeps = figure.value >= limit if DEFINITIONS[metric].is_more_better else figure.value <= limit
            some = select(figure.system_id).where(figure.metric == metric.value, figure.level >= query.level, keeps)
            if metric is Metric.RESPONSE_MINUTES:
                some = some.where(figure.is_round_the_clock)
            wanted = wanted.where(system.c.id.in_(some))
        return wanted.subquery()

    def _reaching(self, level: Level) -> Any:
        system, figure = self._tables.system.c, self._tables.figure.c
        return select(system.provider_id).join_from(
            self._tables.system, self._tables.figure, and_(figure.system_id == system.id, figure.level >= level)
        )

    # ------------------------------------------------------------ words

    def _has_words(self, words: str) -> Any:
        expression = read(words)
        if not expression.wishes and not expression.unwanted:
            return literal(value=False)
        provider = self._tables.provider.c
        wanted = [provider.id.in_(select(self._wish(one).c.provider_id)) for one in expression.wishes]
        unwanted = [self._wish(Wish((one,))) for one in expression.unwanted]
        return and_(*wanted, *(provider.id.not_in(select(one.c.provider_id)) for one in unwanted))

    def _wish(self, wish: Wish) -> Any:
        """Return who satisfies a wish, with the weight of what they hold."""
        ways = [self._way(way, 0.7 if number else 1.0) for number, way in enumerate(wish.ways)]
        rows = union_all(*(one for way in ways for one in way)).subquery().c
        return select(rows.provider_id, func.sum(rows.weight).label("weight")).group_by(rows.provider_id).subquery()

    def _way(self, way: Way, share: float) -> list[Any]:
        """Return who satisfies a way: as much as of the scarcest word, and something of every word that begins so."""
        holding = self._tables.holding.c
        words = set(way.words)
        literal_ = (
            select(holding.provider_id, (func.min(holding.weight) * share).label("weight"))
            .where(holding.word.in_(words))
            .group_by(holding.provider_id)
            .having(func.count() == len(words))
        )
        if way.is_quoted:
            literal_ = literal_.where(holding.provider_id.in_(self._side_by_side(way.words)))
        if not way.prefix:
            return [literal_]
        begun = select(holding.provider_id, (holding.weight * 0.4 * share).label("weight"))
        begun = begun.where(self._begins(way.prefix), holding.word.not_in(words))
        return [literal_, begun]

    def _side_by_side(self, words: tuple[str, ...]) -> Any:
        first, *others = (self._tables.posting.alias() for _ in words)
        wanted = select(first.c.provider_id).where(first.c.word == words[0])
        for number, (other, word) in enumerate(zip(others, words[1:], strict=True), start=1):
            is_next = [other.c[name] == first.c[name] for name in ("provider_id", "field")]
            wanted = wanted.where(*is_next, other.c.place == first.c.place + number, other.c.word == word)
        return wanted

    def _begins(self, prefix: str) -> Any:
        """Return the condition on words to begin so; where none does, to be the longest stem of what is half typed."""
        word = self._tables.holding.c.word
        begins = func.substr(word, 1, len(prefix)) == prefix
        stems = [prefix[:length] for length in range(max(4, len(prefix) - 4), len(prefix))]
        other = self._tables.holding.alias().c.word
        is_begun = select(other).where(func.substr(other, 1, len(prefix)) == prefix).exists()
        longest = select(other).where(other.in_(stems)).order_by(func.length(other).desc()).limit(1).scalar_subquery()
        return or_(begins, and_(~is_begun, word == longest))

    def _scores(self, words: str) -> Any:
        """Return everybody who satisfies all wishes, with the score in whole millionths."""
        provider = self._tables.provider
        everybody = select(func.count()).select_from(provider).scalar_subquery()
        wishes = [self._wish(one) for one in read(words).wishes]
        parts: list[Any] = []
        joined: Any = provider
        for wish in wishes:
            held = select(func.count()).select_from(wish).scalar_subquery()
            rarity = func.ln(1 + (everybody - held + 0.5) / (held + 0.5))
            parts.append(rarity * wish.c.weight * 2.2 / (wish.c.weight + 1.2))
            joined = joined.join(wish, wish.c.provider_id == provider.c.id)
        score = reduce(lambda one, other: one + other, parts, literal(0.0))
        return select(provider.c.id, func.round(score * 1_000_000).label("score")).select_from(joined).subquery()

    # ------------------------------------------------------------ order

    def _heads(self, query: Query) -> Any:
        """Return every provider's headline: the best in the metric ordered by, else the first by rank."""
        systems, figure = self._meeting(query), self._tables.figure
        metric = query.ordering.metric
        is_of_it = [figure.c.system_id == systems.c.id, figure.c.metric == metric, figure.c.level >= query.level]
        badness = -figure.c.value if metric and DEFINITIONS[metric].is_more_better else figure.c.value
        by = (badness.is_(None), badness, systems.c.place)
        number = func.row_number().over(partition_by=systems.c.provider_id, order_by=by)
        all_of = (
            select(systems, badness.label("badness"), number.label("number"))
            .select_from(systems.outerjoin(figure, and_(*is_of_it)))
            .subquery()
        )
        return select(all_of).where(all_of.c.number == 1).subquery()

    def ordered(self, query: Query) -> list[tuple[int, int | None]]:
        provider, heads = self._tables.provider, self._heads(query)
        joined = provider.outerjoin(heads, heads.c.provider_id == provider.c.id)
        first: list[Any] = []
        if query.ordering.metric:
            first = [heads.c.badness.is_(None), heads.c.badness]
        elif query.ordering is Sort.NEWEST:
            first = [provider.c.published_at.desc()]
        elif query.ordering is Sort.NAME:
            first = [provider.c.name, provider.c.slug]
        elif query.ordering is Sort.RELEVANCE and read(query.words).wishes:
            scores = self._scores(query.words)
            joined, first = joined.outerjoin(scores, scores.c.id == provider.c.id), [scores.c.score.desc()]
        evidence = (provider.c.tier.desc(), provider.c.passes.desc(), func.coalesce(heads.c.levels, 0).desc())
        wanted = select(provider.c.id, heads.c.id).select_from(joined).where(*self._conditions(query).values())
        by = (case((provider.c.tier == 0, 1), else_=0), *first, *evidence, provider.c.slug)
        return [(one, other) for one, other in self._connection.execute(wanted.order_by(*by))]

    # ------------------------------------------------------------ counts

    def total(self, query: Query) -> int:
        wanted = select(func.count()).select_from(self._tables.provider).where(*self._conditions(query).values())
        return int(self._connection.scalar(wanted) or 0)

    def facets(self, query: Query) -> Counts:
        together = [facet for facet in FACET_PARAMETERS if facet not in BY_LEVEL and not query.chosen(facet)]
        found = self._by_value(together, query, "")
        for facet in set(FACET_PARAMETERS).difference(together):
            found |= self._by_value([facet], query.with_facet(facet, ["any"]), facet)
        found |= self._by_value(["criterion"], replace(query, criteria=(*query.criteria, "any")), "criterion:any")
        found["production"] = dict(self._by_tier(query))
        found |= {flag: self._by_flag(flag, query) for flag in ("enterprise", "claimed")}
        found["level"] = {str(int(one)): self.total(replace(query, level=one)) for one in Level}
        return listed(query, found, self.catalogue)

    def _others(self, query: Query, left_out: str) -> list[Any]:
        return [one for name, one in self._conditions(query).items() if name != left_out]

    def _by_value(self, facets: list[str], chosen: Query, left_out: str) -> dict[str, dict[str, int]]:
        """Count facets' values; `chosen` has the conditions that stand once one of them is, and that one itself."""
        provider, value = self._tables.provider, self._tables.value
        wanted = (
            select(value.c.facet, value.c.value, func.count(distinct(provider.c.id)))
            .join_from(provider, value, value.c.provider_id == provider.c.id)
            .where(value.c.facet.in_(facets), value.c.level >= chosen.level, *self._others(chosen, left_out))
            .group_by(value.c.facet, value.c.value)
        )
        found: dict[str, dict[str, int]] = {facet: {} for facet in facets}
        for facet, one, count in self._connection.execute(wanted):
            found[facet][one] = count
        return found

    def _by_tier(self, query: Query) -> Iterator[tuple[str, int]]:
        """Count the tiers: whoever reaches one has reached those below."""
        tier = self._tables.provider.c.tier
        reached = func.sum(func.count()).over(order_by=tier.desc())
        wanted = select(tier, reached).where(tier > 0, *self._others(query, "production")).group_by(tier)
        counts = {rank: int(count) for rank, count in self._connection.execute(wanted)}
        yield "at-scale", counts.get(2, 0)
        yield "in-production", counts.get(1, counts.get(2, 0))

    def _by_flag(self, flag: str, query: Query) -> dict[str, int]:
        column = self._tables.provider.c[flag]
        wanted = select(column, func.count()).where(*self._others(query, flag)).group_by(column)
        counts = {bool(one): count for one, count in self._connection.execute(wanted)}
        return {"1": counts.get(True, 0)}


def _provider(entry: Entry) -> dict[str, Any]:
    one = entry.provider
    assert one.published_at
    microseconds = (one.published_at - EPOCH).total_seconds() * 1_000_000
    return {
        "id": one.id,
        "slug": one.slug,
        "name": bare(one.name)[:200],
        "tier": entry.tier,
        "passes": entry.verdicts.passes,
        "published_at": round(microseconds),
        "enterprise": entry.verdicts.enterprise_outcome is Outcome.PASS,
        "claimed": one.claimed_at is not None,
    }


def _values(entry: Entry) -> Iterator[dict[str, Any]]:
    held = [(facet, one, ALWAYS) for facet, values in entry.values.items() for one in values]
    held += [("certification", one, int(it.level)) for one, it in entry.verdicts.certifications.items()]
    met = ((one, it) for one, it in entry.verdicts.answers.items() if it.status is Status.MET)
    held += [("criterion", one, int(it.level)) for one, it in met]
    for facet, value, level in held:
        yield {"provider_id": entry.provider.id, "facet": facet, "value": value, "level": level}


def _postings(entry: Entry) -> Iterator[dict[str, Any]]:
    for field, words in entry.words.items():
        for place, word in enumerate(words):
            yield {"provider_id": entry.provider.id, "field": field, "place": place, "word": word}


def _figures(system: WeighedSystem) -> Iterator[dict[str, Any]]:
    for metric, figure in system.figures.items():
        yield {
            "system_id": system.facts.id,
            "metric": metric.value,
            "value": int(figure.value * 10_000),
            "level": int(figure.level),
            "is_round_the_clock": figure.coverage is Coverage.ROUND_THE_CLOCK,
        }
