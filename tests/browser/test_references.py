"""A customer is asked, confirms on a phone without JavaScript, and their pages hold in every look."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from directory.app import create_app
from directory.core import clock
from directory.core.db import Database
from directory.core.links import LinkKind, sign
from directory.core.settings import Settings
from directory.references import answering, services
from directory.references.models import Reference
from directory.references.testimony import Testimony as Statement  # its own name looks like a test
from directory.web.session import KEY
from tests.browser.conftest import Visitor
from tests.browser.judges import axe, vnu
from tests.browser.looks import EVERY_LOOK, Look
from tests.browser.server import live
from tests.cast import Cast, add_cast, log_in
from tests.factories import add_system
from tests.references.asked import add_asked, contact

PHONE = Look(width=375, has_javascript=False)
SAID = Statement("customer", employees=1000, answers={"requests_per_day": {"value": "48000"}}, quote="It runs.")


@dataclass(frozen=True, slots=True)
class Desk:
    """A server of its own, with a customer who was asked, and others of whom something came."""

    app: Flask
    database: Database
    settings: Settings
    cast: Cast
    asked: Reference
    verified: Reference
    returned: Reference

    def link(self, reference: Reference) -> str:
        """Return what a referee's letter leads to."""
        return "/reference/" + sign(LinkKind.REFERENCE, reference.id, reference.attempt, self.settings.secret_key)

    def enter(self, page: Page) -> None:
        """Log a page in as the provider's owner."""
        cookie = log_in(self.app, self.database, self.cast.owner).get_cookie("session")
        assert cookie is not None
        page.context.add_cookies([{"name": "session", "value": cookie.value, "url": self.settings.base_url}])


def _fill(database: Database) -> tuple[Cast, Reference, Reference, Reference]:
    at = clock.now()
    with database.writing() as session:
        cast = add_cast(session)
        system = add_system(session, cast.provider, name="Claims triage")
        asked, verified, returned = (
            add_asked(session, system, contact=contact(f"person-{number}@customer.example"), at=at)
            for number in (1, 2, 3)
        )
        answering.answer(session, verified, SAID, at=at)
        services.verify(session, verified, reason="Checked.", at=at)
        services.record_bounced(session, returned, 1, at=at)
        services.record_sent(session, asked, 1, at=at)
    return cast, asked, verified, returned


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A server of its own, as these tests change what is in it."""
    folder = tmp_path_factory.mktemp("references")
    with live(folder, providers=1) as address:
        settings = Settings.read({"DIRECTORY_VAR": str(folder / "var"), "DIRECTORY_BASE_URL": address})
        app = create_app(settings)
        database = app.extensions[KEY].database
        yield Desk(app, database, settings, *_fill(database))
        database.dispose()


@pytest.fixture
def visitor(browser: Browser, desk: Desk) -> Iterator[Visitor]:
    found = Visitor(browser, desk.settings.base_url)
    yield found
    found.close()


def paths(desk: Desk) -> list[str]:
    """Return every page of referees and of a vendor's references."""
    link, home = desk.link(desk.asked), "/vendor/the-provider/references"
    return [
        link,
        f"{link}/decline",
        f"{link}/stop",
        desk.link(desk.verified),
        f"{desk.link(desk.verified)}/withdraw",
        home,
        f"{home}/new",
        f"{home}/{desk.verified.id}",
        f"{home}/{desk.returned.id}",
        f"{home}/{desk.returned.id}/again",
    ]


@pytest.mark.parametrize("look", [*EVERY_LOOK, Look(width=320)], ids=str)
def test_these_pages_are_accessible_and_fit(
    desk: Desk, visitor: Visitor, look: Look, shoot: Callable[[Page, str], Path]
) -> None:
    page = visitor("/", look)
    desk.enter(page)
    found = []
    for number, path in enumerate(paths(desk)):
        page.goto(path)
        found += [f"{path}: {line}" for line in axe(page)]
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is too wide by {width}"] if width else []
        shoot(page, f"references-{look}-{number}")
    assert found == []
    assert visitor.complaints == []


def test_these_pages_are_valid_html(desk: Desk) -> None:
    client = log_in(desk.app, desk.database, desk.cast.owner)
    pages = {path: client.get(path) for path in paths(desk)}
    assert {path: answer.status_code for path, answer in pages.items() if answer.status_code != 200} == {}
    refused = {f"{path} refused": client.post(path) for path in (desk.link(desk.asked), paths(desk)[6])}
    assert vnu({path: answer.text for path, answer in {**pages, **refused}.items()}) == []


def test_a_customer_confirms_on_a_phone_without_javascript(
    desk: Desk, visitor: Visitor, shoot: Callable[[Page, str], Path]
) -> None:
    page = visitor(desk.link(desk.asked), PHONE)
    shoot(page, "referee-form-375")
    page.get_by_role("button", name="Send my answer").click()
    expect(page).to_have_title(re.compile("Not sent yet"))
    page.get_by_label("We are their customer now").check()
    page.get_by_label("None of these").check()
    page.get_by_label("How many people work at your firm?").select_option("1,000 people or more")
    page.get_by_label("As a number: requests a day").fill("48 000")
    page.locator("#uptime_percent_value").fill("99,95")
    page.locator("#deploy_minutes_band").select_option("I can’t say")
    page.locator("#response_minutes_band").select_option("15 to below 30 min")
    page.get_by_label("Round the clock").check()
    page.locator("#criterion_sso").get_by_label("Yes").check()
    page.locator("#criterion_audit_logs").get_by_label("I can’t say").check()
    page.get_by_label("A sentence for publication").fill("It runs, day and night.")
    page.get_by_label("No, only its size, country and industry").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your answer has arrived")
    shoot(page, "referee-receipt-375")
    page.goto(desk.link(desk.asked))
    expect(page.get_by_text("15 to below 30 min, 24×7")).to_be_visible()
    page.get_by_role("link", name="Take my answer back").click()
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You took your answer back")
