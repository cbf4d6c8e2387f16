"""Journeys with a shortlist: kept without an account, taken along at log-in, shown to others, and no longer."""

import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from directory.accounts.models import Role
from directory.core.db import Database
from tests.browser.conftest import Visitor
from tests.browser.judges import axe, vnu
from tests.browser.looks import EVERY_LOOK, NARROW, WIDE, Look
from tests.browser.server import live
from tests.web.account.door import PASSWORD, add_somebody

FOUR = [Look(width, has_javascript=scripts) for width in (1280, 375) for scripts in (True, False)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Database]]:
    """A server of its own, whose database these journeys write to, and that database."""
    folder = tmp_path_factory.mktemp("kept")
    with live(folder, providers=12) as address:
        database = Database(f"sqlite:///{folder / 'var' / 'directory.sqlite'}")
        yield address, database
        database.dispose()


@pytest.fixture
def open_page(browser: Browser, served: tuple[str, Database]) -> Iterator[Visitor]:
    visitor = Visitor(browser, served[0])
    yield visitor
    visitor.close()
    assert visitor.complaints == []


def keep(page: Page, place: int) -> str:
    """Press the toggle of one of the cards, wait until it is pressed, and return the firm's name."""
    toggle = page.locator(".card .keep").nth(place)
    name = toggle.inner_text().partition(":")[2].strip()
    toggle.click()
    expect(page.locator(".card .keep").nth(place)).to_have_attribute("aria-pressed", "true")
    return name


def expect_kept(page: Page, names: list[str]) -> None:
    expect(page.locator(".kept h2")).to_have_text(names)


@pytest.mark.parametrize("look", FOUR, ids=str)
def test_from_a_list_into_an_account_and_out_to_others(
    open_page: Visitor, served: tuple[str, Database], look: Look
) -> None:
    email = f"buyer-{look}@people.example"
    add_somebody(served[1], Role.BUYER, email=email)
    page = open_page("/providers", look)
    names = [keep(page, 0), keep(page, 2)]
    expect(page.locator("#menu-shortlist")).to_have_text("Shortlist (2)")
    expect(page.locator(".tray .button")).to_be_visible()

    page.locator("#tray-name").click()
    expect_kept(page, names)
    page.locator("textarea").first.fill("Quick to answer")
    page.locator("select").first.select_option("contacted")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".kept .notice")).to_have_text("Saved.")

    page.get_by_role("main").get_by_role("link", name="Log in").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_url(re.compile("/shortlist$"))
    expect_kept(page, names)
    expect(page.locator("textarea").first).to_have_value("Quick to answer")
    assert "shortlist" not in {one["name"] for one in page.context.cookies()}

    page.get_by_label("Show my notes").check()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#share ~ p a").get_attribute("href")
    assert link
    other = open_page(link, look)
    expect_kept(other, names)
    expect(other.locator(".kept-shown").first).to_contain_text("Quick to answer")
    page.get_by_role("button", name="End the link").click()
    expect(page.get_by_role("button", name="Make a link")).to_be_visible()
    other.reload()
    expect(other.locator("h1")).to_have_text("This link is over")
    open_page.complaints[:] = [line for line in open_page.complaints if "410" not in line]


@pytest.mark.parametrize("look", FOUR, ids=str)
def test_from_the_tray_to_a_comparison_that_is_frozen_and_printed(open_page: Visitor, look: Look) -> None:
    page = open_page("/providers?q=claims", look)
    page.get_by_role("searchbox").first.fill("agents")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile("q=agents"))
    names = [keep(page, 0), keep(page, 1)]
    page.locator(".tray .button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two providers side by side")
    page.get_by_role("link", name="Differences only").click()
    expect(page.get_by_role("link", name="All rows")).to_be_visible()
    page.get_by_role("button", name="Freeze").click()
    expect(page).to_have_url(re.compile(r"/compare/[\w-]{20,}$"))
    expect(page.get_by_role("heading", name="What has changed since")).to_be_visible()
    paper = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf())).pages)
    assert all(name in paper for name in names)


def test_a_toggle_changes_the_page_in_place_and_keeps_the_focus(open_page: Visitor) -> None:
    page = open_page("/providers")
    page.evaluate("window.same = true")
    keep(page, 1)
    keep(page, 3)
    expect(page.locator(".tray .chip")).to_have_count(2)
    expect(page.locator(".card .keep").nth(3)).to_be_focused()
    page.locator(".tray .chip").first.press("Enter")
    expect(page.locator(".tray .chip")).to_have_count(1)
    expect(page.locator(".card .keep").nth(1)).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#tray-name")).to_be_focused()
    page.locator(".tray .chip").press("Enter")
    expect(page.locator("#tray")).to_be_hidden()
    expect(page.locator("#heading")).to_be_focused()
    assert page.evaluate("window.same")


