"""Rate limits: shared by several nodes through Redis, counted alone while Redis is away."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from flask import Flask

from directory.app import create_app
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.web.buyer.report import LIMIT
from tests import factories
from tests.ports import free_port

ALLOWED = int(LIMIT.split()[0])


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real Redis on a port of its own, that keeps nothing."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with redis.Redis(port=port) as connection:
        for _ in range(200):
            try:
                connection.ping()
            except redis.ConnectionError:
                time.sleep(0.05)  # another process starts; it has no other way to tell
            else:
                break
    yield f"redis://127.0.0.1:{port}/0", process
    process.kill()
    process.wait()


@pytest.fixture
def slug(sqlite_database: Database) -> str:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        return factories.add_provider(session).slug


def send(app: Flask, slug: str, number: int) -> int:
    """Send a good report and return the status."""
    app.config["WTF_CSRF_ENABLED"] = False
    data = {"kind": "correction", "message": f"The founding year is wrong, number {number}.", "contact": ""}
    return app.test_client().post(f"/providers/{slug}/report", data=data).status_code


def test_two_nodes_count_together(
    redis_server: tuple[str, subprocess.Popen[bytes]], settings: Settings, slug: str
) -> None:
    first = create_app(replace(settings, redis_url=redis_server[0]))
    assert [send(first, slug, number) for number in range(ALLOWED)] == [303] * ALLOWED
    second = create_app(replace(settings, redis_url=redis_server[0]))
    assert send(second, slug, 99) == 429


def test_a_redis_that_goes_away_costs_nobody_a_report_and_the_limit_stays(
    redis_server: tuple[str, subprocess.Popen[bytes]], settings: Settings, slug: str
) -> None:
    url, process = redis_server
    app = create_app(replace(settings, redis_url=url))
    assert send(app, slug, 0) == 303
    process.kill()
    process.wait()
    statuses = [send(app, slug, number) for number in range(1, ALLOWED + 2)]
    assert statuses == [303] * ALLOWED + [429]
