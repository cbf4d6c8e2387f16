"""The search core against Whoosh's own grouping, on the same documents and queries, with equal answers checked.

Whoosh gets an index of its own without the rows of systems, which only our ranges need. It counts plainly;
ours counts disjunctively, which is more, and is compared where both mean the same. Times are the processor's,
since the machine may be shared.
"""

import argparse
import gc
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from statistics import median

from whoosh import query as whoosh_query
from whoosh.index import FileIndex
from whoosh.sorting import FieldFacet

from bench.report import Row, publish
from bench.search_corpus import CATALOGUE, Maker
from directory.evidence.levels import Level
from directory.search import index as store
from directory.search.answer import answer
from directory.search.document import TEXT_FIELDS
from directory.search.generation import Generation, build
from directory.search.query import FACET_PARAMETERS, Query, Sort
from directory.search.reading import IndexReader
from directory.search.results import Results
from directory.search.tokens import tokens

REPEATS = 30


def _written(folder: Path, size: int, *, has_systems: bool) -> float:
    """Write an index of so many providers and return how many seconds writing took, without inventing them."""
    maker, spent = Maker(7), 0.0
    writer = store.open_writer(store.create(folder))
    for start in range(0, size, 500):
        documents = [maker.document(number) for number in range(start + 1, min(size, start + 500) + 1)]
        documents = documents if has_systems else [replace(one, systems=()) for one in documents]
        began = time.process_time()
        store.add(writer, documents)
        spent += time.process_time() - began
    began = time.process_time()
    writer.commit(merge=False)
    return spent + time.process_time() - began


# ---------------------------------------------------------------- the peer


class Whoosh:
    """Search as Whoosh does it: its own query, its own grouping."""

    def __init__(self, folder: Path) -> None:
        """Open a searcher once, as a server would."""
        index: FileIndex = store.open_index(folder)
        self.searcher = index.searcher()

    def find(self, query: Query) -> tuple[int, dict[str, dict[str, int]]]:
        """Return total and counts by facet."""
        parts = [
            whoosh_query.Or([whoosh_query.Term(f"text_{field}", word) for field in TEXT_FIELDS])
            for word in tokens(query.words)
        ]
        for facet, values in query.facets:
            parts.append(whoosh_query.Or([whoosh_query.Term(f"term_{facet}", value) for value in values]))
        asked = whoosh_query.And(parts) if parts else whoosh_query.Every()
        groups = {facet: FieldFacet(f"term_{facet}", allow_overlap=True) for facet in FACET_PARAMETERS}
        results = self.searcher.search(asked, limit=20, groupedby=groups)
        counts = {
            facet: {str(value): len(rows) for value, rows in results.groups(facet).items() if value is not None}
            for facet in FACET_PARAMETERS
        }
        return len(results), counts


def _compare(ours: Results, theirs: tuple[int, dict[str, dict[str, int]]], query: Query) -> None:
    """Stop when the two disagree on the total or on a count that both define alike."""
    total, counts = theirs
    assert ours.total == total, (ours.total, total)  # noqa: S101 - a benchmark of wrong answers is worth nothing
    for facet in FACET_PARAMETERS:
        if query.chosen(facet):
            continue
        mine = {one.value: one.count for one in ours.facets[facet]}
        other = counts[facet]
        if facet == "certification":
            other = {value.removesuffix("/0"): n for value, n in other.items() if value.endswith("/0")}
        assert mine == other, (facet, mine, other)  # noqa: S101 - as above


# ---------------------------------------------------------------- measuring


