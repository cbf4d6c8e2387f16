"""One link, one answer, no account: what a referee sees and does."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from directory.audit.models import AuditEvent
from directory.core import clock
from directory.core.links import LinkKind, keyed_hash, sign
from directory.core.outbox import Job
from directory.references import services
from directory.references.models import LetterRefusal, Reference
from directory.references.states import VALID_FOR
from directory.web.forms import EXPIRED
from tests.web.buyer.reading_pages import words
from tests.web.referee.conftest import GOOD, STATED, Desk
from tests.web.vendor.pages import KEY

PRIVATE = ("ria@customer.example", "Ria", "Weiss", "Head of Claims")


def test_looking_any_number_of_times_uses_nothing_up(desk: Desk) -> None:
    before = desk.kept().revision
    for to in ("", "/decline", "/stop", "") * 3:
        assert desk.client.get(desk.address + to).status_code == 200
        assert desk.client.head(desk.address + to).status_code == 200
    assert desk.client.get(desk.address + "/withdraw").status_code == 410
    assert (desk.kept().revision, desk.kept().state) == (before, "asked")
    assert desk.send().status_code == 303


def test_the_form_asks_blind_and_names_nobody(desk: Desk) -> None:
    page = desk.client.get(desk.address).text
    for value in (*STATED.values(), "48,213", *PRIVATE):
        assert value not in page
    text = words(page)
    for asked in ("Claims triage", "Customer Ltd", "How much of the time does it work?", "identity provider"):
        assert asked in text
    assert text.count("I can’t say") >= 8


def test_these_pages_are_kept_by_nobody_and_lead_nowhere(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    for address in (desk.address, desk.address + "/decline", desk.address + "/stop", desk.link(attempt=2)):
        headers = desk.client.get(address).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
    assert desk.address.rpartition("/")[2] not in "".join(capfd.readouterr())


def test_an_answer_is_kept_as_it_was_said(desk: Desk) -> None:
    answer = desk.send()
    assert (answer.status_code, answer.location) == (303, desk.address)
    kept = desk.kept()
    assert kept.state == "answered"
    assert kept.answers == {
        "requests_per_day": {"value": "48000"},
        "uptime_percent": {"value": "99.95"},
        "response_minutes": {"low": "15", "high": "30", "coverage": "24x7"},
        "sso": {"status": "met"},
    }
    assert (kept.relationship, kept.ties, kept.organisation_employees) == ("customer", [], 1000)
    assert (kept.organisation_is_regulated, kept.organisation_country, kept.is_named) == (True, "NL", False)
    assert kept.origin_hash == keyed_hash("origin", "127.0.0.1", desk.settings.secret_key)
    assert "127.0.0.1" not in str(vars(kept))


def test_the_same_address_then_shows_the_receipt(desk: Desk) -> None:
    desk.send()
    text = words(desk.client.get(desk.address).text)
    for said in ("your answer has arrived", "48,000/day", "99.95 %", "15 to below 30 min, 24×7", "Take my answer back"):
        assert said in text
    assert "an unnamed customer (Insurance, 1,000 people or more, Netherlands)" in text
    assert "It runs, and they pick up the phone." in text
    for private in PRIVATE:
        assert private not in text


def test_a_name_is_shown_only_where_both_were_agreed_to(desk: Desk) -> None:
    refused = desk.send(naming="no", may_show_person="y")
    assert refused.status_code == 422
    assert "allow both, or neither" in refused.text
    assert desk.send(naming="yes", may_show_person="y").status_code == 303
    text = words(desk.client.get(desk.address).text)
    assert "Beside it, your name: Ria Weiss, Head of Claims." in text
    assert "Customer Ltd" in text


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"relationship": ""}, "Say what your firm is to them."),
    ({"ties": []}, "Tick what holds"),
    ({"ties": ["none", "family"]}, "Tick either"),
    ({"requests_per_day_value": ""}, "Requests a day: Give a number"),
    ({"requests_per_day_value": "lots"}, "Requests a day: Write requests/day as a number"),
    ({"requests_per_day_value": "4.5"}, "Requests a day: Write a whole number."),
    ({"requests_per_day_band": "cant-say"}, "Requests a day: Either give a number"),
    ({"uptime_percent_band": "from-99"}, "Uptime: The number lies outside the range"),
    ({"uptime_percent_value": "101"}, "Uptime: That is more than 100."),
    ({"response_minutes_band": "from-17"}, "Not a valid choice"),
    ({"criterion_sso": ""}, "Single sign-on"),
    ({"naming": ""}, "nothing is published without your word"),
    ({"quote": "x" * 401}, "400 characters at most"),
    ({"leave_empty": "https://buy.example"}, "A field that people don’t see"),
]


@pytest.mark.parametrize(("changes", "message"), MISTAKES)
def test_a_mistake_is_shown_and_nothing_typed_is_lost(desk: Desk, changes: dict[str, Any], message: str) -> None:
    answer = desk.send(**changes)
    assert answer.status_code == 422
    assert message in words(answer.text)
    assert 'value="99,95"' in answer.text or "uptime_percent_value" in changes
    assert "pick up the phone" in answer.text or "quote" in changes
    assert desk.kept().state == "asked"


def test_a_stale_form_comes_back_with_everything_typed(desk: Desk) -> None:
    answer = desk.client.post(desk.address, data={**GOOD, "csrf_token": "stale"})
    assert answer.status_code == 422
    assert EXPIRED in words(answer.text)
    assert 'value="48,000"' in answer.text


def test_two_tabs_give_one_answer_and_both_get_the_receipt(either_desk: Desk) -> None:
    desk = either_desk
    key = KEY.search(desk.client.get(desk.address).text)
    assert key is not None
    first = desk.client.post(desk.address, data={**GOOD, "csrf_token": key[1]})
    second = desk.client.post(desk.address, data={**GOOD, "csrf_token": key[1], "requests_per_day_value": "7"})
    assert first.status_code == 303
    assert second.status_code == 200
    assert "48,000/day" in words(second.text)
    assert desk.kept().answers["requests_per_day"] == {"value": "48000"}


def test_of_two_answers_sent_at_once_one_counts(either_desk: Desk) -> None:
    desk = either_desk
    app, barrier, statuses = desk.client.application, threading.Barrier(4), []

    def send(number: int) -> None:
        client = app.test_client()
        key = KEY.search(client.get(desk.address).text)
        assert key is not None
        barrier.wait()
        values = {**GOOD, "csrf_token": key[1], "requests_per_day_value": str(number)}
        statuses.append(client.post(desk.address, data=values).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(statuses) <= {200, 303}
    assert len(statuses) == 4
    with desk.database.reading() as session:
        query = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "reference.answered")
        assert session.scalar(query) == 1
    assert desk.kept().state == "answered"


def closed(desk: Desk, address: str, status: int = 410) -> None:
    """Check that a link is closed, and that neither looking nor sending tells anything of the reference."""
    for answer in (desk.client.get(address), desk.client.post(address, data=GOOD)):
        assert answer.status_code == status
        for told in ("Halden", "Claims triage", "Customer Ltd", *PRIVATE):
            assert told not in answer.text


def test_a_link_ends_after_three_weeks(desk: Desk) -> None:
    with time_machine.travel(clock.now() + VALID_FOR, tick=False):
        closed(desk, desk.address)
    assert desk.client.get(desk.address).status_code == 200


def test_an_older_link_ends_when_a_newer_one_goes_out(desk: Desk) -> None:
    with desk.database.writing() as session:
        session.get_one(Reference, desk.reference.id).attempt = 2
    closed(desk, desk.address)
    assert desk.client.get(desk.link(attempt=2)).status_code == 200


def test_a_cancelled_or_forgotten_asking_takes_no_answer(desk: Desk) -> None:
    with desk.database.writing() as session:
        services.remove_contact(session, session.get_one(Reference, desk.reference.id), clock.now())
    closed(desk, desk.address)
    with desk.database.writing() as session:
        services.cancel(session, session.get_one(Reference, desk.reference.id), actor="vendor:1", at=clock.now())
    closed(desk, desk.address)


@pytest.mark.parametrize("spoil", ["other key", "other kind", "cut", "longer", "gone"])
def test_a_link_that_was_never_sent_is_nowhere(desk: Desk, spoil: str) -> None:
    number, key = desk.reference.id, desk.settings.secret_key
    tokens = {
        "other key": sign(LinkKind.REFERENCE, number, 1, key + "x"),
        "other kind": sign(LinkKind.CLAIM, number, 1, key),
        "cut": sign(LinkKind.REFERENCE, number, 1, key)[:-1],
        "longer": sign(LinkKind.REFERENCE, number, 1, key) + "A",
        "gone": sign(LinkKind.REFERENCE, 999, 1, key),
    }
    for to in ("", "/decline", "/withdraw", "/stop"):
        answer = desk.client.get(f"/reference/{tokens[spoil]}{to}")
        assert answer.status_code == 404
        assert "Halden" not in answer.text


def test_saying_no_is_kept_and_shown(desk: Desk) -> None:
    answer = desk.send("/decline", why="no", reason="We have a policy.")
    assert answer.status_code == 303
    kept = desk.kept()
    assert (kept.state, kept.decline_reason) == ("declined", "We have a policy.")
    assert "You said no" in desk.client.get(desk.address).text
    assert "You said no" in desk.client.get(desk.address + "/decline").text
    with desk.database.reading() as session:
        refusal = session.scalars(select(LetterRefusal)).one()
        letters = str(list(session.scalars(select(Job.payload).where(Job.kind == "letter"))))
    assert refusal.provider_id == kept.provider_id
    assert "policy" not in letters


def test_saying_no_needs_a_choice(desk: Desk) -> None:
    answer = desk.send("/decline", why="", reason="Because.")
    assert answer.status_code == 422
    assert "Because." in answer.text
    assert desk.kept().state == "asked"


def test_the_wrong_person_ends_the_link_and_the_vendor_may_name_another(desk: Desk) -> None:
    answer = desk.send("/decline", why="not-me")
    assert "somebody else should have been asked" in answer.text
    kept = desk.kept()
    assert (kept.state, kept.bounce) == ("asked", "wrong-person")
    closed(desk, desk.address)


def test_an_answer_can_be_taken_back_after_asking_once_more(desk: Desk) -> None:
    desk.send()
    page = desk.client.get(desk.address + "/withdraw").text
    assert "Take your answer back?" in page
    assert desk.kept().state == "answered"
    assert desk.send("/withdraw").status_code == 303
    kept = desk.kept()
    assert (kept.state, kept.is_named) == ("withdrawn", False)
    text = words(desk.client.get(desk.address).text)
    assert "You took your answer back" in text
    assert "Take my answer back" not in text
    assert desk.client.get(desk.address + "/withdraw").status_code == 303


def test_taking_back_needs_the_page_that_asks(desk: Desk) -> None:
    desk.send()
    assert desk.client.post(desk.address + "/withdraw").status_code == 400
    assert desk.kept().state == "answered"


def test_no_more_letters_in_one_click_also_for_mail_programs(desk: Desk) -> None:
    answer = desk.client.post(desk.address + "/stop", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    desk.client.post(desk.address + "/stop")
    with desk.database.reading() as session:
        refusal = session.scalars(select(LetterRefusal)).one()
    assert refusal.provider_id is None
    assert "customer.example" not in refusal.mailbox_hash
    assert desk.send().status_code == 303, "the link still takes an answer"


def test_sending_is_limited(desk: Desk) -> None:
    from directory.web.security import limiter  # noqa: PLC0415 - the app under test has set it up by now

    limiter.reset()
    try:
        with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
            key = KEY.search(desk.client.get(desk.address).text)
            assert key is not None
            statuses = [_declined_by_nobody(desk, key[1]) for _ in range(31)]
    finally:
        limiter.reset()
    assert statuses.count(200) == 30
    assert statuses[-1] == 429


def _declined_by_nobody(desk: Desk, key: str) -> int:
    """Answer, and forget the answer again, so that the next one is taken too."""
    status = desk.client.post(desk.address, data={**GOOD, "csrf_token": key}).status_code
    with desk.database.writing() as session:
        session.get_one(Reference, desk.reference.id).state = "asked"
    return 200 if status == 303 else status


def test_every_form_behind_the_link_works_over_https_though_its_page_sends_no_referrer(desk: Desk) -> None:
    desk.send()
    shown = desk.client.get(f"{desk.address}/withdraw", base_url="https://localhost").text
    key = KEY.search(shown)
    assert key is not None
    answer = desk.client.post(f"{desk.address}/withdraw", data={"csrf_token": key[1]}, base_url="https://localhost")
    assert answer.status_code == 303
    assert desk.kept().state == "withdrawn"
