"""Journeys through the results, in a real browser over the demonstration data."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Visitor
from tests.browser.looks import NARROW, WITHOUT_JAVASCRIPT, Look

SHIFTS = """() => new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => resolve(sum), 300);
})"""


def send_late(route: Route) -> None:
    time.sleep(0.2)  # what is tested is lateness
    route.continue_()


def heading(page: Page) -> Locator:
    return page.locator("h1")


def option(page: Page, name: str, value: str) -> Locator:
    return page.locator(f'input[name="{name}"][value="{value}"]')


def count_beside(page: Page, name: str, value: str) -> str:
    return page.locator("label", has=option(page, name, value)).locator(".count").inner_text()


def test_typing_updates_in_place_and_keeps_the_focus(visit: Visitor) -> None:
    page = visit("/providers")
    page.evaluate("window.same = true")
    page.locator("#filter-q").press_sequentially("claims")
    expect(page).to_have_url(re.compile(r"/providers\?q=claims$"))
    expect(heading(page)).to_have_text(re.compile(r"^\d provider"))
    expect(page.locator("#announcement")).to_have_text(re.compile("for “claims”"))
    expect(page.locator("#filter-q")).to_be_focused()
    assert page.title().endswith("for “claims” · Find the Makers")
    assert page.evaluate("window.same")


def test_ticking_gives_what_its_count_promised(visit: Visitor) -> None:
    page = visit("/providers")
    promised = count_beside(page, "production", "at-scale")
    option(page, "production", "at-scale").check()
    expect(page).to_have_url(re.compile(r"/providers\?production=at-scale$"))
    expect(heading(page)).to_have_text(f"{promised} providers at scale")
    expect(option(page, "production", "at-scale")).to_be_focused()


def test_removing_a_chip_unticks_its_filter(visit: Visitor) -> None:
    page = visit("/providers")
    option(page, "industry", "retail").check()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator("#filter-min_uptime").fill("99.9")
    expect(page.locator(".chip")).to_have_count(2)
    page.locator(".chip", has_text="uptime").click()
    expect(page).to_have_url(re.compile(r"/providers\?industry=retail$"))
    expect(page.locator("#filter-min_uptime")).to_have_value("")
    page.locator(".chip", has_text="Retail").click()
    expect(page).to_have_url(re.compile("/providers$"))
    expect(option(page, "industry", "retail")).not_to_be_checked()


def test_back_and_forward_lead_through_the_searches(visit: Visitor) -> None:
    page = visit("/providers")
    everybody = heading(page).inner_text()
    page.locator("#filter-q").press_sequentially("claims")
    expect(page).to_have_url(re.compile("q=claims$"))
    option(page, "level", "2").check()
    expect(page).to_have_url(re.compile("q=claims&level=2$"))
    page.go_back()
    expect(page.locator(".chip")).to_have_count(1)
    expect(option(page, "level", "2")).not_to_be_checked()
    page.go_back()
    expect(heading(page)).to_have_text(everybody)
    expect(page.locator("#filter-q")).to_have_value("")
    page.go_forward()
    expect(page.locator("#filter-q")).to_have_value("claims")


def test_a_word_typed_slowly_is_one_step_back(visit: Visitor) -> None:
    page = visit("/providers")
    page.locator("#filter-q").press_sequentially("claims")
    expect(page).to_have_url(re.compile("q=claims$"))
    page.locator("#filter-q").press_sequentially(" triage")
    expect(page).to_have_url(re.compile(r"q=claims\+triage$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/providers$"))


def test_a_wrong_number_is_told_beside_its_field(visit: Visitor) -> None:
    page = visit("/providers?industry=retail")
    page.locator("#filter-min_uptime").fill("much")
    expect(page.locator("#filter-min_uptime-error")).to_be_visible()
    expect(page.locator("#filter-min_uptime")).to_have_value("much")
    expect(option(page, "industry", "retail")).to_be_checked()
    page.locator("#filter-min_uptime").fill("99.5")
    expect(page.locator("#filter-min_uptime-error")).to_have_count(0)
    assert len(visit.complaints) == 1
    assert "400" in visit.complaints.pop()


def test_the_order_changes_in_place(visit: Visitor) -> None:
    page = visit("/providers?production=in-production")
    page.locator("#filter-sort").select_option("name")
    expect(page).to_have_url(re.compile("sort=name$"))
    names = page.locator(".card h3").all_inner_texts()
    assert names[:3] == sorted(names[:3], key=str.casefold)


def test_why_unfolds_without_a_request(visit: Visitor) -> None:
    page = visit("/providers")
    card = page.locator(".card").first
    expect(card.locator(".rule").first).to_be_hidden()
    card.locator("summary").first.click()
    expect(card.locator(".rule").first).to_be_visible()


def test_everything_without_javascript(visit: Visitor) -> None:
    page = visit("/providers", WITHOUT_JAVASCRIPT)
    promised = count_beside(page, "production", "in-production")
    option(page, "production", "in-production").check()
    page.get_by_role("button", name="Show results").click()
    expect(page).to_have_url(re.compile(r"/providers\?production=in-production$"))
    expect(heading(page)).to_have_text(f"{promised} providers in production")
    page.locator("#filter-sort").select_option("name")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile(r"/providers\?production=in-production&sort=name$"))
    page.locator(".chip").click()
    expect(page).to_have_url(re.compile(r"/providers\?sort=name$"))
    page.locator(".card summary").first.click()
    expect(page.locator(".card .rule").first).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page).to_have_url(re.compile("sort=name&page=2$"))


@pytest.mark.parametrize("has_javascript", [True, False])
def test_on_a_phone_filters_are_a_sheet(visit: Visitor, *, has_javascript: bool) -> None:
    page = visit("/providers", Look(375, has_javascript=has_javascript))
    expect(page.locator("#filters")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    expect(page.locator("#filters")).to_be_visible()
    promised = count_beside(page, "production", "at-scale")
    option(page, "production", "at-scale").check()
    page.get_by_role("button", name=f"Show {promised} results" if has_javascript else "Show results").click()
    expect(page.locator("#filters")).to_be_hidden()
    expect(heading(page)).to_have_text(f"{promised} providers at scale")
    expect(page.get_by_role("button", name="Filters (1)")).to_be_visible()


def test_the_sheet_closes_with_escape(visit: Visitor) -> None:
    page = visit("/providers", NARROW)
    page.get_by_role("button", name="Filters").click()
    page.keyboard.press("Escape")
    expect(page.locator("#filters")).to_be_hidden()


def test_by_keyboard_alone(visit: Visitor) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("claims")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/providers\?q=claims$"))
    page.locator("#filter-q").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("production=in-production"))
    expect(option(page, "production", "in-production")).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize("path", ["/", "/providers"])
@pytest.mark.parametrize("look", [Look(), NARROW], ids=str)
def test_nothing_moves_while_fonts_arrive_late(visit: Visitor, path: str, look: Look) -> None:
    page = visit("/healthz", look)
    page.route("**/*.woff2", send_late)
    page.goto(path)
    assert page.evaluate(SHIFTS) < 0.01
    # An answer that isn't a page names no icon, so that the browser looks for one in vain.
    visit.complaints[:] = [line for line in visit.complaints if "404" not in line]


def test_suggestions_are_chosen_by_keyboard_and_lead_there(visit: Visitor) -> None:
    page = visit("/")
    field = page.locator("#q")
    field.press_sequentially("fina")
    options = page.locator('#suggestions [role="option"]')
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowUp")
    chosen = page.locator('#suggestions [aria-selected="true"]')
    expect(chosen).to_have_count(1)
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    leads_to = chosen.get_attribute("data-address") or ""
    field.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(leads_to) + "$"))


def test_escape_closes_suggestions_and_keeps_what_was_typed(visit: Visitor) -> None:
    page = visit("/providers")
    field = page.locator("#filter-q")
    field.press_sequentially("fina")
    expect(page.locator("#suggestions")).to_be_visible()
    field.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    expect(field).to_have_value("fina")


def listed(page: Page, name: str) -> list[str]:
    """Return the values of a facet that can be seen."""
    labels = page.locator(f"#filter-{name} .option > span:first-of-type").all()
    return [one.inner_text() for one in labels if one.is_visible()]


def test_a_long_list_narrows_while_one_types(visit: Visitor) -> None:
    page = visit("/providers")
    page.evaluate("window.same = true")
    box = page.get_by_role("textbox", name="Narrow the list: Industry")
    expect(box).to_be_hidden()
    page.locator("#filter-industry summary").click()
    every = listed(page, "industry")
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    box.press_sequentially("ÎNS AN")
    assert listed(page, "industry") == ["Insurance"]
    expect(page.locator("#narrowed-industry")).to_have_text(f"1 of {len(every)} listed")
    box.press("Enter")
    box.press("Escape")
    assert listed(page, "industry") == every
    assert page.url.endswith("/providers")
    assert page.evaluate("window.same")


def test_narrowed_lists_stay_so_while_results_change_and_keep_what_is_ticked(visit: Visitor) -> None:
    page = visit("/providers?industry=retail")
    page.locator("#filter-industry summary").click()
    page.locator("#narrow-industry").fill("bank")
    assert listed(page, "industry") == ["Banking and finance", "Retail and e-commerce"]
    option(page, "industry", "finance").check()
    expect(page).to_have_url(re.compile(r"/providers\?industry=finance&industry=retail$"))
    expect(page.locator(".chip")).to_have_count(2)
    expect(option(page, "industry", "finance")).to_be_focused()
    expect(page.locator("#narrow-industry")).to_have_value("bank")
    assert sorted(listed(page, "industry")) == ["Banking and finance", "Retail and e-commerce"]
    page.locator("#filter-industry summary").click()
    page.locator("#filter-industry summary").click()
    expect(page.locator("#narrow-industry")).to_have_value("")
    assert len(listed(page, "industry")) > 9


def test_without_javascript_a_long_list_is_whole_and_has_no_box(visit: Visitor) -> None:
    page = visit("/providers", WITHOUT_JAVASCRIPT)
    page.locator("#filter-industry summary").click()
    expect(page.locator("#narrow-industry")).to_be_hidden()
    assert len(listed(page, "industry")) > 9
