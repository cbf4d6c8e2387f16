"""Editing a draft in a real browser: it saves while somebody types, and two windows never undo each other."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from directory.accounts.models import User
from directory.app import create_app
from directory.core.db import Database
from directory.core.settings import Settings
from directory.providers.models import Provider
from directory.web.session import KEY
from tests.browser.conftest import Visitor
from tests.browser.insiders import Insider
from tests.browser.looks import WITHOUT_JAVASCRIPT, Look
from tests.cast import log_in
from tests.factories import add_member, add_user


@pytest.fixture(scope="module")
def editors(live_folder: Path, live_server: str) -> tuple[str, Insider, Insider]:
    """The address of an entry's profile, and two who edit it; nothing that buyers see changes by drafts."""
    app = create_app(Settings.read({"DIRECTORY_VAR": str(live_folder / "var"), "DIRECTORY_BASE_URL": live_server}))
    database = app.extensions[KEY].database
    with database.writing() as session:
        provider = session.scalars(select(Provider).order_by(Provider.id.desc())).first()
        assert provider is not None
        people = add_user(session, name="Olga Owner"), add_user(session, name="Ed Editor")
        for person in people:
            add_member(session, provider, person)
        path = f"/vendor/{provider.slug}/profile"
    olga, ed = (_insider(app, database, one) for one in people)
    database.dispose()
    return path, olga, ed


def _insider(app: Flask, database: Database, user: User) -> Insider:
    cookie = log_in(app, database, user).get_cookie("session")
    assert cookie is not None
    return Insider(cookie.value, ())


def opened(visit: Visitor, address: str, who: Insider, path: str, look: Look | None = None) -> Page:
    page = visit("/", look or Look())
    who.enter(page, address)
    page.goto(path)
    return page


def test_what_is_typed_is_saved_by_itself_and_the_focus_stays(
    visit: Visitor, live_server: str, editors: tuple[str, Insider, Insider]
) -> None:
    path, olga, _ = editors
    page = opened(visit, live_server, olga, path)
    founded = page.get_by_label("Founded")
    founded.fill("")
    founded.press_sequentially("in spring", delay=20)
    problem = page.locator("#f-founded-error")
    expect(problem).to_contain_text("must be a whole number", ignore_case=True)
    expect(page.locator("#saved")).to_contain_text("1 thing to put right")
    expect(page.locator("#to-mend")).to_contain_text("The firm: Founded")
    expect(founded).to_have_attribute("aria-invalid", "true")
    expect(founded).to_be_focused()
    founded.fill("2019")
    founded.press("Enter")
    expect(problem).to_have_text("")
    page.reload()
    expect(page.get_by_label("Founded")).to_have_value("2019")


def test_typing_while_a_save_is_under_way_is_no_conflict_with_oneself(
    visit: Visitor, live_server: str, editors: tuple[str, Insider, Insider]
) -> None:
    path, olga, _ = editors
    page = opened(visit, live_server, olga, path)
    sentence = page.get_by_label("One sentence")
    sentence.fill("")
    for number in range(12):
        sentence.press_sequentially(f"word {number} ", delay=10)
        page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.locator("#saved")).not_to_contain_text("somebody else")
    sentence.press_sequentially("end", delay=10)
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#saved")).to_contain_text("Saved ")
    page.reload()
    expect(page.get_by_label("One sentence")).to_have_value("".join(f"word {n} " for n in range(12)) + "end")


def test_two_windows_meet_and_both_versions_are_shown(
    visit: Visitor, live_server: str, editors: tuple[str, Insider, Insider]
) -> None:
    path, olga, ed = editors
    first, second = opened(visit, live_server, olga, path), opened(visit, live_server, ed, path)
    first.get_by_label("One sentence").fill("Olga’s sentence.")
    expect(first.locator("#saved")).to_contain_text("Saved ")
    second.get_by_label("One sentence").fill("Ed’s sentence.")
    second.get_by_role("button", name="Compare both versions").click()
    versions = second.get_by_role("region", name="Somebody else changed this meanwhile")
    expect(versions).to_contain_text("Olga’s sentence.")
    expect(versions).to_contain_text("Ed’s sentence.")
    expect(second.locator("[data-takes-focus]")).to_be_focused()
    expect(second.get_by_label("One sentence")).to_have_value("Ed’s sentence.")
    second.get_by_role("button", name="Save mine over theirs").first.click()
    expect(second.locator("#saved")).to_contain_text("last saved")
    first.reload()
    expect(first.get_by_label("One sentence")).to_have_value("Ed’s sentence.")
    visit.complaints[:] = [line for line in visit.complaints if "409" not in line]


def test_it_works_without_javascript(visit: Visitor, live_server: str, editors: tuple[str, Insider, Insider]) -> None:
    path, olga, _ = editors
    page = opened(visit, live_server, olga, path, WITHOUT_JAVASCRIPT)
    page.get_by_label("Employees").fill("forty")
    page.locator("#f-industries").click()
    page.get_by_label("Insurance", exact=True).check()
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#f-employees-error")).not_to_be_empty()
    expect(page.get_by_label("Employees")).to_have_value("forty")
    expect(page.locator("#f-industries")).to_contain_text("Insurance")
    page.get_by_label("Employees").fill("40")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#to-mend .notice")).to_have_count(0)
