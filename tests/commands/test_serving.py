"""`directory run` as a newcomer meets it: one command, a page in seconds, Ctrl-C ends all of it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.ports import free_port


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - loopback
        return response.status, response.read().decode()


def send_raw(url: str, request: str) -> str:
    """Send a request that no proper client would, and return the answer."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(request.encode())
        return connection.makefile("rb").read().decode()


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


def children_of(process: str) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    environ = {**os.environ, "DIRECTORY_VAR": str(tmp_path / "var"), "PORT": str(port)}
    environ.pop("DIRECTORY_BASE_URL", None)
    command = [sys.executable, "-m", "directory", "run"]
    # As in the background of a shell script, where an interrupt is ignored until somebody handles it.
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    signal.signal(signal.SIGINT, ignored)
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
    children = children_of(str(process.pid))
    assert len(children) == 2
    server = children[0]
    until = time.monotonic() + 30
    while len(children_of(server)) < 4:  # the first one answers while the others are being forked
        assert time.monotonic() < until
        process_pause()
    assert len(children_of(server)) == 4
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(get, [url + "/api/v1/providers?production=at-scale&per_page=3"] * 24))
    assert len(answers) == 1, "every worker gives the same answer"
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


@pytest.mark.slow
def test_what_the_server_refuses_is_logged_without_who_asked_for_what(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    process, url = running
    wait_for(url + "/healthz", process)
    assert send_raw(url, "GET /providers?q=a private matter HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 400 ")
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert "private" not in output
    assert "ip=" not in output


@pytest.mark.slow
def test_no_reader_on_the_same_machine_is_taken_for_a_proxy(running: tuple[subprocess.Popen[str], str]) -> None:
    process, url = running
    wait_for(url + "/healthz", process)
    address = "//elsewhere.example/checklist"
    answer = send_raw(url, f"GET {address} HTTP/1.0\r\nScript_Name: //elsewhere.example\r\n\r\n")
    assert "elsewhere.example/checklist/" not in answer
