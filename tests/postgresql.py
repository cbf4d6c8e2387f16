"""A real PostgreSQL server for one test process, from the binaries that Debian installs; thrown away afterwards."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

START_SECONDS = 120
# Nothing in here outlives the tests, so nothing needs to reach the disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "Asia/Kolkata",  # half an hour off on purpose: nothing may lean on the server's time zone
}


class PostgreSQLMissingError(Exception):
    """The tests can't run without PostgreSQL; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, reached over a Unix socket in its own folder."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Give the address of a new database, a copy of `template`, and drop it at the end."""
        name = f"test_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


def binaries() -> Path:
    """Return the folder that holds initdb and postgres: the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parent.parent.name))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    if elsewhere:
        return Path(elsewhere).resolve().parent
    msg = (
        "PostgreSQL isn't installed, and these tests need a real one: run `make test`, or `apt-get install postgresql`"
    )
    raise PostgreSQLMissingError(msg)


def _account() -> str | None:
    """Return the account to run the server under; it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def server(options: Mapping[str, str] = OPTIONS) -> Iterator[Server]:
    """Start a server in a folder of its own, and stop and remove it at the end; `options` go before OPTIONS."""
    programs, account = binaries(), _account()
    # Not under pytest's own folder: that one is closed to other accounts, and its path too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="directory-pg-"))
    if account:
        shutil.chown(folder, account)
    try:
        _initialise(programs, folder, account)
        with (folder / "log").open("wb") as log:
            process = _start(programs, folder, account, log.fileno(), {**OPTIONS, **options})
            try:
                running = Server(folder)
                _wait(running, process)
                yield running
            finally:
                process.send_signal(2)  # fast shutdown: clients that are still there are sent away
                process.wait(timeout=START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(programs: Path, folder: Path, account: str | None) -> None:
    command = [
        str(programs / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    command += ["--locale=C.UTF-8", "--no-instructions"]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, user=account, env={"PATH": os.defpath})


def _start(
    programs: Path, folder: Path, account: str | None, log: int, options: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    command = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    environment = {"PATH": os.defpath}
    return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, user=account, env=environment)


def _wait(running: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            running.run("SELECT 1")
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                words = (running.folder / "log").read_text(errors="replace")
                msg = f"PostgreSQL didn't start: {words[-2000:]}"
                raise RuntimeError(msg) from error
            time.sleep(0.05)
        else:
            return
