"""What the two SQL databases share: tables of providers, facet values and systems, and one statement for an answer.

Values of facets are numbers, and what orders is worked out beforehand, so that neither compares texts.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence

from bench.asked import UNPROVEN, Asked, Counts, Found, Word
from bench.search_corpus import Corpus, plain_terms
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.search.document import METRICS, Document
from directory.search.matching import bounds_of
from directory.search.query import BOUNDS, FACET_PARAMETERS, Query

METRIC_COLUMNS = (*(f"value_{metric}" for metric in METRICS), *(f"level_{metric}" for metric in METRICS))
SYSTEM_COLUMNS = ("unproven", "is_round_the_clock", *METRIC_COLUMNS)
TOTAL, PAGE = -1, -2
"""The rows of an answer: the total, the first page, and counts by the number of their value."""
Rows = Sequence[tuple[int, int, float]]


class Values:
    """Numbers for values of facets, as a table of them would give."""

    def __init__(self) -> None:
        """Start with none."""
        self._numbers: dict[tuple[str, str], int] = {}
        self._names: list[tuple[str, str]] = []

    def number(self, facet: str, value: str) -> int:
        """Return a value's number."""
        found = self._numbers.setdefault((facet, value), len(self._names))
        if found == len(self._names):
            self._names.append((facet, value))
        return found

    def name(self, number: int) -> tuple[str, str]:
        """Return facet and value of a number."""
        return self._names[number]


def provider_row(document: Document, corpus: Corpus) -> tuple[int, int, int]:
    """Return id, place by evidence, and whether it is claimed."""
    return document.id, int(corpus.places[document.id]), int(bool(document.terms["claimed"]))


def system_rows(document: Document) -> Iterator[tuple[int, ...]]:
    """Yield the live systems: provider and SYSTEM_COLUMNS."""
    unproven = 0 if document.tier else UNPROVEN
    for one in document.systems:
        if one.is_live:
            yield document.id, unproven, int(one.is_round_the_clock), *one.values, *one.levels


class Tables:
    """A database that is asked one statement for each answer."""

    RELEVANCE = ""
    WITH_WORDS = ""
    HAS_WORDS = ""

    def __init__(self) -> None:
        """Know no values yet."""
        self.values = Values()

    @abstractmethod
    def rows(self, statement: str, values: Sequence[object]) -> Rows:
        """Return what a statement with marks (?) gives."""

    @abstractmethod
    def words(self, words: Sequence[Word]) -> str:
        """Return the search expression for all of the words."""

    @abstractmethod
    def has_one_of(self, numbers: Sequence[int]) -> tuple[str, list[object]]:
        """Return the condition on a provider `p` that it has one of these values."""

    def answers(self, asked: Asked) -> bool:  # noqa: ARG002 - as all peers
        """Everything."""
        return True

    def find(self, asked: Asked) -> Found:
        """Answer with one statement: who matches is found once, for the total, the page and the counts."""
        query = asked.query
        if query.bounds:
            who, values = self._by_numbers(query)
        elif asked.words or query.facets or query.claimed:
            who, values = self._by_terms(asked)
        else:
            return self._found(self.rows(EVERYBODY if asked.has_counts else EVERYBODY_WITHOUT_COUNTS, ()))
        return self._found(
            self.rows(f"WITH found AS MATERIALIZED ({who}) {ANSWER}{COUNTED if asked.has_counts else ''}", values)
        )

    def _by_terms(self, asked: Asked) -> tuple[str, list[object]]:
        parts: list[str] = []
        values: list[object] = []
        is_by_relevance = bool(asked.words) and asked.query.ordering.value == "relevance"
        if is_by_relevance and "?" in self.RELEVANCE:
            values.append(self.words(asked.words))
        if asked.words:
            parts.append(self.HAS_WORDS)
            values.append(self.words(asked.words))
        for facet, chosen in asked.query.facets:
            condition, numbers = self.has_one_of([self.values.number(facet, value) for value in chosen])
            parts.append(condition)
            values += numbers
        if asked.query.claimed:
            parts.append("p.claimed = 1")
        order = self.RELEVANCE if is_by_relevance else "p.place"
        tables = self.WITH_WORDS if asked.words else "provider p"
        return f"SELECT p.id AS id, {order} AS place FROM {tables} WHERE {' AND '.join(parts)}", values

    def _by_numbers(self, query: Query) -> tuple[str, list[object]]:
        parts: list[str] = []
        values: list[object] = []
        for name, bound in bounds_of(query):
            metric = BOUNDS[name]
            parts += [f"value_{metric} {'>=' if name.startswith('min_') else '<='} ?", f"level_{metric} >= ?"]
            values += [bound, int(query.level)]
            if metric is Metric.RESPONSE_MINUTES:
                parts.append("is_round_the_clock = 1")
        sorted_by = query.ordering.metric or Metric.UPTIME_PERCENT
        sign = "-" if DEFINITIONS[sorted_by].is_more_better else "+"
        best = f"min(unproven {sign} value_{sorted_by})"
        return (
            f"SELECT provider AS id, {best} AS place FROM system WHERE {' AND '.join(parts)} GROUP BY provider",
            values,
        )

    def _found(self, rows: Rows) -> Found:
        counts: Counts = {facet: {} for facet in FACET_PARAMETERS}
        page: list[tuple[float, int]] = []
        total = 0
        for kind, number, place in rows:
            if kind >= 0:
                facet, value = self.values.name(kind)
                counts[facet][value] = number
            elif kind == PAGE:
                page.append((place, number))
            else:
                total = number
        page.sort()
        return Found(total, counts, tuple(number for _, number in page), tuple(int(place) for place, _ in page))


EVERYBODY_WITHOUT_COUNTS = f"""SELECT {TOTAL}, count(*), 0 FROM provider
UNION ALL SELECT {PAGE}, id, place FROM (SELECT id, place FROM provider ORDER BY place LIMIT 20) AS page"""
EVERYBODY = EVERYBODY_WITHOUT_COUNTS + "\nUNION ALL SELECT value, count(*), 0 FROM term GROUP BY value"
ANSWER = f"""SELECT {TOTAL}, count(*), 0 FROM found
UNION ALL SELECT {PAGE}, id, place FROM (SELECT id, place FROM found ORDER BY place LIMIT 20) AS page"""
COUNTED = (
    "\nUNION ALL SELECT t.value, count(*), 0 FROM found CROSS JOIN term t WHERE t.provider = found.id GROUP BY t.value"
)
"""Who was found leads: SQLite takes a CROSS JOIN in the order it is written; PostgreSQL plans as it likes."""


def term_rows(documents: Sequence[Document], values: Values) -> Iterator[tuple[int, int]]:
    """Yield value and provider."""
    return ((values.number(*pair), one.id) for one in documents for pair in plain_terms(one))
