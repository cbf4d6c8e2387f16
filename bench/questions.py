"""The questions of the core table, the same for everybody: each kind an endless sequence, and the goals they have."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import cycle, repeat
from random import Random

from bench.asked import Asked, quoted
from bench.search_corpus import CATALOGUE, Maker
from directory.evidence.levels import Level
from directory.search.query import Query, Sort
from directory.search.tokens import tokens

GOALS_AT = 100_000
"""The size that goals are set for."""
FIRST_UNSEEN = 500
"""Words from this place on, the commonest first, are in less than one document of fifty."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table: where its questions come from, and the ratio to reach by peer."""

    name: str
    questions: Callable[[Maker], Iterator[Asked]]
    goals: dict[str, float]


def _everything(maker: Maker) -> Iterator[Asked]:  # noqa: ARG001 - as all kinds
    return repeat(Asked(Query()))


def _one_filter(maker: Maker) -> Iterator[Asked]:  # noqa: ARG001 - as all kinds
    return repeat(Asked(Query(claimed=True)))


def _with_words(maker: Maker) -> Iterator[Asked]:
    industry = CATALOGUE.taxonomy.terms("industry")[0].id
    words = quoted([maker.words[3], maker.words[40]])
    return repeat(Asked(Query(words=words, facets=(("industry", (industry,)), ("country", ("DE", "NL", "US"))))))


def _typed(maker: Maker) -> Iterator[Asked]:
    """Yield words as they are typed: the last one finds what begins so, too. A long one has few endings."""
    last = next(word for word in maker.words[40:] if len(word) >= 7)
    return repeat(Asked(Query(words=f"{maker.words[3]} {last}", claimed=True)))


def _unseen(maker: Maker) -> Iterator[Asked]:
    """Yield a question for each word, the forms of one word once."""
    known = set()
    for word in maker.words[FIRST_UNSEEN:]:
        stem = tokens(word)[0]
        if stem not in known:
            known.add(stem)
            yield Asked(Query(words=quoted([word])))


def _ranges(maker: Maker) -> Iterator[Asked]:  # noqa: ARG001 - as all kinds
    random = Random(3)
    for sort in cycle((Sort.UPTIME, Sort.VOLUME)):
        query = Query(
            min_requests_per_day=random.randint(1_000, 50_000),
            min_uptime=Decimal(random.randint(985_000, 995_000)).scaleb(-4),
            level=random.choice((Level.STATED, Level.CONFIRMED)),
            sort=sort,
        )
        yield Asked(query, has_counts=False)


def _ranges_with_counts(maker: Maker) -> Iterator[Asked]:
    return (replace(asked, has_counts=True) for asked in _ranges(maker))


KINDS = (
    Kind(
        "all counts, no text",
        _everything,
        {"tantivy": 25, "PostgreSQL": 200, "SQLite FTS5": 200, "Whoosh's own grouping": 3_000},
    ),
    Kind("all counts, one filter", _one_filter, {}),
    Kind("text + filters + counts, warm", _with_words, {"tantivy": 2, "PostgreSQL": 40, "SQLite FTS5": 40}),
    Kind("text, the last word growing, a filter, counts", _typed, {}),
    Kind("ranges + sort", _ranges, {"tantivy": 8, "PostgreSQL": 80}),
    Kind("ranges + sort + counts", _ranges_with_counts, {}),
    Kind("a word not seen before + counts", _unseen, {"PostgreSQL": 1, "SQLite FTS5": 1}),
)
