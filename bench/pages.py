"""Pages over HTTP: what rendering costs against an empty view on the same gunicorn, and memory per worker.

`python -m bench.pages --providers 10000`. Needs wrk (a Debian package). Load goes to loopback only,
each measurement a few seconds long, ours and the peer's alternating so that both meet the same machine.
Made afresh: hardly an address is asked for twice, so nothing kept answers; cards were mostly made before, as most pages
show the same best ones. Kept: one address, again and again.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.report import Row, publish

WORKERS = 2
CONNECTIONS = 4
ROUNDS = 3
SECONDS = 4
PATIENCE = 120
"""Seconds in which a server must have started, or ended, on a machine that does other things."""
TICK = os.sysconf("SC_CLK_TCK")
SERVE = ("-k", "gthread", "--threads", "4", "--keep-alive", "5", "--preload", "--log-level", "error")
COMPRESSED = {"Accept-Encoding": "gzip, deflate, br, zstd"}
SCRIPT = """
local paths = {PATHS}
local headers = {HEADERS}
math.randomseed(os.time())
request = function()
  local path = paths[math.random(#paths)]:gsub("{number}", function() return math.random(1, 20000) end)
  return wrk.format("GET", path, headers)
end
"""
"""What wrk asks for: any of some paths, each with a number of its own where it has a place for one."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked for. With `{number}` in a path hardly two requests are alike, so that nothing kept answers them."""

    what: str
    paths: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)
    goal: float = 0.0


EMPTY = Case("an empty view", ("/",))


def free_port() -> int:
    """Return a loopback port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether the address answers at all."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - loopback
            return True
    except OSError:
        return False


@contextmanager
def serving(command: Sequence[str], probe: str, environ: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run a server, wait until the address `probe` answers, and give its process id."""
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(probe):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{' '.join(command)} doesn't answer")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def directory(environ: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Serve the directory as in production; give its address and the process id of gunicorn's master."""
    bind = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "directory", "serve", "--bind", bind, "--workers", str(WORKERS)]
    with serving(command, f"http://{bind}/healthz", environ) as process:
        yield f"http://{bind}", process


@contextmanager
def empty_view() -> Iterator[tuple[str, int]]:
    """Serve the peer with a gunicorn of the same kind, as many processes and threads; give the same."""
    bind = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "-b", bind, "-w", str(WORKERS), *SERVE, "bench.empty:app"]
    with serving(command, f"http://{bind}/") as process:
        yield f"http://{bind}", process


def script_of(case: Case) -> str:
    """Return the program that wrk runs for a case; JSON's strings are Lua's too."""
    paths = "{" + ",".join(map(json.dumps, case.paths)) + "}"
    headers = "{" + ",".join(f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in case.headers.items()) + "}"
    return SCRIPT.replace("{PATHS}", paths).replace("{HEADERS}", headers)


def requests_per_second(url: str, case: Case, seconds: int) -> float:
    """Return how many requests a second wrk got answered; every answer must be a success."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(script_of(case))
        script.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script.name, url]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if found is None or "Non-2xx" in done.stdout:
        raise RuntimeError(f"{case.what}: wrk says:\n{done.stdout}{done.stderr}")
    return float(found[1])


def spent_by(process: int) -> float:
    """Return the seconds of a processor that a process has spent."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def processor_seconds(master: int) -> float:
    """Return what the workers of a gunicorn master have spent."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return sum(spent_by(int(child)) for child in children)


