"""The report: readiness, gaps, questions, and who covers them."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from directory.assessments.scoring import Said, assess
from directory.catalogue.schema import Checklist
from directory.catalogue.services import Catalogue, activate, register, shipped_files
from directory.web.assess.picture import rows as pictures
from tests.factories import AT
from tests.web.assess.conftest import COVERS, Desk
from tests.web.buyer.reading_pages import between, rows, words

LACKING = {"retries": "unmet", "alerting": "unmet", "recovery": "partly", "graceful_degradation": "met"}


def found(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return response.text


def links(html: str, start: str) -> list[str]:
    return [unescape(one) for one in re.findall(rf'href="({re.escape(start)}[^"]*)"', html)]


def test_each_area_is_a_picture_and_the_same_in_a_table(desk: Desk, catalogue: Catalogue) -> None:
    desk.answer("error-handling", **LACKING, circuit_breakers="not-applicable")
    html = found(desk.client, desk.address)
    table = between(html, 'class="table is-stacked areas-table"', "</table>")
    answers = {name.replace("_", "-"): Said(said) for name, said in LACKING.items()}
    scores = assess(catalogue.checklist, {**answers, "circuit-breakers": Said.NOT_APPLICABLE}).areas
    lines = rows(table)[1:]
    assert len(lines) == len(scores) == 6
    for line, one in zip(lines, scores, strict=True):
        counts = [str(one.counts[said]) for said in (Said.MET, Said.PARTLY, Said.UNMET, Said.UNKNOWN)]
        assert line.endswith(" ".join([f"{one.score} %", *counts, str(one.counts[Said.NOT_APPLICABLE])]))
    assert table.count('role="img"') == 6
    assert (
        'aria-label="Error handling: 34 percent ready; 1 met, 1 partly met, 2 not met, 1 not applicable, 1 not known"'
        in table
    )
    assert "each weighed by its risk" in words(html)


def test_the_picture_shows_every_criterion_and_the_score(catalogue: Catalogue) -> None:
    checklist: Checklist = catalogue.checklist
    answers = {"retries": Said.MET}
    areas = assess(checklist, answers).areas
    for one, picture in zip(areas, pictures(areas, answers, checklist), strict=True):
        assert [cell.said for cell in picture.cells] == [
            answers.get(criterion.id, Said.UNKNOWN) for criterion in one.area.criteria
        ]
        assert all(0 <= cell.x <= picture.width - 16 for cell in picture.cells)
        assert picture.bar == round(picture.width * (one.score or 0) / 100, 1)


def test_gaps_stand_by_risk_with_what_to_do_and_how_many_meet_each(desk: Desk, catalogue: Catalogue) -> None:
    desk.answer("error-handling", **LACKING)
    html = found(desk.client, desk.address)
    gaps = between(html, 'aria-labelledby="gaps"', 'aria-labelledby="providers"')
    shown = re.findall(r'class="gap-name">\s*<a href="/checklist/([\w-]+)"', gaps)
    answers = {name.replace("_", "-"): Said(said) for name, said in LACKING.items()}
    assert shown == [gap.criterion.id for gap in assess(catalogue.checklist, answers).gaps]
    text = words(gaps)
    assert "Error handling · not met" in text
    assert "Error handling · partly met" in text
    assert "not known" in text
    assert " ".join(catalogue.checklist.criteria["retries"].advice.split()) in text
    assert "2 providers meet it : Retries , documented or better" in text
    for address in links(gaps, "/providers?"):
        count = int(re.search(rf'href="{re.escape(address.replace("&", "&amp;"))}">(\d+) provider', gaps)[1])  # type: ignore[index]  # it stands there
        total = desk.client.get(address.replace("/providers", "/api/v1/providers")).json["total"]  # type: ignore[index]  # JSON
        assert total == count, address


def test_providers_are_named_by_what_they_cover_with_evidence(desk: Desk, catalogue: Catalogue) -> None:
    desk.answer("error-handling", **LACKING)
    html = found(desk.client, desk.address)
    part = between(html, 'aria-labelledby="providers"', 'aria-labelledby="questions"')
    assert re.findall(r'<h3><a href="/providers/([\w-]+)"', part) == ["all-rounder", "specialist"]
    text = words(part)
    assert "4 of 39 gaps" in text
    answers = {name.replace("_", "-"): Said(said) for name, said in LACKING.items()}
    gaps = [gap.criterion for gap in assess(catalogue.checklist, answers).gaps]
    covered = " , ".join(one.name for one in gaps if one.id in COVERS["all-rounder"])
    assert f"Covers: {covered} Everybody" in text
    assert "/compare?provider=all-rounder&provider=specialist" in unescape(part)
    for address in links(part, "/providers?"):
        listed = desk.client.get(address.replace("/providers", "/api/v1/providers"))
        assert listed.status_code == 200, listed.text
    first = links(part, "/providers?")[0]
    items = desk.client.get(first.replace("/providers", "/api/v1/providers")).json["items"]  # type: ignore[index]  # JSON
    assert [one["slug"] for one in items] == ["all-rounder"]


def test_with_a_lower_level_words_are_enough_with_a_higher_one_documents_are_not(desk: Desk) -> None:
    desk.answer("error-handling", **LACKING)
    desk.send("needs", {"level": "0"})
    assert 'href="/providers/talker"' in found(desk.client, desk.address)
    desk.send("needs", {"level": "2"})
    text = words(found(desk.client, desk.address))
    assert "Nobody here covers any of the gaps at this level." in text


def test_what_is_needed_is_asked_of_one_live_system(desk: Desk) -> None:
    desk.answer("error-handling", **LACKING)
    desk.send("needs", {"level": "1", "requests_per_day": "10,000", "uptime_percent": "99.9", "region": "eu"})
    html = found(desk.client, desk.address)
    part = between(html, 'aria-labelledby="providers"', 'aria-labelledby="questions"')
    assert re.findall(r'<h3><a href="/providers/([\w-]+)"', part) == ["all-rounder"]
    assert "10,000/day, 99.9 %, data in: European Union" in words(part)
    assert "min_requests_per_day=10000" in part
    asked = words(between(html, 'aria-labelledby="questions"', "</section>"))
    assert "How many requests does it process a day? We need at least 10,000/day." in asked
    assert "Ours must stay here: European Union." in asked


def test_where_nobody_carries_what_is_needed_the_report_says_so_and_names_the_rest(desk: Desk) -> None:
    desk.answer("error-handling", **LACKING)
    desk.send("needs", {"level": "1", "requests_per_day": "999,999,999"})
    part = between(found(desk.client, desk.address), 'aria-labelledby="providers"', 'aria-labelledby="questions"')
    text = words(part)
    assert "Nobody here covers any of the gaps and carries that as well at this level." in text
    assert "Without what is needed" in text
    assert 'href="/providers/all-rounder"' in part


def test_a_withdrawn_provider_is_in_no_report(desk: Desk) -> None:
    desk.answer("error-handling", **LACKING)
    assert 'href="/providers/specialist"' in found(desk.client, desk.address)
    with desk.database.writing() as session:
        from directory.providers.models import Provider  # noqa: PLC0415 - only here

        session.query(Provider).filter_by(slug="specialist").one().withdrawn_at = AT
    assert 'href="/providers/specialist"' not in found(desk.client, desk.address)


def test_the_questions_are_those_of_the_checklist_for_each_gap(desk: Desk, catalogue: Catalogue) -> None:
    desk.answer("error-handling", **LACKING)
    part = between(found(desk.client, desk.address), 'id="questions-text"', "</section>")
    asked = [words(one) for one in re.findall(r"<li>(.*?)</li>", part)]
    expected = {one.question for name, one in catalogue.checklist.criteria.items() if name != "graceful-degradation"}
    assert set(asked[5:]) == expected
    assert len(asked) == 5 + 39


def test_an_assessment_keeps_its_checklist_says_so_and_is_taken_over(desk: Desk) -> None:
    desk.answer("error-handling", **LACKING)
    text = shipped_files()["checklist"].read_text()
    newer = text.replace('version: "1"', 'version: "2"').replace("- id: retries\n", "- id: repeats\n")
    with desk.database.writing() as session:
        version = register(session, newer, "checklist.yaml", actor="test", at=AT)
        activate(session, version, actor="test", at=AT, reason="")
    html = found(desk.client, desk.address)
    assert "answered under version 1; version 2 is in force now" in words(html)
    assert 'href="/checklist/retries"' in html
    assert "criterion=retries" not in html, "a search for what the checklist in force doesn't have would be refused"
    assert found(desk.client, f"{desk.address}/answers/error-handling").count('name="answer-retries"') == 5
    assert "Hold my answers against" not in found(desk.client, desk.shown)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert token is not None
    assert desk.client.post(f"{desk.address}/take-over", data={"csrf_token": token[1]}).status_code == 303
    html = found(desk.client, desk.address)
    assert "is in force now" not in words(html)
    assert 'href="/checklist/repeats"' in html
    assert desk.kept().answers["alerting"] is Said.UNMET


@pytest.mark.parametrize("address", ["address", "shown"])
def test_it_says_whose_address_it_is(desk: Desk, address: str) -> None:
    html = found(desk.client, getattr(desk, address))
    if address == "address":
        assert f"http://127.0.0.1:8000{desk.address}" in html
        assert f"http://127.0.0.1:8000{desk.shown}" in html
    else:
        assert "only shows the report" in words(html)
        assert f"{desk.address}" not in html
