"""Submissions from the admin's side: what changed word by word, and one decision on what was seen."""

import threading

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from directory.audit.models import AuditEvent
from directory.core import clock
from directory.providers.models import Provider
from directory.publishing import drafts
from directory.publishing.content import fingerprint, section
from directory.publishing.models import Submission
from directory.publishing.services import submit, withdraw
from directory.review.models import Decision
from tests.factories import add_answer
from tests.web.admin.conftest import Office, send

REASON = {"reason": "It says what it does."}
SUMMARY = "The Provider builds careful agent systems."


def handed_in(office: Office, **profile: str) -> str:
    """Change the draft's profile, hand it in, and return the address of its page."""
    owner, at = office.cast.owner, clock.now()
    with office.database.writing() as session:
        provider = session.get_one(Provider, office.cast.provider.id)
        add_answer(session, provider, "sso")
        draft = drafts.load(session, provider)
        before = section(draft.content, "profile")
        values = {**before, "summary": SUMMARY, **profile}
        base = fingerprint(before)
        drafts.save(session, provider, "profile", values, base=base, person_id=owner.id, at=at)
        revision = drafts.load(session, provider).revision
        found = submit(session, provider.id, revision=revision, person_id=owner.id, actor=f"vendor:{owner.id}", at=at)
        return f"/admin/submission/{found.id}"


def state_of(office: Office) -> str:
    with office.database.reading() as session:
        return session.scalars(select(Submission)).one().state


def test_what_changed_is_shown_word_by_word(sqlite_office: Office) -> None:
    page = sqlite_office.client(sqlite_office.cast.admin).get(handed_in(sqlite_office)).text
    assert "careful" in page.partition("<ins>")[2].partition("</ins>")[0]
    assert "What changes" in page
    assert "Look whether it is still the same firm" not in page


def test_a_change_of_name_is_pointed_out(sqlite_office: Office) -> None:
    page = sqlite_office.client(sqlite_office.cast.admin).get(handed_in(sqlite_office, name="Another Name")).text
    assert "Look whether it is still the same firm" in page


def test_approved_it_is_public_and_found_at_once(office: Office) -> None:
    admin = office.client(office.cast.admin)
    address = handed_in(office)
    assert SUMMARY not in admin.get("/providers/the-provider").text
    assert send(admin, address, {"outcome": "approved", **REASON}).status_code == 303
    assert SUMMARY in admin.get("/providers/the-provider").text
    assert "the-provider" in office.found("/api/v1/providers?q=careful")


@pytest.mark.parametrize("outcome", ["rejected", "changes-asked"])
def test_what_is_not_approved_changes_nothing_and_is_told(sqlite_office: Office, outcome: str) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    assert send(admin, handed_in(sqlite_office), {"outcome": outcome, **REASON}).status_code == 303
    assert state_of(sqlite_office) == outcome
    assert SUMMARY not in admin.get("/providers/the-provider").text
    told = [letter["values"]["reason"] for letter in sqlite_office.letters() if letter["template"] == "decision"]
    assert REASON["reason"] in told


def test_two_admins_at_the_same_moment_make_one_decision(office: Office) -> None:
    address = handed_in(office)
    clients = [office.client(office.cast.admin) for _ in range(2)]
    pages = [client.get(address).text for client in clients]
    statuses: list[int] = []
    start = threading.Barrier(2)

    def decide(client: FlaskClient, page: str, outcome: str) -> None:
        start.wait()
        statuses.append(send(client, address, {"outcome": outcome, **REASON}, seen=page).status_code)

    threads = [
        threading.Thread(target=decide, args=(clients[0], pages[0], "approved")),
        threading.Thread(target=decide, args=(clients[1], pages[1], "rejected")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409]
    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 1
        decided = select(func.count()).where(AuditEvent.action.in_(("submission.approved", "submission.rejected")))
        assert session.scalar(decided) == 1


def test_withdrawn_while_the_admin_was_reading(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    address = handed_in(sqlite_office)
    seen = admin.get(address).text
    with sqlite_office.database.writing() as session:
        withdraw(session, sqlite_office.cast.provider.id, number=1, actor="vendor:1", at=clock.now())
    answer = send(admin, address, {"outcome": "approved", **REASON}, seen=seen)
    assert answer.status_code == 409
    assert REASON["reason"] in answer.text
    assert state_of(sqlite_office) == "withdrawn"


def test_earlier_decisions_stand_below(sqlite_office: Office) -> None:
    admin = sqlite_office.client(sqlite_office.cast.admin)
    address = handed_in(sqlite_office)
    send(admin, address, {"outcome": "changes-asked", **REASON})
    page = admin.get(address).text
    assert "Nothing is left to decide here." in page
    assert "changes asked" in page
    assert "by you" in page
    other = sqlite_office.client(sqlite_office.cast.admin_member).get(address).text
    assert "by an admin" in other
    assert "Ada Admin" not in other
