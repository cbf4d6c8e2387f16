"""A real server and Debian's Chromium, started once; pages are opened through `visit` and looked at afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser.looks import WIDE, Look
from tests.browser.server import live

HERE = Path(__file__).parent
SHOTS = HERE / "shots"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all browser tests in one process, so that there is one server and one browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def live_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the live server keeps its data."""
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="session")
def live_server(live_folder: Path) -> Iterator[str]:
    """The address of a server over the default demonstration data, on SQLite; tests don't change it."""
    with live(live_folder) as address:
        yield address


class Visitor:
    """Opens pages, and notes what no page may do: fail to load something, complain in the console, leave the host."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def __call__(self, path: str, look: Look = WIDE) -> Page:
        """Open a path of the live server in a fresh context; the page's own relative addresses work in `goto`."""
        context = self._browser.new_context(
            base_url=self._address,
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.scheme,
            java_script_enabled=look.has_javascript,
            has_touch=look.width < 600,
            locale="en-GB",
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.goto(path)
        return page

    def source(self, path: str) -> str:
        """Return the HTML of a path as it was sent, before any script touched it: what `vnu` should judge."""
        context = self._browser.new_context(base_url=self._address)
        self._contexts.append(context)
        return context.request.get(path).text()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" != self._address:
            self.complaints.append(f"left the host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a newer request took its place
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(browser: Browser, live_server: str) -> Iterator[Visitor]:
    """Open a page: `visit("/providers?q=claims", Look(...))`. The test fails if a page complained meanwhile.

    A test that expects complaints (an error page) empties `visit.complaints` itself.
    """
    visitor = Visitor(browser, live_server)
    yield visitor
    visitor.close()
    assert visitor.complaints == []


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page, str], Path]:
    """Take a picture of the whole page into tests/browser/shots/ (not kept in the repository)."""

    def take(page: Page, name: str) -> Path:
        SHOTS.mkdir(exist_ok=True)
        file = SHOTS / f"{name}.png"
        page.screenshot(path=file, full_page=True)
        return file

    return take