def private_megabytes(master: int) -> list[float]:
    """Return the private memory of each worker of a gunicorn master, in MB."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    found = []
    for child in children:
        lines = Path(f"/proc/{child}/smaps_rollup").read_text().splitlines()
        kilobytes = sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))
        found.append(kilobytes / 1024)
    return found


def prepare(folder: Path, providers: int, *, has_index: bool = True) -> dict[str, str]:
    """Fill a fresh directory under `folder` and return the environment that serves it."""
    environ = {**os.environ, "DIRECTORY_VAR": str(folder), "DIRECTORY_LOG_LEVEL": "ERROR"}
    for arguments in (["migrate"], ["demo", "--providers", str(providers)], *([["reindex"]] if has_index else [])):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "directory", *arguments], env=environ, check=True, stdout=subprocess.DEVNULL
        )
        print(f"directory {' '.join(arguments)}: {time.perf_counter() - started:.1f} s")
    return environ


def cases(url: str) -> list[Case]:
    """Return what is measured: pages made afresh, pages that were kept, and pages that the reader has."""
    with urllib.request.urlopen(f"{url}/providers", timeout=30) as answer:  # noqa: S310 - loopback
        known = {"If-None-Match": answer.headers["ETag"]}
    with urllib.request.urlopen(f"{url}/sitemap-1.xml", timeout=30) as answer:  # noqa: S310 - loopback
        providers = tuple(re.findall(r"/providers/[a-z0-9-]+", answer.read().decode()))
    any_volume = "min_requests_per_day={number}"
    return [
        Case("results page, made afresh", (f"/providers?{any_volume}",), goal=0.4),
        Case("the same, compressed", (f"/providers?{any_volume}",), COMPRESSED),
        Case("results page, words and filters", (f"/providers?q=claims&level=1&{any_volume}",), goal=0.4),
        Case("results page, kept", ("/providers",), goal=1.3),
        Case("the same, compressed", ("/providers",), COMPRESSED, goal=1.3),
        Case("results page that the reader has: 304", ("/providers",), {**COMPRESSED, **known}, goal=1.8),
        Case("API, made afresh", (f"/api/v1/providers?{any_volume}",)),
        Case("API, kept", ("/api/v1/providers",), goal=1.3),
        Case("provider page, made afresh", providers),
        Case("provider page, kept", providers[:1], goal=1.3),
        Case("health", ("/healthz",)),
    ]


@dataclass(frozen=True, slots=True)
class Rate:
    """How many requests a second were answered, and the milliseconds of a processor that each took the workers."""

    per_second: float
    milliseconds: float

    def __str__(self) -> str:
        return f"{self.per_second:,.0f}/s, {self.milliseconds:.2f} ms"


def rate(server: tuple[str, int], case: Case, seconds: int) -> Rate:
    """Return how fast a server answers."""
    url, master = server
    began = processor_seconds(master)
    per_second = requests_per_second(url, case, seconds)
    return Rate(per_second, 1000 * (processor_seconds(master) - began) / (per_second * seconds))


def measure(ours: tuple[str, int], peer: tuple[str, int], seconds: int) -> list[Row]:
    """Return one row a case: the median over rounds, ours and the peer's alternating."""
    rows = []
    for case in cases(ours[0]):
        requests_per_second(ours[0], case, seconds)  # every worker has read the index, and made what is kept
        pairs = [(rate(ours, case, seconds), rate(peer, EMPTY, seconds)) for _ in range(ROUNDS)]
        mine, theirs = (sorted(each, key=lambda one: one.per_second)[ROUNDS // 2] for each in zip(*pairs, strict=True))
        rows.append(Row(case.what, str(mine), str(theirs), mine.per_second / theirs.per_second, case.goal))
    return rows


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long each measurement takes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environ = prepare(Path(folder), asked.providers)
        with directory(environ) as ours, empty_view() as peer:
            rows = measure(ours, peer, asked.seconds)
            memory = private_megabytes(ours[1])
    notes = [
        f"private memory a worker: {', '.join(f'{one:.0f} MB' for one in memory)}",
        "the milliseconds are the workers' processor time for each answer; they hold on a busy machine too",
    ]
    title = f"Pages, {asked.providers:,} providers, {WORKERS} workers, against an empty view"
    publish(f"pages-{asked.providers}", title, rows, notes)


if __name__ == "__main__":
    main()
