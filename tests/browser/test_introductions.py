"""A journey of both sides: shortlist, ask, answer, read, show who one is."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from directory.accounts.models import Role
from directory.core import clock
from directory.core.db import Database
from directory.providers.models import Provider
from tests.browser.conftest import Visitor
from tests.browser.looks import Look
from tests.browser.server import live
from tests.factories import add_member, add_provider
from tests.web.account.door import PASSWORD, add_somebody

LOOKS = [Look(1280), Look(375, has_javascript=False)]
WAYS = [Look(width, has_javascript=scripts) for width in (1280, 375) for scripts in (True, False)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Database]]:
    """A server of its own, whose database these journeys write to, and that database."""
    folder = tmp_path_factory.mktemp("asked")
    with live(folder, providers=3) as address:
        database = Database(f"sqlite:///{folder / 'var' / 'directory.sqlite'}")
        yield address, database
        database.dispose()


@pytest.fixture
def visitors(browser: Browser, served: tuple[str, Database]) -> Iterator[tuple[Visitor, Visitor]]:
    both = Visitor(browser, served[0]), Visitor(browser, served[0])
    yield both
    for one in both:
        one.close()
        assert one.complaints == []


def log_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_from_a_shortlist_to_an_answer_and_a_name(
    visitors: tuple[Visitor, Visitor], served: tuple[str, Database], look: Look
) -> None:
    database, name = served[1], f"firm-{look.width}"
    bea = add_somebody(database, Role.BUYER, email=f"bea-{name}@people.example", name="Bea Buyer")
    ed = add_somebody(database, email=f"ed-{name}@people.example")
    with database.writing() as session:
        provider = add_provider(session, slug=name, name="Halden Works", claimed_at=clock.now())
        add_member(session, provider, ed)

    buyer = visitors[0](f"/providers/{name}", look)
    buyer.locator(f"#keep-{name}").click()
    expect(buyer.locator(f"#keep-{name}")).to_have_attribute("aria-pressed", "true")
    buyer.goto("/shortlist")
    buyer.get_by_role("button", name="Ask for an introduction").click()
    log_in(buyer, str(bea.email))
    expect(buyer.locator("#sent ~ h3")).to_contain_text("Halden Works")
    buyer.get_by_label("What do you need?").fill("An agent that settles claims by spring.")
    buyer.get_by_role("button", name="Send to 1 provider").click()
    expect(buyer.locator(".state")).to_have_text("waiting")

    vendor = visitors[1]("/account/login", look)
    log_in(vendor, str(ed.email))
    vendor.goto(f"/vendor/{name}/introductions")
    vendor.get_by_role("link", name="An agent that settles claims").click()
    expect(vendor.locator("main")).to_contain_text("They don’t show you who they are")
    vendor.get_by_label("Your answer").fill("We run one of these.")
    vendor.get_by_role("button", name="Send the answer").click()

    buyer.reload()
    expect(buyer.locator("main")).to_contain_text("We run one of these.")
    buyer.get_by_role("button", name="Show them my name").click()
    expect(buyer.get_by_role("button", name="Hide them again")).to_be_visible()
    vendor.reload()
    expect(vendor.locator("main")).to_contain_text(str(bea.email))


@pytest.mark.parametrize("look", WAYS, ids=str)
def test_from_an_assessment_to_those_who_cover_its_gaps_and_a_question_to_them(
    visitors: tuple[Visitor, Visitor], served: tuple[str, Database], look: Look
) -> None:
    database = served[1]
    bea = add_somebody(database, Role.BUYER, email=f"assessor-{look}@people.example", name="Bea Buyer")
    with database.writing() as session:
        session.execute(update(Provider).where(Provider.claimed_at.is_(None)).values(claimed_at=clock.now()))

    page = visitors[0]("/assess", look)
    page.get_by_role("button", name="Begin").click()
    expect(page).to_have_url(re.compile("/needs$"))
    page.get_by_label("Requests a day").fill("1,000")
    page.get_by_role("button", name="Save and go on").click()
    for _ in range(6):
        expect(page.locator(".question").first).to_be_visible()
        step = page.url
        for box in page.locator('.question input[value="unmet"]').all():
            box.check()
        page.get_by_role("button", name="Save and go on").click()
        expect(page).not_to_have_url(step)
    expect(page.get_by_role("heading", level=1)).to_have_text("Readiness of your proof of concept")
    matched = page.locator(".match h3").all_inner_texts()
    page.get_by_role("link", name=re.compile("^Compare the first")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("side by side$"))
    page.get_by_role("link", name="Ask for an introduction").click()
    log_in(page, str(bea.email))
    expect(page.locator("#sent ~ h3").first).to_be_visible()
    asked = page.locator("#sent ~ h3 a").all_inner_texts()
    assert asked
    assert set(asked) <= set(matched)
    page.get_by_label("What do you need?").fill("Somebody who closes these gaps with us.")
    page.get_by_role("button", name=re.compile("^Send to")).click()
    expect(page.locator(".state")).to_have_text(["waiting"] * len(asked))
