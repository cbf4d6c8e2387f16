"""`directory run` as a newcomer meets it: one command, a page in seconds, Ctrl-C ends all of it."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import free_port


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - loopback
        return response.status, response.read().decode()


def wait_for(url: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until:
        assert process.poll() is None, process.communicate()
        try:
            get(url)
        except (OSError, urllib.error.URLError):
            process_pause()
        else:
            return
    pytest.fail("the directory didn't answer within 90 seconds")


def process_pause() -> None:
    """Wait a moment for another process, which has no other way to tell."""
    time.sleep(0.1)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    environ = {**os.environ, "DIRECTORY_VAR": str(tmp_path / "var"), "PORT": str(port)}
    environ.pop("DIRECTORY_BASE_URL", None)
    command = [sys.executable, "-m", "directory", "run"]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield process, f"http://127.0.0.1:{port}"
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)


@pytest.mark.slow
def test_one_command_from_nothing_to_a_directory_and_back(running: tuple[subprocess.Popen[str], str]) -> None:
    process, url = running
    wait_for(url + "/healthz", process)
    status, html = get(url + "/providers")
    assert status == 200
    assert "Halden Automation" in html
    assert get(url + "/readyz")[0] == 200
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert len(children) == 2
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0, output
    assert url in output
    for child in children:
        assert not Path(f"/proc/{child}").exists()


@pytest.mark.slow
def test_a_server_that_ends_by_itself_takes_the_worker_with_it_and_says_so(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    process, url = running
    wait_for(url + "/healthz", process)
    server, worker = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(server), signal.SIGKILL)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the server ended by itself" in output
    assert not Path(f"/proc/{worker}").exists()
