"""Time to the first byte for four readers at once, while ten changes a second are written and indexed.

`python -m bench.under_change --providers 10000`. A server with two processes, one `directory worker`, and readers in a
process of their own, all on this machine. The same readers ask while nothing changes, turn by turn. Any answer but a
success stops the benchmark, and so do changes that aren't in the index in the end.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import func, select

from bench.pages import answers, directory, prepare
from bench.readers import PATHS, READERS
from bench.report import Row, publish
from bench.visible import turn, worker
from directory.core.db import Database
from directory.providers.models import Provider
from directory.references.models import Reference, ReferenceState
from directory.search import index as store
from directory.search.refresh import last_event

A_SECOND = 10
CHANGED = 100
"""So many providers take turns in being changed."""
TURNS = 3
SECONDS = 12.0
PATIENCE = 60.0


def to_change(database: Database) -> list[tuple[int, str]]:
    """Return providers with one verified reference."""
    verified = (
        select(Reference.provider_id)
        .where(Reference.state == ReferenceState.VERIFIED)
        .group_by(Reference.provider_id)
        .having(func.count() == 1)
    )
    query = select(Provider.id, Provider.slug).where(Provider.is_public, Provider.id.in_(verified))
    with database.reading() as session:
        return [(row.id, row.slug) for row in session.execute(query.order_by(Provider.id).limit(CHANGED))]


class Changes:
    """Changes at a steady pace, from a thread of their own: a reference is withdrawn, and later verified again."""

    def __init__(self, database: Database, chosen: Sequence[tuple[int, str]]) -> None:
        """Change nothing yet."""
        self._database = database
        self._chosen = chosen
        self.written = 0

    def run(self, seconds: float) -> None:
        """Write ten changes a second for so long, late ones at once."""
        began, first = time.perf_counter(), self.written
        while (due := (self.written - first) / A_SECOND) < seconds:
            time.sleep(max(0, began + due - time.perf_counter()))
            number, slug = self._chosen[self.written % len(self._chosen)]
            is_verified = self.written // len(self._chosen) % 2 == 1
            with self._database.writing() as session:
                turn(session, number, slug, is_verified=is_verified)
            self.written += 1


def seconds_behind(database: Database, index: Path) -> float:
    """Return how long it takes until the index has taken in everything that is written."""
    with database.reading() as session:
        last = last_event(session)
    began = time.perf_counter()
    while store.read_meta(store.current_folder(index)).position < last:
        if time.perf_counter() - began > PATIENCE:
            raise RuntimeError("the index hasn't taken in what was changed")
        time.sleep(0.02)
    return time.perf_counter() - began


def met(url: str) -> list[float]:
    """Let the readers read, and return milliseconds to the first byte; anything but a success is an error."""
    command = [sys.executable, "-m", "bench.readers", url, "--seconds", str(SECONDS)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    wrong = [status for _, status in found if status != 200]
    if wrong or not found:
        raise RuntimeError(f"{len(wrong)} of {len(found)} answers weren't a success: {sorted(set(wrong))}")
    return [1000 * seconds for seconds, _ in found]


def rows(quiet: list[float], changing: list[float]) -> Iterator[Row]:
    """Yield median, 95th percentile and worst."""
    peer = "ours, nothing changing"
    for what, of in (
        ("median", median),
        ("95th percentile", lambda values: quantiles(values, n=20)[-1]),
        ("worst", max),
    ):
        mine, other = of(changing), of(quiet)
        yield Row(f"time to first byte, {what}", f"{mine:.1f} ms", f"{other:.1f} ms", other / mine, peer=peer)
    yield Row(
        "answers a second",
        f"{len(changing) / TURNS / SECONDS:.0f}",
        f"{len(quiet) / TURNS / SECONDS:.0f}",
        len(changing) / len(quiet),
        peer=peer,
    )


def measure(url: str, database: Database, index: Path) -> tuple[list[Row], list[str]]:
    """Return rows and remarks: readers with and without changes, turn by turn."""
    changes = Changes(database, to_change(database))
    quiet: list[float] = []
    changing: list[float] = []
    behind: list[float] = []
    for _ in range(TURNS):
        quiet += met(url)
        writing = threading.Thread(target=changes.run, args=(SECONDS,))
        writing.start()
        changing += met(url)
        writing.join()
        behind.append(seconds_behind(database, index))
    pace, latest = changes.written / TURNS / SECONDS, max(behind)
    notes = [
        f"{READERS} readers, {len(PATHS)} addresses, {TURNS} turns of {SECONDS:g} seconds; every answer was a success",
        f"{pace:.1f} changes a second were written; the last of a turn was in the index within {latest:.2f} s",
    ]
    return list(rows(quiet, changing)), notes


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=10_000)
    providers: int = parser.parse_args().providers
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = prepare(folder, providers)
        database = Database(f"sqlite:///{folder / 'directory.sqlite'}")
        with directory(environ) as (url, _), worker(environ, database):
            for path in 2 * PATHS:
                answers(url + path)
            found, notes = measure(url, database, folder / "index")
        database.dispose()
    publish(f"under-change-{providers}", f"Readers while the directory changes, {providers:,} providers", found, notes)


if __name__ == "__main__":
    main()
