"""Side by side in a browser: wide and on a phone, with and without JavaScript, frozen and printed."""

import io
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Visitor
from tests.browser.judges import axe, vnu
from tests.browser.looks import EVERY_LOOK, NARROW, WIDE, WITHOUT_JAVASCRIPT, Look
from tests.browser.test_every_page import NARROWEST, overflow

THREE = "/compare?provider=halden-automation&provider=tamarind-systems&provider=lindqvist-orvar"
SIX = f"{THREE}&provider=quillon-and-sohn&provider=penhallow-grid&provider=atelier-corvane"
NARROW_WITHOUT_JAVASCRIPT = Look(width=375, has_javascript=False)


def differing(page: Page) -> Locator:
    return page.locator("tr.is-different")


@pytest.mark.parametrize("look", [WIDE, NARROW, WITHOUT_JAVASCRIPT, NARROW_WITHOUT_JAVASCRIPT], ids=str)
def test_compare_differences_hide_freeze(visit: Visitor, look: Look) -> None:
    page = visit("/compare", look)
    page.get_by_role("searchbox", name="Name of a provider").fill("halden")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Add Halden Automation").click()
    page.get_by_role("searchbox", name="Name of a provider").fill("tamar")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Add Tamarind Systems").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two providers side by side")
    rows, different = page.locator("tbody tr").count(), differing(page).count()
    page.get_by_role("link", name="Differences only").click()
    expect(page.get_by_role("link", name="All rows")).to_be_visible()
    expect(differing(page)).to_have_count(different)
    assert page.locator("tbody tr").count() < rows
    page.get_by_role("link", name="hide Enterprise", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("Enterprise ?: show again"))).to_be_visible()
    page.get_by_role("button", name="Freeze").click()
    page.wait_for_url(re.compile(r"/compare/[\w-]{20,}$"))
    expect(page.get_by_role("heading", name="What has changed since")).to_be_visible()
    expect(differing(page)).to_have_count(different)
    page.get_by_role("link", name="As it is today").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two providers side by side")


def test_another_system_is_shown_without_javascript(visit: Visitor) -> None:
    page = visit(THREE, WITHOUT_JAVASCRIPT)
    before = page.locator("tr", has_text="Requests a day").first.inner_text()
    page.get_by_label("System of Halden Automation").select_option(index=1)
    page.get_by_role("button", name="Show figures").click()
    expect(page.get_by_text("Figures of the systems chosen")).to_be_visible()
    assert page.locator("tr", has_text="Requests a day").first.inner_text() != before


def test_heads_stay_in_sight(visit: Visitor) -> None:
    page = visit(THREE)
    page.mouse.wheel(0, 3000)
    page.wait_for_function("window.scrollY > 2000")
    box = page.locator("thead th").first.bounding_box()
    assert box is not None
    assert -1 <= box["y"] <= 2


@pytest.mark.parametrize("look", [NARROWEST, NARROW, Look(width=768)], ids=str)
def test_on_a_narrow_screen_the_table_scrolls_and_the_page_does_not(visit: Visitor, look: Look) -> None:
    page = visit(SIX, look)
    assert overflow(page) == 0
    region = page.locator(".compare-region")
    assert region.evaluate("e => e.scrollWidth > e.clientWidth")
    region.focus()
    region.evaluate("e => e.scrollTo(200, 500)")
    place = region.bounding_box()
    head = page.locator("thead").bounding_box()
    assert place is not None
    assert head is not None
    assert abs(head["y"] - place["y"]) <= 2
    labels = page.locator("tbody .compare-label")
    seen = [box for box in (labels.nth(one).bounding_box() for one in range(labels.count())) if box]
    assert all(box["x"] >= place["x"] - 1 for box in seen)


@pytest.mark.parametrize("look", EVERY_LOOK, ids=str)
def test_a_frozen_comparison_is_accessible_valid_and_fits(visit: Visitor, look: Look) -> None:
    page = visit(THREE, look)
    page.get_by_role("button", name="Freeze").click()
    page.wait_for_url(re.compile(r"/compare/[\w-]{20,}$"))
    assert axe(page) == []
    assert overflow(page) == 0
    path = page.url.split("/", 3)[3]
    assert vnu({"frozen": visit.source(f"/{path}")}) == []


@pytest.mark.parametrize(("address", "pages"), [(THREE, 1), (f"{SIX}&differences=1", 2)])
def test_three_providers_fit_on_one_landscape_page(visit: Visitor, address: str, pages: int) -> None:
    page = visit(address)
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    assert len(printed.pages) <= pages
    box = printed.pages[0].mediabox
    assert box.width > box.height
    text = " ".join(sheet.extract_text() for sheet in printed.pages)
    for word in ("Halden Automation", "Requests a day", "48,200/day", "does not hold", "Unknown"):
        assert word in text


class Elsewhere(BaseHTTPRequestHandler):
    """Another site, which takes nothing from others that doesn't say that it may be taken."""

    badge = ""

    def do_GET(self) -> None:
        """Answer with a page that embeds the badge."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.end_headers()
        self.wfile.write(f'<!doctype html><img src="{self.badge}" alt="">'.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


def test_a_badge_is_shown_on_a_page_of_another_site(browser: Browser, live_server: str) -> None:
    Elsewhere.badge = f"{live_server}/badges/halden-automation.svg"
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{other.server_port}/", wait_until="load")
        assert page.evaluate("document.images[0].naturalWidth") > 100
        page.close()
        other.shutdown()
