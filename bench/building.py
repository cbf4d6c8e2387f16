"""Building the index from the database, end to end: read, weigh, evaluate, analyse, write, join, check, swap.

`python -m bench.building --providers 100000`. Beside the goal, and beside one process in the same run. Since the
machine may be shared, a second is a processor's: what the parent takes by itself, and an equal share of what its parts
take together, since these run at the same time. The time by the clock is told too.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from bench.pages import prepare
from bench.report import Row, publish
from directory.core import clock
from directory.core.db import Database
from directory.search import building, refresh

GOAL = 1_000
"""Providers a second on two cores."""
GOAL_AT = 100_000
CORES = 2


@dataclass(frozen=True, slots=True)
class Cost:
    """What building took: seconds of the parent's processor, of all parts together, by the clock; megabytes at most."""

    providers: int
    processes: int
    own: float
    parts: float
    clock: float
    megabytes: int

    @property
    def speed(self) -> float:
        """Providers a second, where every process has a core to itself."""
        return self.providers / (self.own + self.parts / self.processes)


def build(folder: Path, processes: int) -> Cost:
    """Build the index of the directory under a folder by so many processes, in this one."""
    building.MOST_PROCESSES = processes
    database = Database(f"sqlite:///{folder / 'directory.sqlite'}")
    began, used = time.perf_counter(), time.process_time()
    count = refresh.reindex(database, folder / "index", on=clock.today())
    own, by_clock = time.process_time() - used, time.perf_counter() - began
    database.dispose()
    parts = getrusage(RUSAGE_CHILDREN)
    largest = max(getrusage(RUSAGE_SELF).ru_maxrss, parts.ru_maxrss)
    return Cost(count, processes, own, parts.ru_utime + parts.ru_stime, by_clock, largest // 1024)


def built_apart(folder: Path, processes: int) -> Cost:
    """Return the same of a fresh process."""
    command = [sys.executable, "-m", "bench.building", "--folder", str(folder), "--processes", str(processes)]
    return Cost(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def rows(one: Cost, several: Cost) -> list[Row]:
    """Return what was measured beside the goal and beside one process."""
    what = f"{several.providers:,}: building the index, providers a second"
    goal = 1 if several.providers >= GOAL_AT else 0
    ours = f"{several.speed:,.0f}/s"
    return [
        Row(what, ours, f"{GOAL:,}/s", several.speed / GOAL, goal, "the goal"),
        Row(what, ours, f"{one.speed:,.0f}/s", several.speed / one.speed, peer="one process"),
    ]


def main() -> None:
    """Measure and publish; with --folder, only build and print what that took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="a directory that is filled already")
    parser.add_argument("--processes", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.processes:
        print(json.dumps(asdict(build(arguments.folder, arguments.processes))))
        return
    with tempfile.TemporaryDirectory() as fresh:
        folder: Path = arguments.folder or Path(fresh)
        if not arguments.folder:
            prepare(folder, arguments.providers, has_index=False)
        one, several = (built_apart(folder, processes) for processes in (1, CORES))
    notes = [
        f"{cost.processes} at work: {cost.own:.1f} s of the parent's, {cost.parts:.1f} s of the parts' processors,"
        f" {cost.clock:.1f} s by the clock; {cost.megabytes} MB in the largest process"
        for cost in (one, several)
    ]
    title = f"Building the index of {several.providers:,} providers on {CORES} cores"
    publish(f"building-{several.providers}", title, rows(one, several), notes)


if __name__ == "__main__":
    main()
