"""The directory as it runs: a server and a worker, mail written to files, logs at their most talkative."""

import base64
import email
import email.policy
import hmac
import os
import re
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.request import urlopen

from directory.core.db import Database
from directory.core.paths import PACKAGE
from tests.browser.server import run
from tests.ports import free_port

PATIENCE_SECONDS = 60
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Desk:
    """A running directory."""

    address: str
    folder: Path
    database: Database
    environment: dict[str, str]

    def mail(self, to: str, holding: str) -> EmailMessage:
        """Return the mail to somebody with some words in it, as soon as it is there."""
        return awaited(lambda: self._mail(to, holding), f"mail to {to} with {holding!r}")

    def _mail(self, to: str, holding: str) -> EmailMessage | None:
        for file in sorted((self.folder / "var" / "mail").glob("*.eml")):
            message = email.message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=email.policy.default)
            if message["To"] == to and holding in words(message):
                return message
        return None

    def mails(self) -> str:
        """Return every mail that was written."""
        return "\n".join(file.read_text() for file in sorted((self.folder / "var" / "mail").glob("*.eml")))

    def logs(self) -> str:
        """Return everything that the processes have logged."""
        return "".join(file.read_text(errors="replace") for file in sorted(self.folder.glob("*.log")))

    def add_admin(self, address: str, password: str) -> None:
        """Make an admin as the manual says: from the command line."""
        command = [sys.executable, "-m", "directory", "user", "add", address, "--role", "admin", "--name", "Ada Admin"]
        subprocess.run(
            command, cwd=PACKAGE.parent, env=self.environment, input=password, text=True, check=True, timeout=60
        )


def awaited(look: Callable[[], Found | None], what: str, seconds: float = PATIENCE_SECONDS) -> Found:
    """Return what a look finds, as soon as it finds something; fail when it doesn't in time."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        assert time.monotonic() < deadline, f"no {what} within {seconds} seconds"
        time.sleep(0.1)  # other processes are at work; nothing tells us when they are done
    return found


def words(message: EmailMessage) -> str:
    """Return everything that a mail says, in text and in HTML."""
    return "\n".join(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")


def link_in(message: EmailMessage, path: str) -> str:
    """Return the address in a mail whose path begins so."""
    found = re.search(rf"https?://[^\s)<>\"]*{re.escape(path)}[^\s)<>\"]*", words(message))
    assert found is not None
    return found[0]


def time_code(key: str, at: float) -> str:
    """Return what an authenticator app shows for a key (RFC 6238)."""
    plain = re.sub(r"[^A-Z2-7]", "", key.upper())
    secret = base64.b32decode(plain + "=" * (-len(plain) % 8))
    digest = hmac.digest(secret, struct.pack(">Q", int(at) // 30), "sha1")
    start = digest[-1] & 15
    number: int = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@contextmanager
def open_desk(
    folder: Path, fill: Callable[[Database], None], database_url: str = "", *, workers: int = 2
) -> Iterator[Desk]:
    """Give a running directory that `fill` has put something into; stop it at the end."""
    address = f"127.0.0.1:{free_port()}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    url = database_url or f"sqlite:///{folder / 'var' / 'directory.sqlite'}"
    environment = {
        **kept,
        "DIRECTORY_VAR": str(folder / "var"),
        "DIRECTORY_DATABASE_URL": url,
        "DIRECTORY_BASE_URL": f"http://{address}",
        "DIRECTORY_LOG_LEVEL": "DEBUG",
    }
    run(environment, "migrate")
    database = Database(url)
    fill(database)
    run(environment, "reindex")
    serve = ["serve", "--workers", str(workers), "--bind", address]
    processes = [_start(folder, environment, name, rest) for name, rest in (("server", serve), ("worker", ["worker"]))]
    try:
        awaited(lambda: _is_ready(folder, address, processes), "server", 120)
        yield Desk(f"http://{address}", folder, database, environment)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=PATIENCE_SECONDS)
        database.dispose()


def _start(folder: Path, environment: dict[str, str], name: str, rest: list[str]) -> "subprocess.Popen[bytes]":
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "directory", *rest], cwd=PACKAGE.parent, env=environment, stdout=log, stderr=log
        )


def _is_ready(folder: Path, address: str, processes: "list[subprocess.Popen[bytes]]") -> bool | None:
    assert all(process.poll() is None for process in processes), (folder / "server.log").read_text(errors="replace")
    try:
        with urlopen(f"http://{address}/healthz", timeout=5):
            return True
    except (URLError, ConnectionError, TimeoutError):
        return None
