"""The real thing on a free port: migrated, filled with demonstration data, indexed, served by gunicorn."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from directory.core.paths import PACKAGE

START_SECONDS = 120


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def run(environment: dict[str, str], *arguments: str) -> None:
    """Run a command of the directory to its end; a failure shows what it printed."""
    command = [sys.executable, "-m", "directory", *arguments]
    done = subprocess.run(
        command, cwd=PACKAGE.parent, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"directory {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}"


@contextmanager
def live(folder: Path, *, providers: int | None = None) -> Iterator[str]:
    """Give the address of a server over demonstration data kept in `folder`; stop it at the end."""
    address = f"127.0.0.1:{free_port()}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    environment = {**kept, "DIRECTORY_VAR": str(folder / "var"), "DIRECTORY_BASE_URL": f"http://{address}"}
    run(environment, "migrate")
    run(environment, "demo", *([] if providers is None else ["--providers", str(providers)]))
    run(environment, "reindex")
    command = [sys.executable, "-m", "directory", "serve", "--workers", "2", "--bind", address]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=PACKAGE.parent, env=environment, stdout=log, stderr=log)
        try:
            _wait(f"http://{address}/readyz", process, folder / "server.log")
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address, made above
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                msg = f"the server didn't become ready ({error}):\n{log.read_text(errors='replace')[-3000:]}"
                raise RuntimeError(msg) from error
            time.sleep(0.1)
