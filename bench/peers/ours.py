"""Ours, asked as the peers are."""

import time
from pathlib import Path

from bench.asked import UNPROVEN, Asked, Found
from bench.search_corpus import CATALOGUE, Corpus
from directory.evidence.metrics import DEFINITIONS
from directory.search import index as store
from directory.search.answer import answer
from directory.search.building import PART
from directory.search.document import METRICS
from directory.search.generation import Generation, build
from directory.search.matching import conditions
from directory.search.query import FACET_PARAMETERS, Query
from directory.search.ranking import hits
from directory.search.reading import IndexReader
from directory.search.results import Hit
from directory.search.writing import Writer


class Ours:
    """The directory's own search: more than the peers do, since it counts 17 facets, disjunctively."""

    name = "ours"
    generation: Generation
    reader: IndexReader

    def build(self, corpus: Corpus, folder: Path) -> float:
        """Write the index in parts and join them, as a rebuild does, but in one process; then read it."""
        spent, held = 0.0, 0
        index = store.create(folder)
        writer = Writer(index)
        for documents in corpus.batches():
            began = self.seconds()
            held += writer.add(documents)
            if held >= PART:
                writer.commit()
                writer, held = Writer(index), 0
            spent += self.seconds() - began
        began = self.seconds()
        writer.commit()
        writer = Writer(index)
        if len(writer.segments) > 1:
            writer.join(list(writer.segments))
            writer.commit()
        spent += self.seconds() - began
        self.read(folder)
        return spent

    def read(self, folder: Path) -> None:
        """Read an index as a server does when it starts."""
        self.reader = IndexReader()
        self.generation = build(self.reader.read(folder))

    def find(self, asked: Asked) -> Found:
        """Answer. The values that a metric orders by are looked up by `keyed`, since no page needs them."""
        if not asked.has_counts:
            total, page = self.page(asked.query)
            return Found(total, {}, tuple(hit.provider_id for hit in page))
        results = answer(self.generation, asked.query, CATALOGUE)
        counts = {facet: {one.value: one.count for one in results.facets[facet]} for facet in FACET_PARAMETERS}
        return Found(results.total, counts, tuple(hit.provider_id for hit in results.hits))

    def page(self, query: Query) -> tuple[int, tuple[Hit, ...]]:
        """Return total and first page without counting facets."""
        held = conditions(self.generation, query)
        everybody = held.all_but()
        return len(everybody), hits(held, everybody, 0, query.per_page)

    def keyed(self, asked: Asked) -> Found:
        """Answer with what a metric orders by."""
        found = self.find(asked)
        metric = asked.query.ordering.metric
        if metric is None:
            return found
        generation = self.generation
        tiers = dict(zip(generation.providers.id.tolist(), generation.providers.tier.tolist(), strict=True))
        values = dict(
            zip(generation.systems.id.tolist(), generation.systems.values[METRICS.index(metric)].tolist(), strict=True)
        )
        sign = -1 if DEFINITIONS[metric].is_more_better else 1
        _, page = self.page(asked.query)
        keys = [
            (0 if tiers[hit.provider_id] else UNPROVEN) + sign * values[hit.system_id]
            for hit in page
            if hit.system_id is not None
        ]
        return Found(found.total, found.counts, found.ids, tuple(keys))

    def seconds(self) -> float:
        """Return this process's seconds."""
        return time.process_time()

    def answers(self, asked: Asked) -> bool:  # noqa: ARG002 - as all peers
        """Everything."""
        return True

    def close(self) -> None:
        """Nothing is held open."""
