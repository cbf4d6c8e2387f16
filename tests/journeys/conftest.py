"""One browser for all journeys, in the process of the browser tests; each journey has a directory of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from directory.core.db import Database
from tests.browser.conftest import Visitor
from tests.journeys.desk import Desk, open_desk
from tests.journeys.listed import add_listed

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep journeys with the browser tests, so that there is one browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A running directory that lists one firm, unclaimed; on PostgreSQL where a test asks for that."""
    kind = getattr(request, "param", "sqlite")
    database: Database | None = request.getfixturevalue("postgresql_database") if kind == "postgresql" else None
    with open_desk(tmp_path, add_listed, database.url if database else "") as running:
        yield running


@pytest.fixture
def visit(browser: Browser, desk: Desk) -> Iterator[Visitor]:
    """Open pages as one person after another; the test fails if a page complained meanwhile."""
    visitor = Visitor(browser, desk.address)
    yield visitor
    visitor.close()
    assert visitor.complaints == []
