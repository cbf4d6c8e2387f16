"""Customers' answers from the admin's side: beside what is stated, with the signals, verified or rejected."""

import pytest
from sqlalchemy import select

from directory.core import clock
from directory.evidence.metrics import Metric
from directory.providers.models import Provider
from directory.references.models import Reference
from tests.factories import add_answer, add_figure, add_reference, add_system, announce
from tests.web.admin.conftest import Office, send

REASON = {"reason": "Their operations lead confirmed it on the phone."}


def answered(office: Office, **columns: object) -> str:
    """Add an answer of a customer that waits, and return its page's address."""
    with office.database.writing() as session:
        provider = session.get_one(Provider, office.cast.provider.id)
        system = add_system(session, provider, name="Claims triage")
        add_figure(session, system, Metric.REQUESTS_PER_DAY, 48_200)
        add_figure(session, system, Metric.UPTIME_PERCENT, "99.96")
        add_answer(session, provider, "sso")
        values = {
            "state": "answered",
            "verified_at": None,
            "answered_on": clock.today(),
            "referee_email": "ria@customer.example",
            "organisation": "Customer",
            "organisation_domain": "customer.example",
            "relationship": "customer",
            "asked": {"metrics": ["requests_per_day", "uptime_percent", "deploy_minutes"], "criteria": ["sso"]},
            "answers": {
                "requests_per_day": {"low": "10000", "high": "100000"},
                "uptime_percent": {"value": "98"},
                "sso": {"status": "met"},
            },
            **columns,
        }
        reference = add_reference(session, system, **values)
        announce(session, provider)
        return f"/admin/reference/{reference.id}"


def state_of(office: Office) -> str:
    with office.database.reading() as session:
        return session.scalars(select(Reference)).one().state


def test_the_answers_stand_beside_what_is_stated(sqlite_office: Office) -> None:
    page = sqlite_office.client(sqlite_office.cast.admin).get(answered(sqlite_office)).text
    rows = [" ".join(row.split()) for row in page.split("<tr>")[2:6]]
    assert "10,000–99,999/day</td><td>48,200/day</td>" in rows[0]
    assert "agrees" in rows[0]
    assert "98 %</td><td>99.96 %</td>" in rows[1]
    assert "conflicts" in rows[1]
    assert "can’t say</td><td>not stated</td>" in rows[2]
    assert "met</td><td>met</td>" in rows[3]
    assert "ria@customer.example" in page


def test_verified_counts_at_once(office: Office) -> None:
    admin = office.client(office.cast.admin)
    address = answered(office)
    level_two = "/api/v1/providers?level=2"
    assert office.found(level_two) == []
    assert send(admin, address, {"outcome": "verified", **REASON}).status_code == 303
    assert state_of(office) == "verified"
    assert office.found(level_two) == ["the-provider"]


def test_rejected_counts_for_nothing(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    assert send(admin, answered(sqlite_office), {"outcome": "rejected", **REASON}).status_code == 303
    assert state_of(sqlite_office) == "rejected"


@pytest.mark.parametrize(
    "columns",
    [{"referee_email": "ria@gmail.com"}, {"ties": ["family"]}, {"organisation_domain": "provider-1.example"}],
    ids=["free mail", "family", "own domain"],
)
def test_a_blocking_signal_can_not_be_overridden(sqlite_office: Office, columns: dict[str, object]) -> None:
    if "organisation_domain" in columns:
        columns = {"organisation_domain": sqlite_office.cast.provider.domain}
    admin = sqlite_office.client(sqlite_office.cast.admin)
    address = answered(sqlite_office, **columns)
    page = admin.get(address).text
    assert "Blocks" in page
    assert 'value="verified" disabled' in page
    assert "Not possible:" in page
    answer = send(admin, address, {"outcome": "verified", **REASON})
    assert answer.status_code == 422
    assert state_of(sqlite_office) == "answered"
    assert send(admin, address, {"outcome": "rejected", **REASON}).status_code == 303


def test_a_warning_asks_for_a_reason_that_deals_with_it(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    address = answered(sqlite_office, referee_email="ria@elsewhere.example")
    assert "Warning" in admin.get(address).text
    answer = send(admin, address, {"outcome": "verified", "reason": "Fine."})
    assert answer.status_code == 422
    assert "Say what you made of the warnings" in answer.text
    assert send(admin, address, {"outcome": "verified", **REASON}).status_code == 303


def test_withdrawn_while_the_admin_was_reading(office: Office) -> None:
    admin = office.client(office.cast.admin)
    address = answered(office)
    seen = admin.get(address).text
    with office.database.writing() as session:
        reference = session.scalars(select(Reference)).one()
        reference.state, reference.withdrawn_at = "withdrawn", clock.now()
    answer = send(admin, address, {"outcome": "verified", **REASON}, seen=seen)
    assert answer.status_code == 409
    assert REASON["reason"] in answer.text
    assert state_of(office) == "withdrawn"
