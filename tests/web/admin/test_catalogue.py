"""The catalogue from the admin's side: stored, held against another, tried dry, planned, switched, rolled back."""

import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.catalogue.services import in_force, shipped_files
from directory.core import clock
from directory.providers.models import Provider
from tests.factories import add_proven, announce
from tests.web.admin.conftest import Office, hidden, send

NEW = "/admin/catalogue/new"
TWO = "/admin/catalogue/rules/2"
SWITCH = {"when": "now", "reason": "Too lax."}
TEXT = shipped_files()["rules"].read_text(encoding="utf-8")


def version(number: str = "2", old: str = "at_least: 1000,", new: str = "at_least: 5000,") -> str:
    assert old in TEXT
    return TEXT.replace('version: "1"', f'version: "{number}"').replace(old, new, 1)


def store(client: FlaskClient, text: str = "") -> TestResponse:
    return send(client, NEW, {"content": text or version()})


def rules_in_force(office: Office) -> str:
    with office.database.reading() as session:
        return in_force(session).rules.version


def add_loser(office: Office) -> None:
    with office.database.writing() as session:
        provider = session.get_one(Provider, office.cast.provider.id)
        add_proven(session, provider, requests_per_day=2_000)
        announce(session, provider)


def press(client: FlaskClient, address: str, page: str) -> TestResponse:
    """Send one of the one-button forms of a page."""
    return client.post(address, data={"csrf_token": hidden(client.get(page).text)["csrf_token"]})


def test_the_versions_in_force_are_listed(sqlite_office: Office) -> None:
    page = sqlite_office.client(sqlite_office.cast.admin).get("/admin/catalogue").text
    assert page.count('<span class="state is-on">in force</span>') == 3
    assert "Roll back" not in page


def test_a_stored_version_shows_what_it_changes_and_is_not_in_force(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    assert store(admin).location == TWO
    page = admin.get(TWO).text
    assert "rule P2 (Real volume): at_least 1,000 → 5,000" in page
    assert rules_in_force(sqlite_office) == "1"


def test_a_version_that_no_database_can_look_for_is_nowhere(office: Office) -> None:
    admin = office.client(office.cast.admin)
    assert admin.get("/admin/catalogue/rules/1?against=a%00b").status_code == 404


def test_a_file_is_taken_as_its_text_is(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    text = version().replace("\n", "\r\n").encode("utf-8-sig")
    values = {**hidden(admin.get(NEW).text), "content": "", "file": (io.BytesIO(text), "rules.yaml")}
    assert admin.post(NEW, data=values).location == TWO


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (version(new="at_least: many,"), "Line 36: production.tiers[0].rules[1].condition.at_least: must be a number"),
        (version(old="all_of: [dpa,", new="all_of: [magic,"), "rule E3 asks for &#39;magic&#39;"),
        (version("1"), "1 is already stored with another text"),
        ("kind: [", "isn&#39;t YAML"),
    ],
)
def test_a_bad_file_is_told_by_line_and_kept(sqlite_office: Office, text: str, told: str) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    answer = store(admin, text)
    assert answer.status_code == 422
    assert told in answer.text
    assert text.splitlines()[0] in answer.text


def test_what_is_not_text_is_told(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    values = {**hidden(admin.get(NEW).text), "content": "", "file": (io.BytesIO(b"\xff\xfe\x00"), "rules.yaml")}
    answer = admin.post(NEW, data=values)
    assert answer.status_code == 422
    assert "isn’t UTF-8 text" in answer.text


def test_a_dry_run_lists_who_would_lose(office: Office) -> None:
    add_loser(office)
    admin = office.client(office.cast.admin)
    store(admin)
    assert press(admin, f"{TWO}/dry-run", TWO).status_code == 303
    assert "A dry run is under way" in admin.get(TWO).text
    office.worker.turn()
    page = admin.get(TWO).text
    assert "1 would lose In production" in page
    assert '<li dir="auto">The Provider</li>' in page


def test_at_once_it_is_switched_by_the_worker_and_rolled_back(office: Office) -> None:
    add_loser(office)
    admin = office.client(office.cast.admin)
    in_production = "/api/v1/providers?production=in-production"
    assert office.found(in_production) == ["the-provider"]
    store(admin)
    assert send(admin, TWO, SWITCH).status_code == 303
    assert "Switching to rules 2." in admin.get("/admin/catalogue").text
    assert rules_in_force(office) == "1"
    assert office.found(in_production) == []
    assert rules_in_force(office) == "2"
    page = admin.get("/admin/catalogue").text
    assert "Roll back to 1" in page
    one = "/admin/catalogue/rules/1"
    assert send(admin, one, {"when": "now", "reason": "Too strict."}).status_code == 303
    assert office.found(in_production) == ["the-provider"]


def test_planned_it_tells_the_losers_and_can_be_called_off(sqlite_office: Office) -> None:
    office = sqlite_office
    add_loser(office)
    admin = office.client(office.cast.admin)
    store(admin)
    assert send(admin, TWO, {"when": "notice", "reason": "Too lax."}).status_code == 303
    assert office.worker.run_one()
    told = {letter["to"] for letter in office.letters() if letter["template"] == "rules-change"}
    assert told == {user.email for user in (office.cast.owner, office.cast.editor, office.cast.admin_member)}
    page = admin.get("/admin/catalogue").text
    due = clock.today() + timedelta(days=30)
    assert f"comes into force on {due.day}" in page
    assert "1 provider that would lose by it was told." in page
    again = send(admin, TWO, SWITCH)
    assert again.status_code in (409, 422)
    cancelled = re.search(r'action="(/admin/catalogue/plans/\d+/cancel)"', page)
    assert cancelled is not None
    assert press(admin, cancelled[1], "/admin/catalogue").status_code == 303
    assert "comes into force on" not in admin.get("/admin/catalogue").text
    assert press(admin, cancelled[1], TWO).status_code == 409
    office.worker.turn()
    assert rules_in_force(office) == "1"


def test_two_admins_plan_at_once_and_one_is_told(sqlite_office: Office) -> None:
    one, other = (sqlite_office.client(user) for user in (sqlite_office.cast.admin, sqlite_office.cast.admin_member))
    store(one)
    seen = other.get(TWO).text
    assert send(one, TWO, SWITCH).status_code == 303
    answer = send(other, TWO, {"when": "notice", "reason": "I think so too."}, seen=seen)
    assert answer.status_code == 409
    assert "Another switch of the rules is planned" in answer.text
    assert "I think so too." in answer.text


def test_a_switch_without_a_reason_is_refused(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    store(admin)
    answer = send(admin, TWO, {"when": "now", "reason": " "})
    assert answer.status_code == 422
    assert "Say why: it stands in the public audit log." in answer.text
    assert send(admin, TWO, {"reason": "Too lax."}).status_code == 422


@pytest.mark.parametrize("address", ["/admin/catalogue/rules/9", "/admin/catalogue/ruls/1", f"{TWO}?against=9"])
def test_a_version_that_is_not_there_is_not_found(sqlite_office: Office, address: str) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    store(admin)
    assert admin.get(address).status_code == 404
