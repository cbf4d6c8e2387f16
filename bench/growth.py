"""How a results page and a worker grow with the directory: `python -m bench.growth --sizes 1000,10000,100000`.

Every page is one that nobody has asked for before, so that it is answered, not remembered. Time is the server's
processor time for each page; memory is what a worker has to itself.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.pages import directory, prepare, private_megabytes, processor_seconds
from bench.report import Row, publish

PAGES = 150
WARM_UP = 20
GOAL = 0.5
"""With ten times as many providers, a page may take twice as long."""
MEMORY_LIMIT = 100
BUILD_GOAL = 1_000
GOALS_AT = 100_000


def all_counts(number: int) -> str:
    """Return an address of a page without filters, a different one each time."""
    return f"/providers?page={1 + number % 25}&per_page={20 + number // 25}"


def filtered(number: int) -> str:
    """Return an address with words, a range and a filter, a different one each time."""
    return f"/providers?q=claims&min_requests_per_day={1_000 + number}&level=1&sort=uptime"


KINDS: dict[str, Callable[[int], str]] = {"all counts": all_counts, "words, range, filter": filtered}


@dataclass(frozen=True, slots=True)
class Measured:
    """One size: milliseconds of a processor by kind of page, the largest worker's private memory.

    `built` is how many providers a second `directory reindex` took in.
    """

    size: int
    built: float
    milliseconds: dict[str, float]
    megabytes: float


def read(url: str) -> None:
    """Read a page to its end; an error is one."""
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - loopback
        answer.read()


def each_page(url: str, master: int, address: Callable[[int], str]) -> float:
    """Return the milliseconds of a processor that a page of this kind takes."""
    for number in range(WARM_UP):
        read(url + address(number))
    began = processor_seconds(master)
    for number in range(WARM_UP, WARM_UP + PAGES):
        read(url + address(number))
    return 1000 * (processor_seconds(master) - began) / PAGES


def measure(size: int) -> Measured:
    """Serve so many providers and read pages."""
    with tempfile.TemporaryDirectory() as folder:
        environ = prepare(Path(folder), size)
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "directory", "reindex"], env=environ, check=True, capture_output=True)
        built = size / (time.perf_counter() - began)
        with directory(environ) as (url, master):
            found = {kind: each_page(url, master, address) for kind, address in KINDS.items()}
            return Measured(size, built, found, max(private_megabytes(master)))


def rows(found: list[Measured]) -> Iterator[Row]:
    """Yield a row for each kind and step: the peer is ours with fewer providers."""
    for before, after in pairwise(found):
        step, peer = f"{before.size:,} → {after.size:,}", f"ours at {before.size:,}"
        goal = GOAL if after.size == 10 * before.size else 0
        for kind, milliseconds in after.milliseconds.items():
            was = before.milliseconds[kind]
            what = f"{step}: results page, {kind}"
            yield Row(what, f"{milliseconds:.1f} ms", f"{was:.1f} ms", was / milliseconds, goal, peer)
        what = f"{step}: private memory of a worker"
        memory = f"{after.megabytes:.0f} MB", f"{before.megabytes:.0f} MB"
        yield Row(what, *memory, before.megabytes / after.megabytes, 0, peer)
    for one in found:
        goal = 1 if one.size == GOALS_AT else 0
        speed = f"{one.built:,.0f}/s", f"{BUILD_GOAL:,}/s"
        yield Row(f"{one.size:,}: building the index anew", *speed, one.built / BUILD_GOAL, goal, "the goal")
        memory = f"{one.megabytes:.0f} MB", f"{MEMORY_LIMIT} MB"
        yield Row(f"{one.size:,}: private memory of a worker", *memory, MEMORY_LIMIT / one.megabytes, goal, "the limit")


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000", help="numbers of providers, separated by commas")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    publish("growth", "How pages and memory grow", list(rows([measure(size) for size in sizes])), [])


if __name__ == "__main__":
    main()
