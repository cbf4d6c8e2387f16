"""What holds on every page and in every look: accessible, valid, no sideways scrolling, light to load."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from directory.assessments.keys import reading_key
from tests.browser.conftest import Visitor
from tests.browser.insiders import Insider, insiders
from tests.browser.judges import axe, vnu
from tests.browser.looks import EVERY_LOOK, Look

FIRST_VISIT_BYTES = 150_000
FIXED = (
    "/",
    "/providers",
    "/providers?production=at-scale&enterprise=1",
    "/providers?q=claims&min_uptime=99.5&level=2&industry=insurance&sort=volume",
    "/providers?q=nothingofthatkind&production=at-scale",
    "/compare",
    "/compare?provider=halden-automation&provider=quillon-and-sohn&provider=tamarind-systems",
    "/compare?provider=halden-automation&provider=tamarind-systems&differences=1&hide=enterprise&add=li",
    "/industries",
    "/industries/insurance",
    "/agent-types/it-operations",
    "/regions/china",
    "/methodology",
    "/checklist",
    "/checklist/retries",
    "/assess",
    "/audit",
    "/shortlist",
    "/api/v1/docs",
    "/account/login",
    "/account/register",
    "/account/reset",
    "/account/reset/sent",
)
REFUSED = ("/providers?min_uptime=lots&nonsense=1", "/nowhere")
NARROWEST = Look(width=320)


def fetch(url: str, cookie: str = "") -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"Cookie": f"session={cookie}"} if cookie else {})  # noqa: S310 - the live server
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - as above
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.fixture(scope="module")
def providers(live_server: str) -> list[str]:
    """Every provider's page: the demonstration entries hold the odd cases."""
    listing = json.loads(fetch(f"{live_server}/api/v1/providers?per_page=100")[1])
    return [f"/providers/{item['slug']}" for item in listing["items"]]


@pytest.fixture(scope="module")
def telling(providers: list[str]) -> list[str]:
    """Some providers' pages, and the forms that hang on them."""
    some = [*providers[:2], *providers[22:24], *providers[-6:]]
    return [*some, f"{providers[0]}/report", f"{providers[-1]}/report?kind=removal"]


@pytest.fixture(scope="module")
def assessing(live_server: str) -> list[str]:
    """The pages of an assessment with an answer of each kind, and of one with none."""
    said = {"retries": "met", "alerting": "partly", "recovery": "unmet", "caching": "not-applicable", "sso": "unknown"}
    whole = {"answers": said, "level": 0, "needs": {"requests_per_day": 1000, "uptime_percent": 99, "region": "eu"}}
    answered, empty = (_assessment(live_server, sent) for sent in (whole, {"answers": {}, "level": 4}))
    steps = ("", "/needs", "/answers/error-handling", "/answers/security-compliance", "/delete")
    return [*(f"/assess/{answered}{step}" for step in steps), f"/assess/{reading_key(answered)}", f"/assess/{empty}"]


def _assessment(address: str, sent: dict[str, object]) -> str:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/api/v1/assessments", json.dumps(sent).encode(), headers)  # noqa: S310 - the live server
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - as above
        found: str = json.load(response)["id"]
    return found


@pytest.fixture(scope="module")
def people(live_folder: Path, live_server: str) -> list[Insider]:
    """Who sees more than anybody may, with the pages that are theirs."""
    return insiders(live_folder, live_server)


@pytest.mark.parametrize("look", EVERY_LOOK, ids=str)
def test_no_page_breaks_a_rule_of_accessibility(
    visit: Visitor, telling: list[str], assessing: list[str], look: Look
) -> None:
    page = visit("/", look)
    found = []
    for path in (*FIXED, *REFUSED, *telling, *assessing):
        page.goto(path)
        found += [f"{path}: {line}" for line in axe(page)]
    assert found == []
    visit.complaints[:] = [line for line in visit.complaints if "40" not in line]


