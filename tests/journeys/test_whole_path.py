"""From an empty account to a verified figure in the results, and back: every person with a browser of their own."""

import re
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from directory.core import clock
from tests.browser.conftest import Visitor
from tests.browser.looks import Look
from tests.journeys.desk import Desk, awaited, link_in, time_code, words
from tests.journeys.listed import NAME, SLUG

PHONE = Look(width=375, has_javascript=False)
PASSWORD = "seven green kettles under one roof"
VENDOR, ADMIN, REFEREE = "vera@halden-works.example", "ada@directory.example", "rea.referee@northbank.example"
REFEREE_NAME = "Rea Referee"
STATED = {
    "requests_per_day": "48213",
    "uptime_percent": "99.9417",
    "deploy_minutes": "13.5",
    "response_minutes": "17.5",
}
SEARCH = "/providers?production=at-scale"


def days_ago(days: int) -> str:
    return (clock.today() - timedelta(days=days)).isoformat()


def path_of(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def register(desk: Desk, visit: Visitor) -> Page:
    page = visit("/account/register")
    page.get_by_label("Be found: I edit the entry of a firm").check()
    page.get_by_label("Your name").fill("Vera Vendor")
    page.get_by_label("E-mail address").fill(VENDOR)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Register")
    expect(page).to_have_url(re.compile("/account/register/sent$"))
    page.goto(path_of(link_in(desk.mail(VENDOR, "/account/confirm/"), "/account/confirm/")))
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Confirm")
    expect(page).to_have_url(re.compile("/account/$|/vendor/$"))
    return page


def claim(desk: Desk, page: Page) -> None:
    page.goto(f"/vendor/claim/{SLUG}")
    page.locator('input[name="method"][value="email"]').check()
    page.locator('input[name="email"]').fill(VENDOR)
    press(page, "Claim the entry")
    page.goto(path_of(link_in(desk.mail(VENDOR, "/vendor/claim-link/"), "/vendor/claim-link/")))
    press(page, "Take the entry over")
    expect(page).to_have_url(re.compile(f"/vendor/{SLUG}$"))


def fill_in(page: Page) -> None:
    page.goto(f"/vendor/{SLUG}/profile")
    page.locator('[name="summary"]').fill("Builds agents that settle claims.")
    save(page)
    page.goto(f"/vendor/{SLUG}/systems")
    press(page, "Add a system")
    page.locator('[name="name"]').fill("Claims triage")
    page.locator('[name="live_since"]').fill(days_ago(400))
    for metric, value in STATED.items():
        page.locator(f'[name="figures.{metric}.value"]').fill(value)
        page.locator(f'[name="figures.{metric}.as_of"]').fill(days_ago(10))
    page.locator('[name="figures.response_minutes.coverage"]').select_option("24x7")
    save(page)
    page.goto(f"/vendor/{SLUG}/answers")
    page.locator('[name="graceful-degradation.status"][value="met"]').check()
    save(page)


def save(page: Page) -> None:
    press(page, "Save the draft")
    expect(page.locator("#saved")).to_contain_text("saved", ignore_case=True)
    assert [text for text in page.locator(".field-error").all_inner_texts() if text] == []


def submit(page: Page) -> None:
    page.goto(f"/vendor/{SLUG}/submit")
    press(page, "Submit for review")
    expect(page.locator("main")).to_contain_text("waits for review")


def enrol(desk: Desk, visit: Visitor) -> Page:
    """Log an admin in for the first time: nothing opens before there is a second factor."""
    desk.add_admin(ADMIN, PASSWORD)
    page = visit("/admin/")
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Log in")
    expect(page).to_have_url(re.compile("/account/two-factor"))
    key = page.locator("code.key").inner_text()
    page.locator("input[name=code]").fill(time_code(key, time.time()))
    page.locator('[name="current"]').fill(PASSWORD)
    press(page, "Turn it on")
    page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(re.compile("/admin/$"))
    return page


def decide(page: Page, kind: str, outcome: str) -> None:
    page.goto(f"/admin/?only={kind}")
    page.locator(f'main a[href^="/admin/{kind}/"]').first.click()
    page.locator(f'input[name="outcome"][value="{outcome}"]').check()
    page.locator('textarea[name="reason"]').fill("It says what it should, and the signals are explained.")
    press(page, "Decide and go to the next")
    expect(page.get_by_text(re.compile(r"^\s*\w+ \d+: [\w ,]+\.\s*$"))).to_be_visible()
    expect(page.get_by_text(re.compile("Not decided yet|Look again"))).to_have_count(0)


def ask(page: Page) -> None:
    page.goto(f"/vendor/{SLUG}/references/new")
    page.locator('[name="system"]').select_option(label="Claims triage")
    page.locator('[name="organisation"]').fill("Northbank")
    page.locator('[name="website"]').fill("https://northbank.example/")
    page.locator('[name="name"]').fill(REFEREE_NAME)
    page.locator('[name="email"]').fill(REFEREE)
    press(page, "Send the letter")
    expect(page).to_have_url(re.compile(rf"/vendor/{SLUG}/references/\d+$"))


def confirm(link: str, visit: Visitor) -> Page:
    """Answer on a phone without JavaScript; what the vendor states is nowhere to be seen."""
    page = visit(link, PHONE)
    text = page.content()
    assert not shown_figures(text)
    page.get_by_label("We are their customer now").check()
    page.get_by_label("None of these").check()
    for metric, value in (("requests_per_day", "47000"), ("uptime_percent", "99.95")):
        page.locator(f'[name="{metric}_value"]').fill(value)
    page.locator('[name="deploy_minutes_value"]').fill("13")
    page.locator('[name="response_minutes_value"]').fill("18")
    page.get_by_label("Round the clock").check()
    page.locator('[name="naming"][value="no"]').check()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    press(page, "Send my answer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your answer has arrived")
    return page


def shown_figures(text: str) -> list[str]:
    """Return which of the vendor's figures stand in a text, however they are written."""
    plain = (
        re.sub(r"<svg.*?</svg>", "", text, flags=re.DOTALL)
        .replace(",", "")
        .replace("\u202f", "")
        .replace("\u00a0", "")
        .replace("=\n", "")
    )
    return [value for value in STATED.values() if value in plain]


def is_listed(page: Page) -> bool:
    page.goto(SEARCH)
    return page.locator(f'main a[href^="/providers/{SLUG}"]').count() > 0


@pytest.mark.parametrize("desk", ["sqlite", "postgresql"], indirect=True)
def test_from_an_empty_account_to_at_scale_and_back(desk: Desk, visit: Visitor) -> None:
    buyer = visit(SEARCH)
    assert not is_listed(buyer)

    vendor = register(desk, visit)
    claim(desk, vendor)
    fill_in(vendor)
    submit(vendor)

    admin = enrol(desk, visit)
    decide(admin, "submission", "approved")
    assert not is_listed(buyer)

    ask(vendor)
    letter = desk.mail(REFEREE, "/reference/")
    assert not shown_figures(words(letter))
    referee = confirm(path_of(link_in(letter, "/reference/")), visit)
    assert not is_listed(buyer)

    decide(admin, "reference", "verified")
    awaited(lambda: is_listed(buyer) or None, "entry at scale", 10)
    buyer.locator("main .card summary").first.click()
    expect(buyer.locator("main .card .rule").first).to_be_visible()
    buyer.goto(f"/providers/{SLUG}")
    expect(buyer.locator("main")).to_contain_text("At scale")
    expect(buyer.locator("main")).to_contain_text("confirmed", ignore_case=True)

    for page in (buyer, vendor):
        for path in (SEARCH, f"/providers/{SLUG}", f"/api/v1/providers/{SLUG}", "/audit", "/api/v1/audit"):
            page.goto(path)
            assert not {REFEREE, REFEREE_NAME, "Northbank"} & set(
                re.findall(r"Northbank|Rea Referee|\S+@\S+", page.content())
            )

    referee.get_by_role("link", name="Take my answer back").click()
    press(referee, "Yes, take it back")
    expect(referee.get_by_role("heading", level=1)).to_have_text("You took your answer back")
    awaited(lambda: None if is_listed(buyer) else True, "end of the entry at scale", 10)

    logs = desk.logs()
    assert '"event": "request"' in logs
    for private in (REFEREE, REFEREE_NAME, VENDOR, "Vera", ADMIN, PASSWORD, "/reference/1", "Northbank"):
        assert private not in logs, private
    assert re.findall(r"\d+-\d+-[\w-]{32}", logs) == []
    assert NAME in desk.mails()