def _median_ms(run: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        began = time.process_time()
        run()
        times.append(time.process_time() - began)
    return 1000 * median(times)


def private_mb() -> float:
    """Return this process's private memory in megabytes."""
    lines = Path("/proc/self/smaps_rollup").read_text("utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def _memory(folder: Path) -> None:
    """Print how much private memory a generation and a first round of queries take."""
    gc.collect()
    before = private_mb()
    generation = build(IndexReader().read(folder))
    for sort in Sort:
        answer(generation, Query(sort=sort), CATALOGUE)
    gc.collect()
    print(f"{private_mb() - before:.1f}")


def _measured_memory(folder: Path) -> float:
    command = [sys.executable, "-m", "bench.search_core", "--memory", str(folder)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _with_words(maker: Maker) -> Query:
    industry = CATALOGUE.taxonomy.terms("industry")[0].id
    words = f"{maker.words[3]} {maker.words[40]}"
    return Query(words=words, facets=(("industry", (industry,)), ("country", ("DE", "NL", "US"))))


def _ranges() -> Iterator[Query]:
    random = Random(3)
    while True:
        yield Query(
            min_requests_per_day=random.randint(1_000, 50_000),
            min_uptime=Decimal(random.randint(985_000, 995_000)).scaleb(-4),
            level=random.choice((Level.STATED, Level.CONFIRMED)),
            sort=random.choice((Sort.UPTIME, Sort.VOLUME, Sort.EVIDENCE)),
        )


def _against_whoosh(size: int, generation: Generation, peer: Whoosh, maker: Maker) -> Iterator[Row]:
    repeats = 3 if size > 20_000 else 10
    goal = 3_000 if size == 100_000 else 0
    for name, query, reach in (
        ("all counts, no text", Query(), goal),
        ("text + filters + counts, warm", _with_words(maker), 0),
    ):
        _compare(answer(generation, query, CATALOGUE), peer.find(query), query)
        mine = _median_ms(partial(answer, generation, query, CATALOGUE))
        other = _median_ms(partial(peer.find, query), repeats)
        yield Row(f"{size:,}: {name}", f"{mine:.2f} ms", f"{other:.1f} ms", other / mine, reach)
    unseen = iter(maker.words[500:])
    mine = _median_ms(lambda: answer(generation, Query(words=next(unseen)), CATALOGUE))
    other = _median_ms(lambda: peer.find(Query(words=next(unseen))), repeats)
    yield Row(f"{size:,}: a word not seen before + counts", f"{mine:.2f} ms", f"{other:.1f} ms", other / mine)


def _alone(size: int, folder: Path, reader: IndexReader, generation: Generation, maker: Maker) -> Iterator[str]:
    """Yield what has no peer here: ranges over systems, and a commit of one provider."""
    ranges = _ranges()
    yield f"{size:,}: ranges + sort + counts, {_median_ms(lambda: answer(generation, next(ranges), CATALOGUE)):.2f} ms"
    began = time.process_time()
    writer = store.open_writer(store.open_index(folder))
    store.remove(writer, [17])
    store.add(writer, [maker.document(17)])
    writer.commit(mergetype=store.merge_policy)
    committed = time.process_time()
    fresh = build(reader.read(folder))
    read = time.process_time()
    answer(fresh, Query(), CATALOGUE)
    first = time.process_time()
    yield (
        f"{size:,}: one provider changed: commit {1000 * (committed - began):.0f} ms,"
        f" read {1000 * (read - committed):.0f} ms, first answer after it {1000 * (first - read):.0f} ms"
    )


def _one_size(size: int, folder: Path) -> tuple[list[Row], list[str]]:
    ours, theirs = folder / f"ours-{size}", folder / f"theirs-{size}"
    ours.mkdir()
    theirs.mkdir()
    spent = _written(ours, size, has_systems=True)
    plain = _written(theirs, size, has_systems=False)
    speed = f"{size / spent:.0f}/s", f"{size / plain:.0f}/s (no systems)"
    began = time.process_time()
    reader = IndexReader()
    generation = build(reader.read(ours))
    loaded = time.process_time() - began
    notes = [f"{size:,}: loading {loaded:.2f} s, private memory {_measured_memory(ours):.0f} MB"]
    maker = Maker(7)
    rows = [Row(f"{size:,}: writing the index", *speed, ratio=plain / spent)]
    rows += _against_whoosh(size, generation, Whoosh(theirs), maker)
    return rows, [*notes, *_alone(size, ours, reader, generation, maker)]


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of providers, separated by commas")
    parser.add_argument("--memory", type=Path, help="measure the memory that this index takes, and nothing else")
    options = parser.parse_args()
    if options.memory:
        _memory(options.memory)
        return
    rows: list[Row] = []
    notes: list[str] = []
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            measured, remarks = _one_size(size, Path(folder))
        rows += measured
        notes += remarks
    publish("search_core", "Search core against Whoosh's own grouping", rows, notes)


if __name__ == "__main__":
    main()
