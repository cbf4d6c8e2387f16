"""The form that asks for a correction or removal."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from directory.audit.models import AuditEvent
from directory.audit.services import verify
from directory.core.db import Database
from directory.core.outbox import Job, Letter
from directory.core.settings import Settings
from directory.jobs.letters import write
from directory.review.models import Report
from directory.web.forms import EXPIRED, TRAPPED
from tests.factories import add_provider
from tests.web.buyer.reading_pages import words

MESSAGE = "The firm was renamed last year and moved to Bergen."
ADDRESS = "/providers/halden/report"


@pytest.fixture
def form(site: FlaskClient, sqlite_database: Database) -> FlaskClient:
    """A client of a directory that lists one provider."""
    with sqlite_database.writing() as session:
        add_provider(session, slug="halden", name="Halden\n& Søn")
    return site


def hidden(html: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    assert tag is not None
    value = re.search(r'value="([^"]*)"', tag[0])
    return value[1] if value else ""


def filled(client: FlaskClient, **changes: str) -> dict[str, str]:
    html = client.get(ADDRESS).text
    return {
        "csrf_token": hidden(html, "csrf_token"),
        "once": hidden(html, "once"),
        "leave_empty": "",
        "kind": "correction",
        "message": MESSAGE,
        "contact": "",
        **changes,
    }


def send(client: FlaskClient, **changes: str) -> TestResponse:
    return client.post(ADDRESS, data=filled(client, **changes))


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Report)) or 0


def test_a_report_is_kept_mailed_logged_and_thanked_for(
    form: FlaskClient, sqlite_database: Database, settings: Settings
) -> None:
    answer = send(form, kind="removal", contact=" me@firm.example ")
    assert answer.status_code == 303
    assert answer.location == "/providers/halden/report/sent"
    assert "Thank you, it has arrived" in form.get(answer.location).text
    with sqlite_database.reading() as session:
        report = session.scalars(select(Report)).one()
        assert (report.kind, report.message, report.contact, report.state) == (
            "removal",
            MESSAGE,
            "me@firm.example",
            "open",
        )
        job = session.scalars(select(Job).where(Job.kind == "letter")).one()
        mail = write(Letter(**job.payload), settings)
        assert mail.to == "directory@localhost"
        assert mail.subject == "Removal asked for: Halden & Søn"
        assert mail.key == job.key
        assert "http://127.0.0.1:8000/providers/halden\n" in mail.text
        assert MESSAGE in " ".join(mail.text.split())
        assert "me@firm.example" in mail.text
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "report.filed")).one()
        assert (event.subject, event.provider_id, event.detail) == ("provider:halden", None, {"kind": "removal"})
        assert "me@firm" not in str(event.actor)
        assert verify(session) is None


def test_text_is_mailed_as_it_was_typed(form: FlaskClient, sqlite_database: Database, settings: Settings) -> None:
    send(form, message='It\'s <wrong> & "old".\r\nSecond line.')
    with sqlite_database.reading() as session:
        payload = session.scalars(select(Job).where(Job.kind == "letter")).one().payload
    text = write(Letter(**payload), settings).text
    assert 'It\'s <wrong> & "old".\nSecond line.' in text


@pytest.mark.parametrize("kind", ["correction", "removal", "misrepresentation"])
def test_a_link_preselects_what_is_asked(form: FlaskClient, kind: str) -> None:
    html = form.get(f"{ADDRESS}?kind={kind}").text
    checked = [tag for tag in re.findall(r'<input[^>]*type="radio"[^>]*>', html) if "checked" in tag]
    assert len(checked) == 1
    assert f'value="{kind}"' in checked[0]


def test_an_unknown_kind_in_the_link_is_no_error(form: FlaskClient) -> None:
    assert form.get(f"{ADDRESS}?kind=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field", "error"),
    [
        ({"message": "too short"}, "message", "Say a little more: 20 characters or more."),
        ({"message": " " * 40}, "message", "Say a little more: 20 characters or more."),
        ({"message": "x" * 4001}, "message", "That is too long: 4,000 characters at most."),
        ({"contact": "nobody"}, "contact", "This doesn’t look like an e-mail address"),
        ({"contact": "a@b"}, "contact", "This doesn’t look like an e-mail address"),
        ({"contact": "a@b.example\nBcc: all@b.example"}, "contact", "This doesn’t look like an e-mail address"),
        ({"contact": "a" * 250 + "@b.example"}, "contact", "This doesn’t look like an e-mail address"),
        ({"kind": "everything"}, "kind", "Not a valid choice."),
        ({"kind": ""}, "kind", "Choose what you ask for."),
    ],
)
def test_errors_stand_beside_the_field_and_in_the_summary(
    form: FlaskClient, sqlite_database: Database, changes: dict[str, str], field: str, error: str
) -> None:
    answer = send(form, **{"message": MESSAGE, "contact": "kept@firm.example", **changes})
    assert answer.status_code == 422
    assert answer.text.count(error) == 2
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "data-takes-focus" in answer.text
    assert count(sqlite_database) == 0


def test_nothing_typed_is_lost(form: FlaskClient) -> None:
    answer = send(form, kind="misrepresentation", contact="wrong", message="It says <b>99.99</b> & that is not so.")
    assert "It says &lt;b&gt;99.99&lt;/b&gt; &amp; that is not so." in answer.text
    assert 'value="wrong"' in answer.text
    checked = next(tag for tag in re.findall(r'<input[^>]*type="radio"[^>]*>', answer.text) if "checked" in tag)
    assert 'value="misrepresentation"' in checked


def test_exactly_the_bounds_are_taken(form: FlaskClient, sqlite_database: Database) -> None:
    assert send(form, message="x" * 20).status_code == 303
    assert send(form, message="y" * 4000).status_code == 303
    assert count(sqlite_database) == 2


def test_a_double_click_files_once(form: FlaskClient, sqlite_database: Database) -> None:
    data = filled(form)
    assert [form.post(ADDRESS, data=data).status_code for _ in range(3)] == [303, 303, 303]
    assert count(sqlite_database) == 1


def test_another_text_from_the_same_page_is_another_report(form: FlaskClient, sqlite_database: Database) -> None:
    data = filled(form)
    form.post(ADDRESS, data=data)
    form.post(ADDRESS, data={**data, "message": f"{MESSAGE} And one thing more."})
    assert count(sqlite_database) == 2


def test_the_same_words_in_a_new_form_are_another_report(form: FlaskClient, sqlite_database: Database) -> None:
    send(form)
    send(form)
    assert count(sqlite_database) == 2


@pytest.mark.parametrize("token", ["", "forged"])
def test_a_forged_form_is_shown_again_with_everything_typed(
    form: FlaskClient, sqlite_database: Database, token: str
) -> None:
    answer = send(form, csrf_token=token)
    assert answer.status_code == 422
    assert EXPIRED in answer.text
    assert MESSAGE in answer.text
    assert count(sqlite_database) == 0


def test_another_persons_token_does_not_do(form: FlaskClient, app: Flask, sqlite_database: Database) -> None:
    data = filled(form)
    assert app.test_client().post(ADDRESS, data=data).status_code == 422
    assert count(sqlite_database) == 0


def test_a_program_that_fills_everything_in_is_stopped(form: FlaskClient, sqlite_database: Database) -> None:
    answer = send(form, leave_empty="https://spam.example")
    assert answer.status_code == 422
    assert TRAPPED in answer.text
    assert "spam.example" not in answer.text
    assert MESSAGE in answer.text
    assert count(sqlite_database) == 0


def test_the_sixth_report_in_an_hour_waits(form: FlaskClient, sqlite_database: Database) -> None:
    for number in range(5):
        assert send(form, message=f"{MESSAGE} {number}").status_code == 303
    assert send(form, message="short").status_code == 422
    answer = send(form, message=f"{MESSAGE} once more")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3601
    assert "Five reports an hour are taken from one place." in words(answer.text)
    assert f"{MESSAGE} once more" in answer.text
    assert count(sqlite_database) == 5


def test_only_public_entries_have_a_form(form: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_provider(session, slug="draft", published_at=None)
    for slug in ("draft", "nobody"):
        assert form.get(f"/providers/{slug}/report").status_code == 404
        assert form.post(f"/providers/{slug}/report", data=filled(form)).status_code == 404
        assert form.get(f"/providers/{slug}/report/sent").status_code == 404


def test_the_form_is_not_kept_and_not_indexed(form: FlaskClient) -> None:
    answer = form.get(ADDRESS)
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "It is seen by admins only and never published." in words(answer.text)


def test_a_nul_is_left_out(form: FlaskClient, sqlite_database: Database) -> None:
    """PostgreSQL refuses it: the report would be lost."""
    assert send(form, message=f"\0{MESSAGE}", contact="me@firm.example\0").status_code == 303
    with sqlite_database.reading() as session:
        report = session.scalars(select(Report)).one()
        assert (report.message, report.contact) == (MESSAGE, "me@firm.example")
