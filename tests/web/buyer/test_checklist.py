"""The checklist and its criteria."""

import pytest
from flask.testing import FlaskClient

from directory.catalogue.services import Catalogue
from tests.web.buyer.reading_pages import between, words


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
    assert 'href="/providers?criterion=gdpr"' in html
    assert 'href="/providers?criterion=gdpr&amp;level=1"' in html
    assert 'href="/providers?criterion=gdpr&amp;level=2"' in html
    assert 'href="/methodology#E3"' in html
    assert "Asked by a rule" not in site.get("/checklist/caching").text


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
