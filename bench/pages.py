"""Pages over HTTP: what rendering costs against an empty view on the same gunicorn, and memory per worker.

`python -m bench.pages --providers 10000`. Needs wrk (a Debian package). Load goes to loopback only,
each measurement a few seconds long, ours and the peer's alternating so that both meet the same machine.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from bench.report import Row, publish

WORKERS = 2
CONNECTIONS = 4
ROUNDS = 3
SECONDS = 4
PAGES = (
    ("results page, all counts", "/providers", 0.4),
    ("results page, at scale", "/providers?production=at-scale", 0.4),
    ("results page, words and filters", "/providers?q=claims&min_uptime=99.5&level=1", 0.4),
    ("provider page", "/providers/halden-automation", 0),
    ("API, all counts", "/api/v1/providers", 0),
    ("health", "/healthz", 0),
)
SERVE = ("-k", "gthread", "--threads", "4", "--preload", "--log-level", "error")


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
def gunicorn(target: str, environ: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Serve `target` with the settings common to all; give its address and the master's process id."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(WORKERS), *SERVE, target]
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            if answers(url + "/"):
                break
            time.sleep(0.1)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(20)


def requests_per_second(url: str) -> float:
    """Return how many requests a second wrk got answered; every answer must be a success."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in text:
        raise RuntimeError(f"{url} answered with errors:\n{text}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", text)
    if found is None:
        raise RuntimeError(f"wrk said nothing useful:\n{text}")
    return float(found[1])


def private_megabytes(master: int) -> list[float]:
    """Return the private memory of each worker of a gunicorn master, in MB."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    found = []
    for child in children:
        lines = Path(f"/proc/{child}/smaps_rollup").read_text().splitlines()
        kilobytes = sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty")))
        found.append(kilobytes / 1024)
    return found


def prepare(folder: Path, providers: int) -> dict[str, str]:
    """Fill a fresh directory under `folder` and return the environment that serves it."""
    environ = {**os.environ, "DIRECTORY_VAR": str(folder), "DIRECTORY_LOG_LEVEL": "ERROR"}
    for arguments in (["migrate"], ["demo", "--providers", str(providers)], ["reindex"]):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "directory", *arguments], env=environ, check=True, stdout=subprocess.DEVNULL
        )
        print(f"directory {' '.join(arguments)}: {time.perf_counter() - started:.1f} s")
    return environ


def measure(ours: str, peer: str) -> list[Row]:
    """Return one row a page: the median over rounds, ours and the peer's alternating."""
    rows = []
    for what, path, goal in PAGES:
        answers(ours + path)  # both workers have read the index before anything is timed
        answers(ours + path)
        pairs = [(requests_per_second(ours + path), requests_per_second(peer + "/")) for _ in range(ROUNDS)]
        mine, theirs = median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
        rows.append(Row(what, f"{mine:,.0f}/s", f"{theirs:,.0f}/s", mine / theirs, goal))
    return rows


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=10_000)
    providers: int = parser.parse_args().providers
    with tempfile.TemporaryDirectory() as folder:
        environ = prepare(Path(folder), providers)
        with gunicorn("wsgi:app", environ) as (ours, master), gunicorn("bench.empty:app", environ) as (peer, _):
            rows = measure(ours, peer)
            memory = private_megabytes(master)
    note = f"private memory a worker: {', '.join(f'{one:.0f} MB' for one in memory)}"
    title = f"Pages, {providers:,} providers, {WORKERS} workers, against an empty view"
    publish(f"pages-{providers}", title, rows, [note])


if __name__ == "__main__":
    main()
