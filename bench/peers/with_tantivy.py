"""tantivy: fast fields, terms aggregations, one segment, one searcher.

Providers and systems have an index each. tantivy can't count providers among matching systems exactly, so the total of
a numeric filter is its estimate of how many different ones there are, and there are no facet counts beside it.
"""

import time
from pathlib import Path

import tantivy

from bench.asked import UNPROVEN, Asked, Found, Word
from bench.search_corpus import Corpus, plain_terms
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.search.document import METRICS, TEXT_FIELDS, Document
from directory.search.matching import bounds_of
from directory.search.query import BOUNDS, FACET_PARAMETERS, Query, Sort
from directory.search.words import WEIGHTS

HEAP = 3_500_000_000
"""Enough for all documents to become one segment."""
ALL_VALUES = 1_000
AGGREGATIONS = {facet: {"terms": {"field": facet, "size": ALL_VALUES}} for facet in FACET_PARAMETERS}
MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


def _provider_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in TEXT_FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for facet in FACET_PARAMETERS:
        builder.add_text_field(facet, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("id", "place"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_boolean_field("claimed", indexed=True, fast=True)
    return builder.build()


def _system_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("provider", fast=True)
    for metric in METRICS:
        builder.add_integer_field(f"value_{metric}", fast=True)
        builder.add_integer_field(f"level_{metric}", fast=True)
        builder.add_integer_field(f"key_{metric}", fast=True)
    builder.add_boolean_field("is_round_the_clock", indexed=True, fast=True)
    return builder.build()


class Tantivy:
    """tantivy through its own Python package."""

    name = "tantivy"

    def build(self, corpus: Corpus, folder: Path) -> float:
        """Write both indexes, one segment each."""
        self._schemas = _provider_schema(), _system_schema()
        indexes = []
        for name, schema in zip(("providers", "systems"), self._schemas, strict=True):
            (folder / name).mkdir()
            indexes.append(tantivy.Index(schema, path=str(folder / name)))
        writers = [index.writer(HEAP, 1) for index in indexes]
        spent = 0.0
        for documents in corpus.batches():
            began = self.seconds()
            for document in documents:
                writers[0].add_document(_provider(document, int(corpus.places[document.id])))
                for one in _systems(document):
                    writers[1].add_document(one)
            spent += self.seconds() - began
        began = self.seconds()
        for writer in writers:
            writer.commit()
            writer.wait_merging_threads()
        spent += self.seconds() - began
        self.read(folder)
        if {one.num_segments for one in self._searchers} != {1}:
            raise RuntimeError("tantivy has more than one segment: give its writer more memory")
        return spent

    def read(self, folder: Path) -> None:
        """Open what was written."""
        self._schemas = _provider_schema(), _system_schema()
        indexes = [tantivy.Index.open(str(folder / name)) for name in ("providers", "systems")]
        self._searchers = [index.searcher() for index in indexes]

    def find(self, asked: Asked) -> Found:
        """Answer from the index of providers, or, where numbers are asked for, from that of systems."""
        return self._by_numbers(asked.query) if asked.query.bounds else self._by_terms(asked)

    def _by_terms(self, asked: Asked) -> Found:
        searcher, question = self._searchers[0], self._question(asked)
        if asked.query.ordering is Sort.RELEVANCE:
            found = searcher.search(question, limit=20)
        else:
            found = searcher.search(question, limit=20, order_by_field="place", order=tantivy.Order.Asc)
        ids = searcher.fast_field_values("id", [address for _, address in found.hits])
        counts = {}
        if asked.has_counts:
            groups = searcher.aggregate(question, AGGREGATIONS)
            counts = {
                facet: {one["key"]: int(one["doc_count"]) for one in groups[facet]["buckets"]}
                for facet in FACET_PARAMETERS
            }
        return Found(found.count or 0, counts, tuple(int(one or 0) for one in ids))

    def _question(self, asked: Asked) -> tantivy.Query:
        schema, query = self._schemas[0], asked.query
        parts = [self._word(word) for word in asked.words]
        for facet, values in query.facets:
            among = tantivy.Query.term_set_query(schema, facet, list(values))
            parts.append(tantivy.Query.const_score_query(among, 0.0))
        if query.claimed:
            parts.append(
                tantivy.Query.const_score_query(tantivy.Query.term_query(schema, "claimed", field_value=True), 0.0)
            )
        if not parts:
            return tantivy.Query.all_query()
        return tantivy.Query.boolean_query([(MUST, part) for part in parts])

    def _word(self, word: Word) -> tantivy.Query:
        """Return a word in any of the fields, each with its weight."""
        schema, ways = self._schemas[0], []
        for field in TEXT_FIELDS:
            found = [tantivy.Query.term_query(schema, field, word.stem, "freq")]
            if word.beginning:
                found.append(tantivy.Query.regex_query(schema, field, f"{word.beginning}.*"))
            ways += [tantivy.Query.boost_query(one, WEIGHTS[field]) for one in found]
        return tantivy.Query.boolean_query([(SHOULD, way) for way in ways])

    def _by_numbers(self, query: Query) -> Found:
        schema, searcher = self._schemas[1], self._searchers[1]
        parts = []
        for name, bound in bounds_of(query):
            metric = BOUNDS[name]
            lower, upper = (bound, None) if name.startswith("min_") else (0, bound)
            parts += [
                _between(schema, f"value_{metric}", lower, upper),
                _between(schema, f"level_{metric}", int(query.level)),
            ]
            if metric is Metric.RESPONSE_MINUTES:
                parts.append(tantivy.Query.term_query(schema, "is_round_the_clock", field_value=True))
        question = tantivy.Query.boolean_query([(MUST, tantivy.Query.const_score_query(part, 0.0)) for part in parts])
        keys, ids = self._best(question, f"key_{query.ordering.metric or Metric.UPTIME_PERCENT}")
        total = searcher.aggregate(question, {"total": {"cardinality": {"field": "provider"}}})["total"]["value"]
        return Found(round(total), {}, ids, keys, is_estimate=True)

    def _best(self, question: tantivy.Query, field: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return keys and ids of the first twenty providers: more systems are taken until there are as many."""
        searcher, limit = self._searchers[1], 40
        while True:
            found = searcher.search(question, limit=limit, count=False, order_by_field=field, order=tantivy.Order.Asc)
            ids = searcher.fast_field_values("provider", [address for _, address in found.hits])
            first: dict[int, int] = {}
            for provider, (key, _) in zip(ids, found.hits, strict=True):
                first.setdefault(int(provider or 0), int(key))
            if len(first) >= 20 or len(found.hits) < limit:
                return tuple(first.values())[:20], tuple(first)[:20]
            limit *= 2

    def seconds(self) -> float:
        """Return this process's seconds, those of tantivy's threads included."""
        return time.process_time()

    def answers(self, asked: Asked) -> bool:
        """Whether tantivy can: it has no counts of providers among systems."""
        return not (asked.query.bounds and asked.has_counts)

    def close(self) -> None:
        """Let go of the searchers."""
        self._searchers = []


def _between(schema: tantivy.Schema, field: str, lower: int, upper: int | None = None) -> tantivy.Query:
    return tantivy.Query.range_query(schema, field, tantivy.FieldType.Integer, lower, upper)


def _provider(document: Document, place: int) -> tantivy.Document:
    made = tantivy.Document()
    for field, words in zip(TEXT_FIELDS, document.words, strict=True):
        made.add_text(field, " ".join(words))
    for facet, value in plain_terms(document):
        made.add_text(facet, value)
    made.add_unsigned("id", document.id)
    made.add_unsigned("place", place)
    made.add_boolean("claimed", bool(document.terms["claimed"]))
    return made


def _systems(document: Document) -> list[tantivy.Document]:
    found = []
    for one in document.systems:
        if one.is_live:
            made = tantivy.Document()
            made.add_unsigned("provider", document.id)
            made.add_boolean("is_round_the_clock", one.is_round_the_clock)
            for metric, value, level in zip(METRICS, one.values, one.levels, strict=True):
                sign = -1 if DEFINITIONS[metric].is_more_better else 1
                made.add_integer(f"value_{metric}", value)
                made.add_integer(f"level_{metric}", level)
                made.add_integer(f"key_{metric}", (0 if document.tier else UNPROVEN) + sign * value)
            found.append(made)
    return found
