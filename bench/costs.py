"""What an index costs beside questions: reading it at the start, the memory it takes, taking in one change."""

import argparse
import gc
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.peers.ours import Ours
from bench.report import Row
from bench.search_corpus import CATALOGUE, Maker
from directory.search import index as store
from directory.search.answer import answer
from directory.search.generation import build
from directory.search.query import Query, Sort
from directory.search.writing import Writer

WHOLE_WORKER = 100
"""The megabytes that a whole worker may have to itself; what search takes is a part of them."""


def private_mb() -> float:
    """Return this process's private memory in megabytes."""
    lines = Path("/proc/self/smaps_rollup").read_text("utf-8").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def grown_by(folder: Path) -> float:
    """Return how many megabytes reading an index and a first round of questions take in this process."""
    ours = Ours()
    gc.collect()
    before = private_mb()
    ours.read(folder)
    for sort in Sort:
        answer(ours.generation, Query(sort=sort), CATALOGUE)
    gc.collect()
    return private_mb() - before


def memory(folder: Path) -> float:
    """Return the same for a fresh process."""
    command = [sys.executable, "-m", "bench.costs", str(folder)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def costs(size: int, folder: Path, ours: Ours) -> Iterator[Row | str]:
    """Yield rows and remarks. Changes the index: what was read before stays as it was."""
    megabytes = memory(folder)
    yield Row(
        f"{size:,}: private memory of search in a process",
        f"{megabytes:.0f} MB",
        f"{WHOLE_WORKER} MB",
        WHOLE_WORKER / megabytes,
        1 if size == 100_000 else 0,
        "the limit",
    )
    began = time.process_time()
    Ours().read(folder)
    loaded = time.process_time() - began
    yield f"{size:,}: reading the index at the start, {loaded:.2f} s"
    began = time.process_time()
    writer = Writer(store.open_index(folder))
    writer.remove([17])
    writer.add([Maker(7).document(17)])
    writer.commit()
    committed = time.process_time()
    fresh = build(ours.reader.read(folder))
    read = time.process_time()
    answer(fresh, Query(), CATALOGUE)
    first = time.process_time()
    yield (
        f"{size:,}: one provider changed: commit {1000 * (committed - began):.0f} ms,"
        f" read {1000 * (read - committed):.0f} ms, first answer after it {1000 * (first - read):.0f} ms"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="an index of ours")
    print(f"{grown_by(parser.parse_args().folder):.1f}")
