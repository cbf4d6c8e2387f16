"""Search as ordinary Whoosh queries over the very index that the fast path reads, one row at a time.

It knows what the index holds: no bitmap, no array, none of the fast path's readings; terms and columns come through
Whoosh's public interface. Order by relevance isn't Whoosh's to give here and is left to the other oracles.
"""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from whoosh.collectors import Collector
from whoosh.query import And, ColumnQuery, ConstantScoreQuery, Every, Not, Or, Prefix, Term

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.search.expression import Way, read
from directory.search.index import open_index
from directory.search.query import BOUNDS, Query, Sort
from tests.search.followups import Counts, counted

FIELDS = ("text_name", "text_summary", "text_description", "text_systems")
BY_LEVEL = ("certification", "criterion")


class Rows(Collector):  # type: ignore[misc] # Whoosh has no types
    """Collects the numbers of all rows that match."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[int] = []

    def collect(self, sub_docnum: int) -> None:
        self.found.append(self.offset + sub_docnum)


def in_column(name: str, condition: Any) -> Any:
    """Return the query for rows whose column is so, deleted ones included: Whoosh looks at the column alone."""
    return ConstantScoreQuery(InColumn(name, condition), 1.0)


class InColumn(ColumnQuery):  # type: ignore[misc] # Whoosh has no types
    """Whoosh's query for values of a column; its own can't tell how many may match, which other queries ask."""

    def estimate_size(self, ixreader: Any) -> int:
        return int(ixreader.doc_count_all())


class System(NamedTuple):
    """A live system as the index has it; values and levels by metric."""

    id: int
    row: int
    values: dict[Metric, int]
    levels: dict[Metric, int]


class WhooshOracle:
    """Opens the index in a folder as it is now; `close` it."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.searcher: Any = open_index(folder).searcher()
        self.reader: Any = self.searcher.reader()
        of_metrics = (f"{what}_{metric}" for metric in Metric for what in ("value", "level"))
        names = ("id", "tier", "passes", "published_at", "system", "slug", "name_key", *of_metrics)
        self.columns = {name: self.reader.column_reader(name) for name in names if self.reader.has_column(name)}
        self.providers = {row: self.columns["id"][row] for row in self._rows(self._column("id", lambda one: one >= 0))}
        self.slugs, self.names = self._keys("slug"), self._keys("name_key")
        self.owners = self._owners()
        self.systems: dict[int, list[System]] = defaultdict(list)
        for row in self._rows(self._column("is_live", 1)):
            self.systems[self.owners[row]].append(self._system(row))

    def close(self) -> None:
        self.searcher.close()

    # ------------------------------------------------------------ what the index has

    def _rows(self, query: Any) -> list[int]:
        collector = Rows()
        self.searcher.search_with_collector(query, collector)
        return collector.found

    def _column(self, name: str, condition: Any) -> Any:
        """Return the query for rows that are there and whose column is so."""
        return And([Every(), in_column(name, condition)])

    def _keys(self, name: str) -> dict[int, str]:
        return {row: self.columns[name][row].decode() for row in self.providers}

    def _owners(self) -> dict[int, int]:
        """Return the provider's row of every row: a provider is followed by its systems."""
        owners, owner = {}, -1
        for row in self._rows(Every()):
            owner = row if row in self.providers else owner
            owners[row] = owner
        return owners

    def _system(self, row: int) -> System:
        values, levels = ({one: self.columns[f"{what}_{one}"][row] for one in Metric} for what in ("value", "level"))
        return System(self.columns["system"][row], row, values, levels)

    # ------------------------------------------------------------ who matches

    def _matching(self, query: Query) -> list[int]:
        wanted = [Term(f"term_{flag}", "1") for flag in ("enterprise", "claimed") if getattr(query, flag)]
        for facet, values in query.facets:
            wanted.append(Or([Term(f"term_{facet}", self._term(facet, one, query.level)) for one in values]))
        wanted += [Term("term_criterion", self._term("criterion", one, query.level)) for one in query.criteria]
        if query.production:
            wanted.append(Term("term_production", query.production.value))
        rows = set(self.providers).intersection(self._rows(And(wanted))) if wanted else set(self.providers)
        systems = self._meeting(query)
        if systems is not None:
            rows &= {self.owners[row] for row in systems}
        return sorted(rows & self._worded(query.words) if query.words else rows)

    def _term(self, facet: str, value: str, level: Level) -> str:
        return f"{value}/{int(level)}" if facet in BY_LEVEL else value

    @lru_cache  # noqa: B019 - lives as long as the tests that use it
    def _worded(self, words: str) -> frozenset[int]:
        """Return the rows that satisfy all words."""
        expression = read(words)
        if not expression.wishes and not expression.unwanted:
            return frozenset()
        wanted = [Or([self._way(way) for way in wish.ways]) for wish in expression.wishes]
        return frozenset(self._rows(And([Every(), *wanted, *(Not(self._way(way)) for way in expression.unwanted)])))

    def _way(self, way: Way) -> Any:
        literal = And([self._anywhere(word) for word in way.words])
        if way.is_quoted:
            literal = And([literal, self._column("sequence", lambda one: _are_together(one, way.words))])
        return Or([literal, *self._begun(way.prefix)]) if way.prefix else literal

    def _anywhere(self, word: str) -> Any:
        return Or([Term(field, word) for field in FIELDS])

    def _begun(self, prefix: str) -> list[Any]:
        """Return queries for what begins so; where nothing does, for the stem of what is half typed."""
        begun = [Prefix(field, prefix) for field in FIELDS]
        if self._rows(Or(begun)):
            return begun
        stems = (prefix[:length] for length in range(len(prefix) - 1, max(4, len(prefix) - 4) - 1, -1))
        return next(([query] for query in map(self._anywhere, stems) if self._rows(query)), [])

    def _meeting(self, query: Query) -> frozenset[int] | None:
        """Return the rows of live systems that meet the conditions on systems; None where there are none."""
        if query.bounds:
            return self._within(query.bounds, query.level)
        if query.level and not query.criteria and not query.chosen("certification"):
            return self._reaching(query.level)
        return None

    @lru_cache  # noqa: B019 - as above
    def _within(self, bounds: tuple[tuple[str, Decimal], ...], level: Level) -> frozenset[int]:
        wanted = [self._bound(name, int(bound * 10_000), level) for name, bound in bounds]
        return frozenset(self._rows(And([self._column("is_live", 1), *wanted])))

    @lru_cache  # noqa: B019 - as above
    def _reaching(self, level: Level) -> frozenset[int]:
        reached = Or([in_column(f"level_{metric}", lambda one: one >= level) for metric in Metric])
        return frozenset(self._rows(And([self._column("is_live", 1), reached])))

    def _bound(self, name: str, bound: int, level: Level) -> Any:
        metric = BOUNDS[name]
        is_more = DEFINITIONS[metric].is_more_better
        keeps: Callable[[int], bool] = (lambda one: one >= bound) if is_more else (lambda one: 0 <= one <= bound)
        wanted = [in_column(f"value_{metric}", keeps), in_column(f"level_{metric}", lambda one: one >= level)]
        return And([*wanted, in_column("is_round_the_clock", 1)] if metric is Metric.RESPONSE_MINUTES else wanted)

    # ------------------------------------------------------------ order

    def _headline(self, row: int, query: Query, meeting: frozenset[int] | None) -> System | None:
        systems = [one for one in self.systems[row] if not query.bounds or meeting is None or one.row in meeting]
        if query.ordering.metric is None:
            return systems[0] if systems else None
        return min(systems, key=lambda one: self._badness(one, query), default=None)

    def _badness(self, system: System | None, query: Query) -> tuple[bool, int]:
        metric = query.ordering.metric
        if metric is None or system is None or system.levels[metric] < query.level:
            return (True, 0)
        return (False, -system.values[metric] if DEFINITIONS[metric].is_more_better else system.values[metric])

    def _key(self, row: int, query: Query, headline: System | None) -> tuple[Any, ...]:
        tier, passes = self.columns["tier"][row], self.columns["passes"][row]
        levels = sum(max(0, one) for one in headline.levels.values()) if headline else 0
        first: Any = {
            Sort.NEWEST: -self.columns["published_at"][row],
            Sort.NAME: self.names[row],
        }.get(query.ordering, self._badness(headline, query))
        return (tier == 0, first, -tier, -passes, -levels, self.slugs[row])

    def orders(self, query: Query) -> bool:
        """Whether the order is one that columns express."""
        return query.ordering is not Sort.RELEVANCE or not query.words

    def ordered(self, query: Query) -> list[tuple[int, int | None]]:
        """Return the ids of those who match, each with its headline's; in order where `orders` says so."""
        meeting = self._meeting(query)
        heads = {row: self._headline(row, query, meeting) for row in self._matching(query)}
        rows = sorted(heads, key=lambda row: self._key(row, query, heads[row]))
        return [(self.providers[row], head.id if (head := heads[row]) else None) for row in rows]

    # ------------------------------------------------------------ counts

    def total(self, query: Query) -> int:
        return len(self._matching(query))

    def facets(self, query: Query) -> Counts:
        facets = [name.removeprefix("term_") for name in self.reader.schema.names() if name.startswith("term_")]
        return counted(query, self.catalogue, {facet: set(self._values(facet)) for facet in facets}, self.total)

    def _values(self, facet: str) -> Iterable[str]:
        for text in self.reader.lexicon(f"term_{facet}"):
            yield text.decode().rpartition("/")[0] if facet in BY_LEVEL else text.decode()


def _are_together(packed: bytes, words: tuple[str, ...]) -> bool:
    """Whether the words stand side by side: every word is four bytes of its checksum, in the machine's order."""
    found = memoryview(packed).cast("I").tolist()
    wanted = [zlib.crc32(word.encode()) for word in words]
    return any(found[at : at + len(wanted)] == wanted for at in range(len(found)))
