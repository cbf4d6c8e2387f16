"""Reports from the admin's side: asked about, upheld, dismissed, and what follows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from directory.audit.models import AuditEvent
from directory.core import clock
from directory.providers.models import Provider
from directory.review.models import Decision, Report, ReportKind, ReportState
from tests.factories import add_proven, add_report, announce
from tests.web.admin.conftest import Office, send

REASON = {"reason": "The invoice shows another firm."}


def filed(office: Office, kind: ReportKind = ReportKind.MISREPRESENTATION, **columns: object) -> str:
    """Add an open report and return its address."""
    with office.database.writing() as session:
        columns = {"contact": "rita@reader.example", "created_at": clock.now() - timedelta(days=2), **columns}
        report = add_report(
            session, office.cast.provider, kind=kind, state=ReportState.OPEN, notice="", decided_on=None, **columns
        )
        return f"/admin/report/{report.id}"


def report_of(office: Office) -> Report:
    with office.database.reading() as session:
        return session.scalars(select(Report)).one()


def test_the_page_shows_all_that_admins_need(sqlite_office: Office) -> None:
    address = filed(sqlite_office)
    page = sqlite_office.client(sqlite_office.cast.admin).get(address)
    assert page.status_code == 200
    assert "The volume is that of another firm." in page.text
    assert "rita@reader.example" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_upheld_shows_a_notice_and_costs_the_tier(office: Office) -> None:
    with office.database.writing() as session:
        provider = session.get_one(Provider, office.cast.provider.id)
        add_proven(session, provider)
        announce(session, provider)
    admin = office.client(office.cast.admin)
    in_production = "/api/v1/providers?production=in-production"
    assert office.found(in_production) == ["the-provider"]
    address = filed(office)
    answer = send(admin, address, {"outcome": "upheld", "notice": "The volume was another firm’s.", **REASON})
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert "Report 1: uphold it." in admin.get("/admin/").text
    assert office.found(in_production) == []
    page = admin.get("/providers/the-provider").text
    assert "The volume was another firm’s." in page
    assert "The volume is that of another firm." not in page


def test_upheld_is_told_to_members_and_reporter_and_logged_without_words(sqlite_office: Office) -> None:
    office = sqlite_office
    admin = office.client(office.cast.admin)
    send(admin, filed(office), {"outcome": "upheld", "notice": "It was so.", **REASON})
    letters = {letter["to"]: letter for letter in office.letters()}
    assert set(letters) == {
        "rita@reader.example",
        *(user.email for user in (office.cast.owner, office.cast.editor, office.cast.admin_member)),
    }
    assert letters["rita@reader.example"]["template"] == "report-outcome"
    office.worker.turn()  # every letter can be written
    with office.database.reading() as session:
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
        assert event is not None
        assert (event.action, event.subject, event.actor) == (
            "report.upheld",
            "provider:the-provider",
            office.cast.admin.role + f":{office.cast.admin.id}",
        )
        assert "rita" not in str(event.detail)
        assert session.scalars(select(Decision)).one().reason == REASON["reason"]


def test_an_upheld_removal_takes_the_entry_out(office: Office) -> None:
    admin = office.client(office.cast.admin)
    assert office.found() == ["the-other", "the-provider"]
    assert send(admin, filed(office, ReportKind.REMOVAL), {"outcome": "upheld", **REASON}).status_code == 303
    assert admin.get("/providers/the-provider").status_code == 404
    assert office.found() == ["the-other"]


@pytest.mark.parametrize("kind", ReportKind)
def test_dismissed_changes_nothing(sqlite_office: Office, kind: ReportKind) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    address = filed(sqlite_office, kind)
    assert send(admin, address, {"outcome": "dismissed", **REASON}).status_code == 303
    assert report_of(sqlite_office).state == "dismissed"
    page = admin.get("/providers/the-provider")
    assert page.status_code == 200
    assert "another firm" not in page.text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"outcome": "upheld", "notice": "It was so.", "reason": "  "}, "Say why: the vendor gets it by mail."),
        ({"outcome": "upheld", "notice": " ", **REASON}, "Write what is published"),
        ({"notice": "It was so.", **REASON}, "Choose what you decide."),
        ({"outcome": "approved", "notice": "It was so.", **REASON}, "Not a valid choice"),
        ({"outcome": "upheld", "notice": "x" * 4001, **REASON}, "That is too long"),
    ],
)
def test_what_is_missing_is_told_and_nothing_typed_is_lost(
    sqlite_office: Office, values: dict[str, str], told: str
) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    answer = send(admin, filed(sqlite_office), values)
    assert answer.status_code == 422
    assert told in answer.text
    assert all(text.strip() in answer.text for name, text in values.items() if name != "outcome")
    assert report_of(sqlite_office).state == "open"


def test_of_two_admins_one_wins_and_the_other_is_told(office: Office) -> None:
    address = filed(office)
    first, second = (office.client(user) for user in (office.cast.admin, office.cast.admin))
    seen = second.get(address).text
    assert send(first, address, {"outcome": "dismissed", "reason": "Nothing in it."}).status_code == 303
    answer = send(second, address, {"outcome": "upheld", "notice": "N.", "reason": "I think so."}, seen=seen)
    assert answer.status_code == 409
    assert "Another admin, or the vendor, was faster." in answer.text
    assert "I think so." in answer.text
    assert report_of(office).state == "dismissed"


def test_what_changed_meanwhile_is_shown_again_with_the_reason_kept(sqlite_office: Office) -> None:
    address = filed(sqlite_office)
    admin = sqlite_office.client(sqlite_office.cast.admin)
    seen = admin.get(address).text
    with sqlite_office.database.writing() as session:
        session.scalars(select(Report)).one().message = "Something else altogether."
    answer = send(admin, address, {"outcome": "dismissed", **REASON}, seen=seen)
    assert answer.status_code == 409
    assert "Something else altogether." in answer.text
    assert REASON["reason"] in answer.text
    assert send(admin, address, {"outcome": "dismissed", **REASON}, seen=answer.text).status_code == 303


def test_a_member_is_told_why_they_can_not_decide(sqlite_office: Office) -> None:
    address = filed(sqlite_office)
    member = sqlite_office.client(sqlite_office.cast.admin_member)
    page = member.get(address)
    assert "You are a member of this provider" in page.text
    assert 'name="outcome"' not in page.text
    seen = sqlite_office.client(sqlite_office.cast.admin).get(address).text
    with member.session_transaction() as cookie:
        cookie["csrf_token"] = "known"
    answer = send(member, address, {"outcome": "dismissed", **REASON}, seen=seen)
    assert answer.status_code in (403, 422)
    assert report_of(sqlite_office).state == "open"


def test_a_decision_without_its_form_is_refused(sqlite_office: Office) -> None:
    address = filed(sqlite_office)
    answer = sqlite_office.client(sqlite_office.cast.admin).post(
        address, data={"outcome": "dismissed", "revision": "1", **REASON}
    )
    assert answer.status_code == 422
    assert REASON["reason"] in answer.text
    assert report_of(sqlite_office).state == "open"


def test_a_report_that_is_not_there_is_not_found(sqlite_office: Office) -> None:
    assert sqlite_office.client(sqlite_office.cast.admin).get("/admin/report/77").status_code == 404
