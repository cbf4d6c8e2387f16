"""A report from the vendor's side: asked by an admin, answered once, never shown what the reporter wrote."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from directory.core import clock
from directory.core.db import Database
from directory.publishing.queue import next_in_queue
from directory.review.models import Report, ReportState
from tests.factories import add_report
from tests.web.admin.conftest import Office, office_over, send

QUESTION = "Whose volume is it that you state?"
ANSWER = "It is the volume of our own system, see the invoice."
PAGE = "/vendor/the-provider/reports"


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """A directory in which a reader has reported something about the provider."""
    for one in office_over(database, tmp_path):
        with database.writing() as session:
            add_report(
                session,
                one.cast.provider,
                state=ReportState.OPEN,
                notice="",
                decided_on=None,
                created_at=clock.now(),
                contact="rita@reader.example",
            )
        yield one


def report_of(office: Office) -> Report:
    with office.database.reading() as session:
        return session.scalars(select(Report)).one()


def ask(office: Office) -> None:
    answer = send(office.client(office.cast.admin), "/admin/report/1", {"outcome": "asked", "reason": QUESTION})
    assert answer.status_code == 303


def test_what_the_reporter_wrote_is_never_shown(office: Office) -> None:
    ask(office)
    page = office.client(office.cast.owner).get(PAGE).text
    assert QUESTION in page
    assert "another firm" not in page
    assert "rita" not in page
    assert "rita" not in str([letter for letter in office.letters() if letter["to"] != "rita@reader.example"])


def test_the_answer_reaches_the_admin_who_decides(office: Office) -> None:
    ask(office)
    assert send(office.client(office.cast.editor), PAGE, {"reply": ANSWER}).status_code == 303
    admin = office.client(office.cast.admin)
    assert ANSWER in admin.get("/admin/report/1").text
    assert send(admin, "/admin/report/1", {"outcome": "dismissed", "reason": "It is theirs."}).status_code == 303
    page = office.client(office.cast.owner).get(PAGE).text
    assert "It is theirs." in page
    assert "dismissed" in page


def test_members_are_asked_by_mail_and_the_queue_says_so(office: Office) -> None:
    ask(office)
    asked = {letter["to"] for letter in office.letters() if letter["template"] == "report-question"}
    assert asked == {user.email for user in (office.cast.owner, office.cast.editor, office.cast.admin_member)}
    assert "the vendor was asked" in office.client(office.cast.admin).get("/admin/").text
    with office.database.reading() as session:
        assert next_in_queue(session, office.cast.admin.id) is None
    office.worker.turn()


def test_of_two_answers_one_counts_and_the_other_keeps_its_words(office: Office) -> None:
    ask(office)
    owner, editor = office.client(office.cast.owner), office.client(office.cast.editor)
    seen = editor.get(PAGE).text
    assert send(owner, PAGE, {"reply": ANSWER}).status_code == 303
    second = send(editor, PAGE, {"reply": "Something else."}, seen=seen)
    assert second.status_code == 409
    assert "Something else." in second.text
    assert [one["reply"] for one in report_of(office).rounds] == [ANSWER]


def test_each_round_takes_one_answer(office: Office) -> None:
    ask(office)
    admin = office.client(office.cast.admin)
    page = admin.get("/admin/report/1").text
    assert 'value="asked" disabled' in page
    owner = office.client(office.cast.owner)
    send(owner, PAGE, {"reply": ANSWER})
    assert "<form" not in owner.get(PAGE).text.partition('<div class="work">')[2]
    ask(office)
    send(owner, PAGE, {"reply": "Here it is again."})
    assert [one["reply"] for one in report_of(office).rounds] == [ANSWER, "Here it is again."]


@pytest.mark.parametrize("reply", ["  ", "x" * 4001])
def test_an_answer_that_can_not_be_taken_is_kept(office: Office, reply: str) -> None:
    ask(office)
    answer = send(office.client(office.cast.owner), PAGE, {"reply": reply})
    assert answer.status_code == 422
    assert 'id="reply-1-error"' in answer.text
    assert reply.strip() in answer.text
    assert report_of(office).replied_at is None


def test_a_stranger_sees_and_answers_nothing(office: Office) -> None:
    ask(office)
    stranger = office.client(office.cast.stranger)
    assert stranger.get(PAGE).status_code == 404
    own = "/vendor/the-other/reports"
    assert "Nobody has reported anything." in stranger.get(own).text
    seen = office.client(office.cast.owner).get(PAGE).text
    assert send(stranger, own, {"reply": ANSWER}, seen=seen).status_code in (404, 422)
    assert report_of(office).replied_at is None
