"""The checklist and its criteria."""

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from directory.catalogue.services import Catalogue
from directory.core.db import Database
from directory.readiness.models import Status
from tests import factories
from tests.web.buyer.reading_pages import between, rows, words


def test_it_lists_every_area_and_criterion_with_its_question(site: FlaskClient, catalogue: Catalogue) -> None:
    answer = site.get("/checklist")
    assert answer.status_code == 200
    text = words(answer.text)
    assert f"{len(catalogue.checklist.criteria)} questions between a demo and production" in text
    for area in catalogue.checklist.areas:
        assert " ".join(area.from_demo.split()) in text
        assert " ".join(area.to_production.split()) in text
    for criterion in catalogue.checklist.criteria.values():
        assert f'href="/checklist/{criterion.id}"' in answer.text
        assert " ".join(criterion.question.split()) in text


def test_each_criterion_has_a_whole_page(site: FlaskClient, catalogue: Catalogue) -> None:
    for criterion in catalogue.checklist.criteria.values():
        answer = site.get(f"/checklist/{criterion.id}")
        assert answer.status_code == 200
        text = words(answer.text)
        for part in (criterion.question, criterion.why, criterion.good, criterion.evidence, criterion.advice):
            assert " ".join(part.split()) in text


def test_a_criterion_leads_to_who_meets_it_and_to_the_rules_that_ask(site: FlaskClient) -> None:
    html = site.get("/checklist/gdpr").text
    for level in ("", "&amp;level=1", "&amp;level=2", "&amp;level=4"):
        assert f'href="/providers?criterion=gdpr{level}"' in html
    assert 'href="/methodology#E3"' in html
    assert "Asked by a rule" not in site.get("/checklist/caching").text


def test_it_counts_who_meets_a_criterion_at_each_level_as_the_link_beside_finds(
    site: FlaskClient, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        for sources in ((), ("document",), ("document", "reference"), ("reference",)):
            provider = factories.add_provider(session)
            answer = factories.add_answer(session, provider, "gdpr")
            if "document" in sources:
                factories.add_evidence(session, factories.add_document(session, provider), answer, status="met")
            if "reference" in sources:
                reference = factories.add_reference(session, factories.add_system(session, provider))
                factories.add_evidence(session, reference, answer, status="met")
            factories.announce(session, provider)
        factories.add_answer(session, provider := factories.add_provider(session), "gdpr", Status.PARTLY)
        factories.announce(session, provider)
    html = site.get("/checklist/gdpr").text
    shown = re.findall(r'href="(/providers\?criterion=gdpr[^"]*)"><b>(\d+)</b>', html)
    assert [int(count) for _, count in shown] == [4, 3, 2, 1]
    for address, count in shown:
        found = site.get(unescape(address).replace("/providers", "/api/v1/providers"))
        assert json.loads(found.text)["total"] == int(count)


def test_what_changes_from_demo_to_production_is_one_table(site: FlaskClient, catalogue: Catalogue) -> None:
    lines = rows(between(site.get("/checklist").text, 'class="table is-stacked changes-table"', "</table>"))
    assert lines[0] == "Area From demo To production"
    expected = [f"{area.name} {area.from_demo} {area.to_production}" for area in catalogue.checklist.areas]
    assert lines[1:] == [" ".join(line.split()) for line in expected]


def test_neighbours_lead_through_the_whole_list(site: FlaskClient, catalogue: Catalogue) -> None:
    ids = list(catalogue.checklist.criteria)
    first = site.get(f"/checklist/{ids[0]}").text
    last = site.get(f"/checklist/{ids[-1]}").text
    assert 'rel="prev"' not in first
    assert f'href="/checklist/{ids[1]}"' in between(first, 'class="neighbours"', "</nav>")
    assert 'rel="next"' not in last


@pytest.mark.parametrize("unknown", ["nope", "GDPR", "gdpr ", "x" * 200])
def test_an_unknown_criterion_is_not_there(site: FlaskClient, unknown: str) -> None:
    answer = site.get(f"/checklist/{unknown}")
    assert answer.status_code == 404
    assert "The checklist in force has no such criterion." in words(answer.text)
