"""Answering: area by area, saved as it goes, resumed by its address, in two tabs at once."""

import re
from decimal import Decimal

import pytest
import time_machine

from directory.assessments.needs import Needs
from directory.assessments.scoring import Said
from directory.core import clock
from directory.evidence.levels import Level
from directory.web.assess.beginning import LIMIT
from directory.web.forms import EXPIRED
from tests.factories import AT
from tests.web.assess.conftest import HERE, Desk, begin
from tests.web.buyer.reading_pages import words

AREA = "answers/error-handling"
UNKNOWN = ("A" * 22, "x", "a" * 300, "..", "%00")


def test_beginning_is_the_same_page_for_everybody_and_sets_no_cookie(desk: Desk) -> None:
    fresh = desk.client.application.test_client()
    first, second = fresh.get("/assess"), fresh.get("/assess")
    assert first.data == second.data
    assert "Set-Cookie" not in first.headers
    assert "csrf_token" not in first.text
    assert "40 questions" in words(first.text)
    begun = fresh.post("/assess", headers=HERE)
    assert re.fullmatch(r"/assess/[\w-]{22}/needs", begun.location)
    assert "Set-Cookie" not in begun.headers


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_only_a_page_of_ours_begins_one(desk: Desk, headers: dict[str, str]) -> None:
    assert desk.client.post("/assess", headers=headers).status_code == 400


def test_one_place_begins_so_many_an_hour(desk: Desk) -> None:
    for _ in range(int(LIMIT.split()[0]) - 1):  # the desk has begun one
        begin(desk.client)
    assert desk.client.post("/assess", headers=HERE).status_code == 429


def test_plain_forms_lead_through_every_step_to_the_report(desk: Desk) -> None:
    address, seen = f"{desk.address}/needs", []
    while address != desk.address:
        seen.append(address.removeprefix(desk.address))
        page = desk.client.get(address)
        assert page.status_code == 200
        names = re.findall(r'name="(answer-[\w-]+)"', page.text)
        values = dict.fromkeys(names, "met") or {"requests_per_day": "10,000", "level": "1", "region": ""}
        response = desk.send(address.removeprefix(desk.address + "/"), values)
        assert response.status_code == 303
        address = response.location
    assert len(seen) == 7
    assert len(desk.kept().answers) == 40
    assert "No gap is left in 40 criteria" in words(desk.client.get(desk.address).text)


def test_it_goes_on_where_it_was_left_in_another_browser(desk: Desk) -> None:
    desk.answer("error-handling", retries="unmet", alerting="unknown")
    other = desk.client.application.test_client()
    report = other.get(desk.address)
    assert f'href="{desk.address}/{AREA}"' in report.text
    page = other.get(f"{desk.address}/{AREA}").text
    assert "2 of 40 answered" in words(page)
    assert re.search(r'<input checked [^>]*name="answer-retries"[^>]*value="unmet"', page)
    assert re.search(r'<input checked [^>]*name="answer-alerting"[^>]*value="unknown"', page)


def test_a_page_that_saves_as_it_goes_hears_what_came_of_it(desk: Desk) -> None:
    response = desk.send(AREA, {"answer-retries": "met"}, HX_Request="true")
    assert response.status_code == 200
    assert "<html" not in response.text
    assert "Saved 12:00 UTC." in words(response.text)
    assert "1 of 40 answered" in words(response.text)
    base = re.search(r'id="base" name="base" value="(\w+)"', response.text)
    assert base is not None
    again = desk.send(AREA, {"answer-retries": "unmet", "base": base[1]}, HX_Request="true")
    assert again.status_code == 200
    assert desk.kept().answers == {"retries": Said.UNMET}


def test_two_tabs_on_one_area_lose_nothing(desk: Desk) -> None:
    first = second = desk.client.get(f"{desk.address}/{AREA}").text
    assert desk.send(AREA, {"answer-retries": "met", "answer-alerting": "met"}, page=first).status_code == 303
    conflict = desk.send(AREA, {"answer-retries": "unmet"}, page=second)
    assert conflict.status_code == 409
    assert desk.kept().answers == {"retries": Said.MET, "alerting": Said.MET}
    text = words(conflict.text)
    assert "Retries Yes No" in text
    assert "Monitoring and alerting Yes not answered" in text
    assert re.search(r'<input checked [^>]*name="answer-retries"[^>]*value="unmet"', conflict.text)
    assert "data-hx-post" not in conflict.text
    assert desk.send(AREA, {"answer-retries": "unmet"}, page=conflict.text).status_code == 303
    assert desk.kept().answers == {"retries": Said.UNMET}


def test_a_tab_that_saves_as_it_goes_is_told_and_can_compare(desk: Desk) -> None:
    old = desk.client.get(f"{desk.address}/{AREA}").text
    desk.send(AREA, {"answer-retries": "met"})
    told = desk.send(AREA, {"answer-retries": "unmet"}, page=old, HX_Request="true")
    assert told.status_code == 409
    assert "Not saved: this was changed in another place meanwhile." in words(told.text)
    assert 'id="base"' not in told.text
    both = desk.send(AREA, {"answer-retries": "unmet", "whole": "1"}, page=old, HX_Request="true")
    assert both.status_code == 409
    assert "Save mine instead" in words(both.text)


