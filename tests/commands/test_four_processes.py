"""Four server processes answer while a worker indexes and another index is built: every answer is of one state."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from directory.catalogue.services import install_shipped
from directory.core.db import Database
from directory.jobs import worker
from directory.search import service
from tests.browser.server import run
from tests.factories import AT
from tests.journeys.desk import Desk, awaited, open_desk
from tests.search import states

STATES = 6
CLIENTS = 4
MOST_REQUESTS = 1_500
"""Of each client; it stops sooner when the last state is there."""
LISTS = (
    "/api/v1/providers?country=DE&per_page=100",
    "/api/v1/providers?country=DE&per_page=100&q=steady",
    "/api/v1/providers?country=DE&per_page=100&q=stead&sort=volume",
    "/api/v1/providers?country=DE&per_page=100&min_requests_per_day=15000",
)
PAGES = ("/", "/providers?country=DE&sort=name", "/suggest?q=stead", "/providers?q=steady+-invoices")
AT_REST = 40
"""So many answers in a row come from all processes, as good as surely."""


def fill(database: Database) -> None:
    with database.writing() as session:
        install_shipped(session, actor="test", at=AT)
    states.fill(database, STATES)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, fill, workers=4) as running:
        yield running


def get(desk: Desk, path: str) -> bytes:
    with urlopen(desk.address + path, timeout=60) as response:  # noqa: S310 - loopback
        assert response.status == 200
        body: bytes = response.read()
        return body


def state_of(answer: Any) -> int:
    """Return the state that a list is of; fail where its parts don't go together."""
    state: int = answer["total"] - states.FEWEST
    industries = {one["value"]: one["count"] for one in answer["facets"]["industry"]}
    assert industries == {states.INDUSTRIES[state % 3]: answer["total"]}
    assert sum(one["count"] for one in answer["facets"]["country"] if one["value"] == "DE") == answer["total"]
    assert len(answer["items"]) == len({item["slug"] for item in answer["items"]}) == answer["total"]
    assert all(item["slug"].startswith("steady-") for item in answer["items"])
    return state


def load(desk: Desk, is_done: threading.Event) -> set[int]:
    """Ask for lists and pages in turn; return the states seen."""
    seen = set()
    paths = cycle(zip(LISTS, PAGES, strict=True))
    for _ in range(MOST_REQUESTS // 2):
        of_list, of_page = next(paths)
        seen.add(state_of(json.loads(get(desk, of_list))))
        get(desk, of_page)
        if is_done.is_set():
            break
    return seen


def is_everywhere(desk: Desk, state: int) -> bool | None:
    """Whether every process is in a state, as far as many answers tell."""
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda _: state_of(json.loads(get(desk, LISTS[0]))), range(AT_REST))
        return True if set(answers) == {state} else None


@pytest.mark.slow
def test_four_processes_never_mix_and_all_arrive(desk: Desk) -> None:
    is_done = threading.Event()
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(load, desk, is_done) for _ in range(CLIENTS)]
        try:
            for state in range(1, STATES):
                with desk.database.writing() as session:
                    states.go_to(session, state)
                    states.change_beside(session, state)
                if state == STATES // 2:
                    run(desk.environment, "reindex")
                awaited(partial(is_everywhere, desk, state), f"state {state} in all processes", 20)
        finally:
            is_done.set()
        seen = set().union(*(client.result(timeout=120) for client in clients))
    assert len(seen) > STATES / 2
    assert "Traceback" not in desk.logs()


def test_what_is_waited_for_leaves_time_to_be_found_within_two_seconds() -> None:
    """The worker's pause and a server's, one after the other; the rest is work."""
    assert worker.PAUSE_SECONDS + service.LOOK_EVERY < 1
