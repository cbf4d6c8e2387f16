"""A vendor asks a customer, sees the letter first, and follows what becomes of it."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.links import keyed_hash
from directory.core.settings import Settings
from directory.evidence.metrics import Metric
from directory.providers.models import System
from directory.references import answering, services
from directory.references.limits import MOST_A_DAY
from directory.references.mailboxes import mailbox_hash
from directory.references.models import Reference
from directory.references.states import VALID_FOR
from directory.references.testimony import Testimony as Statement  # its own name looks like a test
from tests.cast import Cast, add_cast, log_in
from tests.factories import AT, add_figure, add_system
from tests.references.asked import add_asked, contact
from tests.web.buyer.reading_pages import rows, words
from tests.web.vendor.pages import send

HOME = "/vendor/the-provider/references"
PRIVATE = ("ria@customer.example", "Ria", "Weiss", "Head of Claims")


@dataclass(frozen=True, slots=True)
class Office:
    """Where a vendor works."""

    app: Flask
    database: Database
    settings: Settings
    cast: Cast
    system: System
    client: FlaskClient

    def values(self, **changes: Any) -> dict[str, Any]:
        """Return a form that can be sent."""
        return {
            "system": str(self.system.id),
            "organisation": "Customer Ltd",
            "website": "customer.example",
            "country": "NL",
            "industry": "",
            "name": "Ria Weiss",
            "title": "Head of Claims",
            "email": "Ria@customer.example",
            "metrics": ["requests_per_day", "uptime_percent"],
            "criteria": ["sso"],
            **changes,
        }

    def ask(self, **changes: Any) -> TestResponse:
        """Send the form."""
        return send(self.client, f"{HOME}/new", self.values(**changes))

    def references(self) -> list[Reference]:
        """Return what is kept."""
        with self.database.reading() as session:
            return list(session.scalars(select(Reference).order_by(Reference.id)))

    def add(self) -> Reference:
        """Have a customer asked, a while ago."""
        with self.database.writing() as session:
            return add_asked(session, self.system, at=clock.now())


@pytest.fixture
def office(app: Flask, sqlite_database: Database, settings: Settings) -> Office:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        system = add_system(session, cast.provider, name="Claims triage", customer_name="Customer Ltd")
        add_figure(session, system, Metric.REQUESTS_PER_DAY, "48213")
    return Office(app, sqlite_database, settings, cast, system, log_in(app, sqlite_database, cast.editor))


def test_asking_leads_to_the_reference_and_names_nobody(office: Office) -> None:
    answer = office.ask()
    (kept,) = office.references()
    assert (answer.status_code, answer.location) == (303, f"{HOME}/{kept.id}")
    assert (kept.state, kept.referee_email, kept.organisation_domain) == (
        "asked", "ria@customer.example", "customer.example"
    )  # fmt: skip
    assert kept.asked == {"metrics": ["requests_per_day", "uptime_percent"], "criteria": ["sso"]}
    assert kept.asked_by == office.cast.editor.id
    assert kept.asked_origin_hash == keyed_hash("origin", "127.0.0.1", office.settings.secret_key)
    for address in (HOME, f"{HOME}/{kept.id}"):
        page = office.client.get(address).text
        assert "Customer Ltd" in page
        for private in PRIVATE:
            assert private not in page


def test_the_letter_is_shown_first_as_it_will_be_sent(office: Office) -> None:
    answer = office.ask(preview="1")
    assert answer.status_code == 200
    assert office.references() == []
    text = words(answer.text)
    for said in ("Subject: The Provider asks you about Claims triage", "Dear Ria Weiss", "Single sign-on", "No, thank"):
        assert said in text
    assert "48213" not in answer.text
    assert "48,213" not in answer.text
    assert 'value="Head of Claims"' in answer.text


def test_a_link_can_begin_with_a_system(office: Office) -> None:
    page = office.client.get(f"{HOME}/new?system={office.system.id}").text
    assert re.search(rf'<option selected value="{office.system.id}">', page)
    assert 'value="Customer Ltd"' in page
    assert office.client.get(f"{HOME}/new?system=999").status_code == 200


ELEVEN = ["sso", "rbac", "dpa", "gdpr", "iac", "ci-cd", "retries", "caching", "tracing", "runbooks", "recovery"]
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"system": ""}, "Choose the system."),
    ({"system": "999"}, "Not a valid choice"),
    ({"name": ""}, "Say whom the letter goes to."),
    ({"name": "Ria (we say 48213 a day)"}, "Write the name only"),
    ({"title": "see https://halden.example"}, "Write the name only"),
    ({"organisation": "Customer, 48,213 a day"}, "Write the firm’s name only."),
    ({"name": "Ria, log in at makers-login.com, please"}, "Write the name only"),
    ({"title": "Head (makers.github.io)"}, "Write the name only"),
    ({"organisation": "Makers security: open makers-login.com now"}, "an address that isn’t its own"),
    ({"website": "customer"}, "isn't a host on the public web"),
    ({"website": "github.com/customer"}, "shared by many firms"),
    ({"website": "the-provider.example"}, ""),
    ({"email": "ria@gmail.com"}, "anybody can have a mailbox"),
    ({"email": "ria@mailinator.com"}, "anybody can have a mailbox"),
    ({"email": "ria"}, "doesn’t look like an e-mail address"),
    ({"email": "ria@customer.example\r\nBcc: all@x.example"}, "doesn’t look like an e-mail address"),
    ({"metrics": [], "criteria": []}, "Choose a figure or a point"),
    ({"criteria": ELEVEN}, "Choose 10 at most"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), MISTAKES)
def test_a_mistake_is_shown_and_nothing_typed_is_lost(office: Office, changes: dict[str, Any], message: str) -> None:
    if changes.get("website") == "the-provider.example":
        changes = {"website": office.cast.provider.domain, "warned": "ria@customer.example"}
        message = "provider’s own website"
    answer = office.ask(**changes)
    assert answer.status_code == 422
    assert message in words(answer.text)
    assert 'value="Head of Claims"' in answer.text or "title" in changes
    assert office.references() == []


def test_an_address_elsewhere_is_pointed_out_before_the_letter_goes(office: Office) -> None:
    first = office.ask(email="ria@elsewhere.example")
    assert first.status_code == 200
    assert "isn’t on the domain of the firm’s website" in words(first.text)
    assert office.references() == []
    assert office.ask(email="ria@elsewhere.example", warned="ria@elsewhere.example").status_code == 303


def test_pressing_twice_asks_once(office: Office) -> None:
    office.ask()
    again = office.ask()
    assert again.status_code == 422
    assert "asked about this system already" in words(again.text)
    assert len(office.references()) == 1


def test_enough_is_asked_in_a_day(office: Office) -> None:
    with office.database.writing() as session:
        for number in range(MOST_A_DAY):
            other = contact(f"person-{number}@customer.example")
            add_asked(session, office.system, contact=other, at=clock.now())
    answer = office.ask()
    assert answer.status_code == 429
    assert "send it tomorrow" in words(answer.text)
    assert 'value="Head of Claims"' in answer.text


def test_who_wants_no_letters_gets_none_and_why_is_not_told(office: Office) -> None:
    with office.database.writing() as session:
        mailbox = mailbox_hash("ria@customer.example", office.settings.secret_key)
        answering.refuse_letters(session, mailbox, None, at=AT)
    answer = office.ask()
    assert answer.status_code == 422
    assert "has asked us not to, or was asked often enough lately" in words(answer.text)


def test_a_letter_that_came_back_is_corrected(office: Office) -> None:
    reference = office.add()
    with office.database.writing() as session:
        services.record_bounced(session, services.locked(session, reference.id), 1, at=clock.now())
    page = f"{HOME}/{reference.id}"
    assert "Ask again at the right one" in office.client.get(page).text
    values: dict[str, object] = {"name": "Ria Weiss", "title": "", "email": "ria@customer.example"}
    same = send(office.client, f"{page}/again", values)
    assert (same.status_code, "didn’t reach its reader" in words(same.text)) == (422, True)
    assert "ria@customer.example" not in office.client.get(f"{page}/again").text
    values["email"] = "r.weiss@customer.example"
    assert send(office.client, f"{page}/again", values).status_code == 303
    (kept,) = office.references()
    assert (kept.attempt, kept.bounced_at, kept.referee_email) == (2, None, "r.weiss@customer.example")
    assert office.client.get(f"{page}/again").status_code == 303, "nothing to correct any more"


def test_an_asking_is_taken_back_until_it_is_answered(office: Office) -> None:
    reference = office.add()
    page = f"{HOME}/{reference.id}"
    assert send(office.client, page, {}, to=f"{page}/cancel").status_code == 303
    assert office.references()[0].state == "cancelled"
    assert "Take the request back" not in office.client.get(page).text


def test_taking_back_what_was_answered_meanwhile_says_so(office: Office) -> None:
    reference = office.add()
    page = f"{HOME}/{reference.id}"
    key = re.search(r'name="csrf_token" value="([^"]+)"', office.client.get(page).text)
    assert key is not None
    with office.database.writing() as session:
        said = Statement("customer", answers={"requests_per_day": {"value": "7"}})
        answering.answer(session, services.locked(session, reference.id), said, at=clock.now())
    answer = office.client.post(f"{page}/cancel", data={"csrf_token": key[1]}, follow_redirects=True)
    assert "Something came of this reference meanwhile" in words(answer.text)
    assert office.references()[0].state == "answered"


def test_the_answer_is_seen_once_it_is_verified_and_as_readers_see_it(office: Office) -> None:
    reference = office.add()
    page = f"{HOME}/{reference.id}"
    with office.database.writing() as session:
        answers = {"requests_per_day": {"low": "10000", "high": "100000"}, "sso": {"status": "met"}}
        kept = services.locked(session, reference.id)
        answering.answer(session, kept, Statement("customer", answers=answers, quote="It runs."), at=clock.now())
    before = office.client.get(page).text
    assert "answered, an admin looks at it" in before
    assert "10,000" not in before
    assert "It runs." not in before
    with office.database.writing() as session:
        services.verify(session, services.locked(session, reference.id), reason="Checked.", at=clock.now())
    after = words(office.client.get(page).text)
    for said in ("Requests a day: 10,000–99,999/day", "Single sign-on: met", "It runs.", "an unnamed customer"):
        assert said in after


def test_the_list_says_how_each_stands(office: Office) -> None:
    reference = office.add()
    with office.database.writing() as session:
        services.record_sent(session, services.locked(session, reference.id), 1, at=clock.now())
    assert "waits for an answer" in rows(office.client.get(HOME).text)[1]
    with time_machine.travel(clock.now() + VALID_FOR, tick=False):
        late = log_in(office.app, office.database, office.cast.owner)
        assert "not answered in time" in rows(late.get(HOME).text)[1]


def test_without_a_system_there_is_nobody_to_ask(office: Office) -> None:
    stranger = log_in(office.app, office.database, office.cast.stranger)
    page = stranger.get("/vendor/the-other/references").text
    assert "A reference is about one system" in page


@pytest.mark.parametrize("path", ["", "/new", "/1", "/1/again"])
def test_to_strangers_it_is_not_there(office: Office, path: str) -> None:
    office.add()
    stranger = log_in(office.app, office.database, office.cast.stranger)
    assert stranger.get(HOME + path).status_code == 404
    assert stranger.get("/vendor/the-other/references/1").status_code == 404
    assert office.app.test_client().get(HOME + path).status_code == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "J.R.R. Tolkien, Ph.D."},
        {"title": "VP of node.js, EMEA"},
        {"organisation": "Customer.com Ltd.", "website": "https://www.customer.com/", "email": "ria@customer.com"},
    ],
)
def test_dots_in_names_are_not_addresses(office: Office, changes: dict[str, str]) -> None:
    answer = office.ask(**changes, preview="1")
    assert answer.status_code == 200, answer.text
