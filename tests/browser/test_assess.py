"""The journey of a buyer's own proof of concept: assess, report, matched providers, comparison."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visitor
from tests.browser.looks import NARROW, WIDE, WITHOUT_JAVASCRIPT, Look

ANSWERS = ("met", "partly", "unmet", "unknown", "not-applicable")
EVERY_WAY = (WIDE, NARROW, WITHOUT_JAVASCRIPT, Look(width=375, has_javascript=False))


def begin(page: Page) -> None:
    page.get_by_role("button", name="Begin").click()
    expect(page).to_have_url(re.compile(r"/assess/[\w-]{22}/needs$"))


def answer_all(page: Page) -> None:
    """Answer every question of an area, each in another way."""
    for number in range(page.locator(".question").count()):
        page.locator(".question").nth(number).locator(f'input[value="{ANSWERS[number % 5]}"]').check()


@pytest.mark.parametrize("look", EVERY_WAY, ids=str)
def test_from_the_first_question_to_matched_providers_side_by_side(visit: Visitor, look: Look) -> None:
    page = visit("/assess", look)
    begin(page)
    page.get_by_label("Requests a day").fill("1,000")
    page.get_by_role("button", name="Save and go on").click()
    for _ in range(6):
        expect(page.locator(".question").first).to_be_visible()
        step = page.url
        answer_all(page)
        page.get_by_role("button", name="Save and go on").click()
        expect(page).not_to_have_url(step)
    expect(page.get_by_role("heading", level=1)).to_have_text("Readiness of your proof of concept")
    expect(page.locator(".areas-table tbody tr")).to_have_count(6)
    assert page.locator(".gap").count() > 15
    first = page.locator(".match").first
    covered = first.locator(".covered a").all_inner_texts()
    gaps = page.locator(".gap-name > a").all_inner_texts()
    assert covered
    assert set(covered) <= set(gaps)
    name = first.locator("h3").inner_text()
    page.get_by_role("link", name=re.compile("^Compare the first")).click()
    expect(page).to_have_url(re.compile(r"/compare\?provider="))
    expect(page.locator("main")).to_contain_text(name)


def test_what_is_ticked_and_typed_is_saved_as_it_goes(visit: Visitor) -> None:
    page = visit("/assess")
    begin(page)
    page.get_by_label("Uptime, in percent").fill("99.9")
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.get_by_role("link", name="Error handling").click()
    page.locator(".question").first.locator('input[value="unmet"]').check()
    expect(page.locator(".way-done")).to_contain_text("1 of 40 answered")
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.reload()
    expect(page.locator(".question").first.locator('input[value="unmet"]')).to_be_checked()
    page.get_by_role("link", name="What it must carry").click()
    expect(page.get_by_label("Uptime, in percent")).to_have_value("99.9")


def test_what_was_typed_before_the_scripts_came_is_saved_too(visit: Visitor) -> None:
    page = visit("/assess")
    held: list[Route] = []
    page.route("**/*.js", lambda route: held.append(route))  # noqa: PLW0108 - it must be a function of Python
    page.get_by_role("button", name="Begin").click(no_wait_after=True)
    page.get_by_label("Uptime, in percent").fill("99.9")
    for route in held:
        route.continue_()
    page.unroute_all()
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.reload()
    expect(page.get_by_label("Uptime, in percent")).to_have_value("99.9")


def test_what_cannot_be_taken_is_told_while_typing_and_stays(visit: Visitor) -> None:
    page = visit("/assess")
    begin(page)
    page.get_by_label("Uptime, in percent").fill("lots")
    expect(page.locator("#saved")).to_contain_text("Not saved: something in it can’t be taken")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator(".summary")).to_be_focused()
    expect(page.get_by_label("Uptime, in percent")).to_have_value("lots")
    visit.complaints[:] = [line for line in visit.complaints if "422" not in line]


def test_two_tabs_at_once_lose_nothing(visit: Visitor) -> None:
    page = visit("/assess")
    begin(page)
    page.get_by_role("link", name="Error handling").click()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator(".question").nth(0).locator('input[value="met"]').check()
    expect(other.locator("#saved")).to_contain_text("Saved")
    page.locator(".question").nth(1).locator('input[value="unmet"]').check()
    expect(page.locator("#saved")).to_contain_text("Not saved: this was changed in another place meanwhile.")
    page.get_by_role("button", name="Compare both versions").click()
    expect(page.locator(".summary")).to_contain_text("Where they differ")
    page.get_by_role("button", name="Save mine instead").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Scalability")
    page.go_back()
    page.reload()
    expect(page.locator(".question").nth(1).locator('input[value="unmet"]')).to_be_checked()
    visit.complaints[:] = [line for line in visit.complaints if "409" not in line]


def test_the_report_is_shown_to_others_and_deleted_for_all(visit: Visitor) -> None:
    page = visit("/assess")
    begin(page)
    page.get_by_role("button", name="See the report").click()
    shown = page.locator(".record").nth(1).inner_text()
    colleague = visit(shown.removeprefix(page.url.partition("/assess/")[0]), NARROW)
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Readiness of a proof of concept")
    expect(colleague.get_by_text("Delete it now")).to_have_count(0)
    page.get_by_role("link", name="Delete it now").click()
    page.get_by_role("button", name="Yes, delete it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The assessment is deleted")
    answer = colleague.reload()
    assert answer is not None
    assert answer.status == 404
    visit.complaints[:] = [line for line in visit.complaints if "404" not in line]


def test_it_prints_without_what_only_a_screen_needs(visit: Visitor) -> None:
    page = visit("/assess")
    begin(page)
    page.get_by_role("button", name="See the report").click()
    page.emulate_media(media="print")
    expect(page.locator(".areas-table")).to_be_visible()
    expect(page.locator("#questions-text")).to_be_visible()
    for hidden in (".keeping", ".menu", ".report .actions"):
        for one in page.locator(hidden).all():
            expect(one).to_be_hidden()
