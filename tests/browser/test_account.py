"""Second factor and passkeys in a real browser; the device is Chromium's virtual authenticator."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete

from directory.accounts.models import User
from directory.core.db import Database
from tests.browser.conftest import Visitor
from tests.browser.judges import axe, vnu
from tests.browser.looks import EVERY_LOOK, Look
from tests.browser.server import live
from tests.web.account.door import PASSWORD, add_somebody, code

EMAIL = "ada@firm.example"
PAGES = (
    "/account/",
    "/account/password",
    "/account/email",
    "/account/two-factor",
    "/account/passkeys",
    "/account/sessions",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Database]]:
    """A server of its own under a name, to which passkeys are bound, and its database."""
    folder = tmp_path_factory.mktemp("accounts")
    with live(folder, providers=1) as address:
        database = Database(f"sqlite:///{folder / 'var' / 'directory.sqlite'}")
        yield address.replace("127.0.0.1", "localhost"), database
        database.dispose()


@pytest.fixture
def address(served: tuple[str, Database]) -> str:
    address, database = served
    with database.writing() as session:
        session.execute(delete(User).where(User.email == EMAIL))
    add_somebody(database, email=EMAIL, name="Ada Lovelace")
    return address


@pytest.fixture
def door(browser: Browser, address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, address)
    yield visitor
    visitor.close()
    assert visitor.complaints == []


def give_device(page: Page) -> None:
    """Give the browser a device that shows its owner to be there."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def log_in(page: Page) -> None:
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).not_to_have_url(re.compile("/account/login"))


def enrol(page: Page) -> str:
    """Set up an app and return its key."""
    page.goto("/account/two-factor")
    key = page.locator(".key").inner_text()
    page.get_by_role("textbox", name="Code").fill(code(key))
    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    return key


def test_a_passkey_is_made_and_opens_the_account_without_a_password(door: Visitor, shots: Path) -> None:
    page = door("/account/login")
    give_device(page)
    log_in(page)
    page.goto("/account/passkeys")
    expect(page.get_by_text("First set up two-factor")).to_be_visible()
    enrol(page)
    page.goto("/account/passkeys")
    page.get_by_label("Name").fill("Ada's phone")
    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("The passkey is added").wait_for()
    page.screenshot(path=shots / "account-passkeys.png", full_page=True)
    page.goto("/account/")
    page.get_by_role("button", name="Log out").click()
    expect(page).not_to_have_url(re.compile("/account/$"))
    page.goto("/account/login?next=/account/sessions")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_role("heading", name="Where you are logged in").wait_for()
    expect(page.get_by_text("second factor")).to_be_visible()
    page.goto("/account/passkeys")
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("The passkey is removed").wait_for()
    page.goto("/account/")
    page.get_by_role("button", name="Log out").click()
    expect(page).not_to_have_url(re.compile("/account/$"))
    page.goto("/account/login")
    page.get_by_role("button", name="Log in with a passkey").click()
    page.get_by_text("This passkey isn’t known here").wait_for()
    door.complaints.clear()  # the refusal is a 422


@pytest.mark.parametrize("look", [Look(), Look(width=375, has_javascript=False)], ids=str)
def test_the_second_factor_is_set_up_and_shown(door: Visitor, look: Look) -> None:
    page = door("/account/login", look)
    log_in(page)
    enrol(page)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("heading", name="Your account").wait_for()


@pytest.mark.parametrize("look", EVERY_LOOK, ids=str)
def test_ones_own_pages_are_accessible_and_valid(door: Visitor, look: Look, shots: Path) -> None:
    page = door("/account/login", look)
    page.screenshot(path=shots / f"account-login-{look}.png", full_page=True)
    found = axe(page)
    log_in(page)
    sources = {}
    for path in PAGES:
        page.goto(path)
        found += [f"{path}: {line}" for line in axe(page)]
        sources[path] = page.context.request.get(path).text()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, path
        page.screenshot(path=shots / f"account{path.replace('/', '-')}-{look}.png", full_page=True)
    assert found == []
    assert vnu(sources) == []


@pytest.fixture
def shots() -> Path:
    """Where pictures go."""
    folder = Path(__file__).parent / "shots"
    folder.mkdir(exist_ok=True)
    return folder
