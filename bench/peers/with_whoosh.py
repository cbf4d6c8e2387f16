"""Whoosh as it comes: its own queries, its own sorting by a column, its own grouping; systems it can't search.

The fields are ours, which are what it reads fastest: terms without positions, bare columns.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from whoosh import query as whoosh_query
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, Schema
from whoosh.index import create_in
from whoosh.sorting import FieldFacet

from bench.asked import Asked, Found, Word
from bench.search_corpus import Corpus, plain_terms
from directory.search import index as store
from directory.search.document import TEXT_FIELDS, Document
from directory.search.query import FACET_PARAMETERS, Sort

LARGEST_PEER = 100_000
"""Beyond, one question takes it half a minute."""


class Terms(store.Terms):
    """The same fields, filled by Whoosh's own writer."""

    def index(self, value: Iterable[str], **options: object) -> Iterator[tuple[bytes, int, float, bytes]]:  # noqa: ARG002 - Whoosh's signature
        """Yield each different term with its count."""
        for term, count in Counter(value).items():
            yield term.encode(), count, float(count), b""


class Whoosh:
    """Whoosh's own searcher, opened once."""

    name = "Whoosh's own grouping"

    def build(self, corpus: Corpus, folder: Path) -> float:
        """Write an index with one segment."""
        fields = {name: Terms() for name in (*TEXT_FIELDS, *FACET_PARAMETERS, "claimed")}
        columns = {name: COLUMN(NumericColumn("i")) for name in ("id", "place")}
        create_in(str(folder), Schema(**fields, **columns))
        codec = W3Codec(blocklimit=2048, compression=1)
        codec.length_stats = False
        writer = store.open_index(folder).writer(codec=codec, compound=False, limitmb=256)
        spent = 0.0
        for documents in corpus.batches():
            began = self.seconds()
            for document in documents:
                writer.add_document(**_row(document, int(corpus.places[document.id])))
            spent += self.seconds() - began
        began = self.seconds()
        writer.commit(merge=False)
        spent += self.seconds() - began
        self._searcher = store.open_index(folder).searcher()
        self._ids = self._searcher.reader().column_reader("id")
        return spent

    def find(self, asked: Asked) -> Found:
        """Answer."""
        parts = [_word(word) for word in asked.words]
        for facet, values in asked.query.facets:
            parts.append(whoosh_query.Or([whoosh_query.Term(facet, value) for value in values]))
        if asked.query.claimed:
            parts.append(whoosh_query.Term("claimed", "1"))
        question = whoosh_query.And(parts) if parts else whoosh_query.Every()
        options: dict[str, object] = {} if asked.query.ordering is Sort.RELEVANCE else {"sortedby": "place"}
        if asked.has_counts:
            options["groupedby"] = {facet: FieldFacet(facet, allow_overlap=True) for facet in FACET_PARAMETERS}
        results = self._searcher.search(question, limit=20, **options)
        counts = {
            facet: {str(value): len(rows) for value, rows in results.groups(facet).items() if value is not None}
            for facet in (FACET_PARAMETERS if asked.has_counts else ())
        }
        return Found(len(results), counts, tuple(int(self._ids[row]) for _, row in results.top_n))

    def seconds(self) -> float:
        """Return this process's seconds."""
        return time.process_time()

    def answers(self, asked: Asked) -> bool:
        """Whether Whoosh can: it knows nothing of systems."""
        return not asked.query.bounds

    def close(self) -> None:
        """Close the searcher."""
        self._searcher.close()


def _word(word: Word) -> whoosh_query.Query:
    ways = [whoosh_query.Term(field, word.stem) for field in TEXT_FIELDS]
    if word.beginning:
        ways += [whoosh_query.Prefix(field, word.beginning) for field in TEXT_FIELDS]
    return whoosh_query.Or(ways)


def _row(document: Document, place: int) -> dict[str, object]:
    row: dict[str, object] = dict(zip(TEXT_FIELDS, document.words, strict=True))
    terms: dict[str, list[str]] = {facet: [] for facet in FACET_PARAMETERS}
    for facet, value in plain_terms(document):
        terms[facet].append(value)
    return row | terms | {"claimed": document.terms["claimed"], "id": document.id, "place": place}