def test_every_page_is_valid_html(
    live_server: str, providers: list[str], telling: list[str], assessing: list[str]
) -> None:
    pages = {path: fetch(live_server + path) for path in (*FIXED, *REFUSED, *providers, *telling, *assessing)}
    assert {path: status for path, (status, _) in pages.items() if status != 200} == dict(
        zip(REFUSED, (400, 404), strict=True)
    )
    assert vnu({path: html.decode() for path, (_, html) in pages.items()}) == []


def own_pages(page: Page, people: list[Insider], address: str) -> Iterator[str]:
    """Open every page that only some people see, as each of them, and yield its path."""
    for one in people:
        one.enter(page, address)
        for path in one.paths:
            response = page.goto(path)
            assert response is not None
            assert response.status == 200, path
            yield path


@pytest.mark.parametrize("look", EVERY_LOOK, ids=str)
def test_no_page_of_a_workspace_breaks_a_rule_of_accessibility_or_scrolls_sideways(
    visit: Visitor, people: list[Insider], live_server: str, look: Look
) -> None:
    page = visit("/", look)
    found = []
    for path in own_pages(page, people, live_server):
        found += [f"{path}: {line}" for line in axe(page)]
        assert overflow(page) == 0, f"{path} at {look.width}"
    assert found == []


def test_no_page_of_a_workspace_scrolls_sideways_on_the_narrowest_screen(
    visit: Visitor, people: list[Insider], live_server: str
) -> None:
    page = visit("/", NARROWEST)
    assert {path: overflow(page) for path in own_pages(page, people, live_server) if overflow(page)} == {}


def test_every_page_of_a_workspace_is_valid_html(live_server: str, people: list[Insider]) -> None:
    pages = {path: fetch(live_server + path, one.cookie) for one in people for path in one.paths}
    assert {path: status for path, (status, _) in pages.items() if status != 200} == {}
    assert vnu({path: html.decode() for path, (_, html) in pages.items()}) == []


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize("look", [NARROWEST, Look(width=375), Look(width=768), Look(width=1280)], ids=str)
def test_no_page_scrolls_sideways(visit: Visitor, providers: list[str], assessing: list[str], look: Look) -> None:
    page = visit("/", look)
    for path in (*FIXED, *REFUSED, *providers, f"{providers[0]}/report", *assessing):
        page.goto(path)
        assert overflow(page) == 0, f"{path} at {look.width}"
    visit.complaints[:] = [line for line in visit.complaints if "40" not in line]


@pytest.mark.parametrize("path", ["/", "/providers", "/methodology", "/checklist"])
def test_a_first_visit_is_light(visit: Visitor, path: str) -> None:
    page = visit("about:blank")
    loaded: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    assert 20_000 < sum(loaded) < FIRST_VISIT_BYTES


@pytest.mark.parametrize("path", ["/", "/providers", "/methodology"])
@pytest.mark.parametrize("look", [Look(), Look(width=375)], ids=str)
def test_nothing_shifts_while_a_page_loads(visit: Visitor, path: str, look: Look) -> None:
    page = visit("about:blank", look)
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " if (!entry.hadRecentInput) window.shifted += entry.value; }).observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(path, wait_until="networkidle")
    assert page.evaluate("window.shifted") < 0.02


@pytest.mark.parametrize("path", FIXED)
def test_everything_is_reached_by_keyboard_and_shows_that_it_has_the_focus(visit: Visitor, path: str) -> None:
    page = visit(path)
    seen = 0
    for _ in range(25):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "() => { const e = document.activeElement; if (!e || e === document.body) return null;"
            " const s = getComputedStyle(e); return {name: e.tagName, visible: e.matches(':focus-visible'),"
            " outlined: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none'}; }"
        )
        if focus is None:
            break
        seen += 1
        assert focus["visible"], f"{path}: {focus}"
        assert focus["outlined"], f"{path}: {focus}"
    assert seen >= 8