def test_two_tabs_on_different_steps_do_not_meet(desk: Desk) -> None:
    pages = {step: desk.client.get(f"{desk.address}/{step}").text for step in (AREA, "answers/scalability", "needs")}
    assert desk.send(AREA, {"answer-retries": "met"}, page=pages[AREA]).status_code == 303
    scalability = pages["answers/scalability"]
    assert desk.send("answers/scalability", {"answer-caching": "met"}, page=scalability).status_code == 303
    assert desk.send("needs", {"uptime_percent": "99,9", "level": "2"}, page=pages["needs"]).status_code == 303
    held = desk.kept()
    assert set(held.answers) == {"retries", "caching"}
    assert (held.needs, held.level) == (Needs(uptime_percent=Decimal("99.9")), Level.CONFIRMED)


def test_needs_are_read_as_people_write_them_and_shown_again(desk: Desk) -> None:
    typed = {"requests_per_day": "10 000", "uptime_percent": "99.95 %", "response_minutes": "30", "region": "eu"}
    assert desk.send("needs", {**typed, "level": "4"}).status_code == 303
    assert desk.kept().needs == Needs(10_000, Decimal("99.95"), Decimal(30), "eu")
    page = desk.client.get(f"{desk.address}/needs").text
    for value in ("10,000", "99.95", "30"):
        assert f'value="{value}"' in page
    assert '<option selected value="eu">' in page
    assert '<option selected value="4">' in page


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("requests_per_day", "lots", "Write a whole number"),
        ("requests_per_day", "10.5", "Write a whole number"),
        ("requests_per_day", "-1", "Write a whole number"),
        ("uptime_percent", "100.1", "Write a number from 0 to 100"),
        ("uptime_percent", "99.99999", "Write a number from 0 to 100"),
        ("response_minutes", "1e3", "Write a number from 0"),
        ("region", "atlantis", "Not a valid choice"),
        ("level", "9", "Not a valid choice"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_stays_typed(
    desk: Desk, name: str, typed: str, told: str
) -> None:
    response = desk.send("needs", {"level": "1", "region": "", "requests_per_day": "5", name: typed})
    assert response.status_code == 422
    assert told in words(response.text)
    if name in ("requests_per_day", "uptime_percent", "response_minutes"):
        assert f'value="{typed}"' in response.text
        assert f'id="{name}-error"' in response.text
    assert desk.kept().needs == Needs()


def test_an_answer_that_is_none_is_refused(desk: Desk) -> None:
    response = desk.send(AREA, {"answer-retries": "perhaps", "answer-alerting": "met"})
    assert response.status_code == 422
    assert re.search(r'<input checked [^>]*name="answer-alerting"[^>]*value="met"', response.text)
    assert desk.kept().answers == {}


def test_a_stale_form_comes_back_with_what_was_answered(desk: Desk) -> None:
    response = desk.send(AREA, {"answer-retries": "met", "csrf_token": "stale"})
    assert response.status_code == 422
    assert EXPIRED in words(response.text)
    assert re.search(r'<input checked [^>]*name="answer-retries"[^>]*value="met"', response.text)


@pytest.mark.parametrize("key", UNKNOWN)
@pytest.mark.parametrize("rest", ["", "/needs", "/answers/error-handling", "/delete"])
def test_an_unknown_address_is_nowhere(desk: Desk, key: str, rest: str) -> None:
    assert desk.client.get(f"/assess/{key}{rest}").status_code == 404


def test_an_area_that_the_checklist_lacks_is_nowhere(desk: Desk) -> None:
    assert desk.client.get(f"{desk.address}/answers/no-such-area").status_code == 404


def test_the_address_to_show_it_lets_nobody_change_it(desk: Desk) -> None:
    desk.answer("error-handling", retries="unmet")
    report = desk.client.get(desk.shown)
    assert report.status_code == 200
    assert desk.key not in report.text
    assert "csrf_token" not in report.text
    for rest in ("needs", AREA, "delete"):
        assert desk.client.get(f"{desk.shown}/{rest}").status_code == 404
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', desk.client.get(f"{desk.address}/needs").text)
        assert token is not None
        assert desk.client.post(f"{desk.shown}/{rest}", data={"csrf_token": token[1]}).status_code == 404
    assert desk.kept().answers == {"retries": Said.UNMET}


def test_these_pages_are_kept_by_nobody_and_lead_nowhere(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    for address in (desk.address, desk.shown, *(f"{desk.address}/{one}" for one in ("needs", AREA, "delete"))):
        response = desk.client.get(address)
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert 'name="robots" content="noindex"' in response.text
        assert "canonical" not in response.text
    printed = "".join(capfd.readouterr())
    assert "assess.report" in printed
    assert desk.key not in printed


def test_its_owner_deletes_it_at_once(desk: Desk) -> None:
    page = desk.client.get(f"{desk.address}/delete")
    assert "This can’t be undone" in words(page.text)
    assert desk.client.get(desk.address).status_code == 200
    assert "is deleted" in words(desk.send("delete", {}).text)
    for address in (desk.address, desk.shown):
        assert desk.client.get(address).status_code == 404


def test_a_year_after_the_last_change_it_is_gone(desk: Desk) -> None:
    assert "Deleted on 3 Nov 2027" in words(desk.client.get(desk.address).text)
    with time_machine.travel(AT.replace(year=2027, month=11, day=4)):
        assert desk.client.get(desk.address).status_code == 404
        assert clock.now() > AT