def test_saving_one_note_leaves_what_is_typed_into_another(open_page: Visitor) -> None:
    page = open_page("/providers")
    keep(page, 0)
    keep(page, 1)
    page.goto("/shortlist")
    page.locator("textarea").nth(1).fill("Not saved yet")
    page.locator("textarea").nth(0).fill("Saved")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".kept .notice")).to_have_text("Saved.")
    expect(page.locator("textarea").nth(1)).to_have_value("Not saved yet")
    page.get_by_role("button", name="Move up").click()
    expect(page.locator("textarea").nth(0)).to_have_value("Not saved yet")
    page.get_by_role("button", name="Remove").nth(1).click()
    expect(page.locator(".kept")).to_have_count(1)
    expect(page.locator("#menu-shortlist")).to_have_text("Shortlist (1)")


def test_a_note_that_was_changed_in_another_tab_is_shown_beside_ones_own(open_page: Visitor) -> None:
    page = open_page("/providers")
    keep(page, 0)
    page.goto("/shortlist")
    tab = page.context.new_page()
    tab.goto("/shortlist")
    for one, text in ((tab, "From the other tab"), (page, "From this tab")):
        one.locator("textarea").fill(text)
        one.get_by_role("button", name="Save").click()
    expect(page.locator(".kept .summary")).to_contain_text("From the other tab")
    expect(page.locator(".kept .summary")).to_be_focused()
    expect(page.locator("textarea")).to_have_value("From this tab")
    open_page.complaints[:] = [line for line in open_page.complaints if "409" not in line]


@pytest.mark.parametrize("look", [WIDE, NARROW, Look(width=320)], ids=str)
def test_the_tray_is_one_line_and_never_hides_what_has_the_focus(open_page: Visitor, look: Look) -> None:
    page = open_page("/providers", look)
    for place in range(4):
        keep(page, place)
    tray = page.locator("#tray").bounding_box()
    assert tray is not None
    assert tray["height"] <= 64
    assert tray["y"] + tray["height"] == look.height
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    seen = 0
    for _ in range(60):
        page.keyboard.press("Tab")
        place = page.evaluate(
            "() => { const e = document.activeElement, box = e.getBoundingClientRect();"
            " return e === document.body || e.closest('#tray') ? null : box.bottom; }"
        )
        if place is not None:
            seen += 1
            assert place <= tray["y"]
    assert seen > 25
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    foot = page.locator(".foot").bounding_box()
    assert foot is not None
    assert foot["y"] + foot["height"] <= tray["y"] + 1


def test_a_comparison_keeps_too(open_page: Visitor) -> None:
    page = open_page("/providers")
    keep(page, 0)
    keep(page, 1)
    page.locator(".tray .button").click()
    expect(page.locator("thead .keep[aria-pressed=true]")).to_have_count(2)
    page.locator("thead .keep").first.click()
    expect(page.locator("thead .keep[aria-pressed=true]")).to_have_count(1)
    expect(page.locator("#menu-shortlist")).to_have_text("Shortlist (1)")


def test_going_back_to_a_page_as_it_was_left_shows_what_is_kept_now(open_page: Visitor) -> None:
    page = open_page("/providers")
    other = page.context.new_page()
    other.goto("/providers")
    name = keep(other, 0)
    show = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    page.evaluate(show)
    expect(page.locator(".tray .chip")).to_have_count(0)  # nothing has changed in this tab
    keep(page, 1)
    page.evaluate("sessionStorage.setItem('shortlist changed', 'later')")
    with page.expect_navigation():
        page.evaluate(show)
    expect(page.locator(".tray .chip").first).to_contain_text(name)


@pytest.mark.parametrize("look", EVERY_LOOK, ids=str)
def test_no_page_with_a_tray_breaks_a_rule_of_accessibility(open_page: Visitor, look: Look) -> None:
    page = open_page("/providers", look)
    for place in range(3):
        keep(page, place)
    profile = page.locator(".card h3 a").first.get_attribute("href")
    compared = page.locator(".tray .button").get_attribute("href")
    for path in ("/providers", str(profile), str(compared), "/"):
        page.goto(path)
        expect(page.locator(".tray")).to_be_visible()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # where the tray lies below everything
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_pages_with_a_tray_are_valid_html(open_page: Visitor) -> None:
    page = open_page("/providers")
    for place in range(3):
        keep(page, place)
    compared = str(page.locator(".tray .button").get_attribute("href"))
    paths = ("/providers", str(page.locator(".card h3 a").first.get_attribute("href")), compared, "/", "/shortlist")
    pages = {path: page.request.get(path).text() for path in paths}
    assert all('id="tray"' in html for path, html in pages.items() if path != "/shortlist")
    assert vnu(pages) == []
