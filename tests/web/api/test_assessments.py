"""Assessments for programs: made by one POST, read by whoever has the id."""

import json
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.assessments.keys import reading_key
from directory.assessments.models import Assessment
from directory.assessments.scoring import Said, assess
from directory.catalogue.services import Catalogue
from directory.web.api.assessments import LIMIT
from tests import factories
from tests.web.api.site import ASSESSMENT, Site

ADDRESS = "/api/v1/assessments"


def made(site: Site, sent: Any, **headers: str) -> Any:
    response = site.client.post(ADDRESS, json=sent, headers=headers)
    assert response.status_code == 201, response.text
    return response.json


def problem(site: Site, data: str | bytes, content_type: str = "application/json") -> tuple[int, Any]:
    response = site.client.post(ADDRESS, data=data, content_type=content_type)
    assert response.content_type == "application/problem+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return response.status_code, response.json


def test_what_is_made_is_answered_at_once_and_read_again_by_its_id(site: Site, catalogue: Catalogue) -> None:
    sent = {"answers": {"sso": "unmet", "rbac": "met", "gdpr": "partly", "caching": "not-applicable"}, "level": 0}
    found = made(site, sent)
    assert [area["id"] for area in found["areas"]] == [area.id for area in catalogue.checklist.areas]
    scalability = found["areas"][1]
    assert scalability == {
        "id": "scalability", "met": 0, "partly": 0, "unmet": 0, "unknown": 4, "not_applicable": 1, "score": 0,
    }  # fmt: skip
    assert len(found["gaps"]) == 38
    by_criterion = {gap["criterion"]: gap for gap in found["gaps"]}
    criterion = catalogue.checklist.criteria["sso"]
    assert by_criterion["sso"] == {
        "criterion": "sso",
        "risk": criterion.risk,
        "advice": criterion.advice,
        "status": "unmet",
        "question": criterion.question,
    }
    assert by_criterion["gdpr"]["status"] == "partly"
    assert by_criterion["retries"]["status"] == "unknown"
    assert found["gaps"][0]["criterion"] != "rbac"
    assert found["level"] == 0
    assert found["checklist_version"] == catalogue.checklist.version
    assert site.json(f"{ADDRESS}/{found['id']}") == found
    assert found["links"]["page"].endswith(f"/assess/{found['id']}")


def test_the_id_to_show_it_reads_the_same_and_does_not_give_away_the_other(site: Site) -> None:
    found = made(site, {"answers": {"sso": "unmet"}})
    shown = reading_key(found["id"])
    other = site.json(f"{ADDRESS}/{shown}")
    assert other["id"] == shown
    assert found["id"] not in json.dumps(other)
    assert {**other, "id": found["id"], "links": found["links"]} == found


def test_providers_that_cover_gaps_are_named_with_what_they_cover(site: Site) -> None:
    """The rich entry says that it has single sign-on; a document says: partly. So at no level is it met."""
    with site.database.writing() as session:
        for number, criteria in enumerate((("retries",), ("retries", "caching", "sso"), ())):
            provider = factories.add_provider(session, slug=f"cover-{number}")
            document = factories.add_document(session, provider)
            for criterion in criteria:
                answer = factories.add_answer(session, provider, criterion)
                factories.add_evidence(session, document, answer, status="met")
            factories.announce(session, provider)
    _reindexed(site)
    found = made(site, {"answers": {"retries": "unmet", "caching": "unknown", "sso": "met"}, "level": 1})
    assert [(one["slug"], one["covers"], one["level"]) for one in found["providers"]] == [
        ("cover-1", ["retries", "caching"], 1),
        ("cover-0", ["retries"], 1),
    ]
    assert found["providers_total"] == 2
    confirmed = made(site, {"answers": {"retries": "unmet"}, "level": 2})
    assert confirmed["providers"] == []
    carried = {"answers": {"retries": "unmet"}, "needs": {"requests_per_day": 1}}
    assert made(site, carried)["providers"] == []  # neither has a live system


def _reindexed(site: Site) -> None:
    from directory.search.refresh import reindex  # noqa: PLC0415 - only this test changes what is indexed
    from directory.web.session import KEY  # noqa: PLC0415 - as above

    reindex(site.database, site.app.extensions[KEY].settings.index_dir, on=factories.ON)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "body"),
        ([], "body"),
        ({"answers": {"no-such": "met"}}, "answers"),
        ({"answers": {"sso": "perhaps"}}, "answers"),
        ({"answers": {"sso": None}}, "answers"),
        ({"answers": {}, "level": 5}, "level"),
        ({"answers": {}, "level": "1"}, "level"),
        ({"answers": {}, "name": "Ours"}, "body"),
        ({"answers": {}, "needs": {"region": "atlantis"}}, "needs"),
        ({"answers": {}, "needs": {"uptime_percent": 101}}, "needs"),
        ({"answers": {}, "needs": {"requests_per_day": -1}}, "needs"),
    ],
)
def test_what_is_wrong_is_said_by_field_and_makes_nothing(shared_site: Site, sent: Any, field: str) -> None:
    status, found = problem(shared_site, json.dumps(sent))
    assert status == 400
    assert list(found["errors"]) == [field]


def test_a_whole_number_is_one_however_it_is_spelt(shared_site: Site) -> None:
    response = shared_site.client.post(ADDRESS, data='{"answers": {}, "level": 2.0}', content_type="application/json")
    assert json.loads(response.text)["level"] == 2


@pytest.mark.parametrize(
    "data", ["", "{", pytest.param("[" * 100_000, id="deep"), "\xff", '{"answers": {}} {}', "null"]
)
def test_what_is_no_json_of_that_shape_is_400(shared_site: Site, data: str) -> None:
    assert problem(shared_site, data.encode("latin-1"))[0] == 400


def test_anything_but_json_is_415_and_too_much_is_413(shared_site: Site) -> None:
    assert problem(shared_site, '{"answers": {}}', "text/plain")[0] == 415
    assert problem(shared_site, "answers=1", "application/x-www-form-urlencoded")[0] == 415
    assert problem(shared_site, '{"answers": {' + " " * 300_000 + "}}")[0] == 413


@pytest.mark.parametrize("key", ["A" * 22, "x", "1", "A" * 2000, "..%2f..", reading_key(reading_key(ASSESSMENT))])
def test_an_unknown_id_is_404(shared_site: Site, key: str) -> None:
    shared_site.refused(f"{ADDRESS}/{key}", 404)


def test_whoever_has_the_id_to_work_on_it_deletes_it_at_once_and_nobody_else(site: Site) -> None:
    key = made(site, {"answers": {"sso": "unmet"}})["id"]
    for other in (reading_key(key), "A" * 22, "x"):
        assert site.client.delete(f"{ADDRESS}/{other}").status_code == 404
    assert site.json(f"{ADDRESS}/{key}")["id"] == key
    response = site.client.delete(f"{ADDRESS}/{key}", headers={"Origin": "https://elsewhere.example"})
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    for gone in (key, reading_key(key)):
        site.refused(f"{ADDRESS}/{gone}", 404)
        assert site.client.get(f"/assess/{gone}").status_code == 404
    assert site.client.delete(f"{ADDRESS}/{key}").status_code == 404


def test_a_year_after_the_last_change_it_is_gone_though_no_job_has_run(site: Site) -> None:
    key = made(site, {"answers": {}})["id"]
    with time_machine.travel(factories.AT.replace(year=2027, hour=11)):
        assert site.client.get(f"{ADDRESS}/{key}").status_code == 200
    with time_machine.travel(factories.AT.replace(year=2027, hour=13)):
        assert site.client.get(f"{ADDRESS}/{key}").status_code == 404


def test_no_answer_is_kept_on_the_way_or_found_by_search_engines(shared_site: Site) -> None:
    for response in (
        shared_site.client.post(ADDRESS, json={"answers": {}}),
        shared_site.client.get(f"{ADDRESS}/{ASSESSMENT}"),
    ):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert "Set-Cookie" not in response.headers


def test_any_site_may_make_one_and_read_it_without_credentials(shared_site: Site) -> None:
    origin = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    asked = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = shared_site.client.options(ADDRESS, headers=asked)
    assert allowed.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert allowed.headers["Access-Control-Allow-Headers"] == "Content-Type"
    response = shared_site.client.post(ADDRESS, json={"answers": {}}, headers=origin)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_assessments_are_not_listed(shared_site: Site, method: str) -> None:
    response = shared_site.client.open(ADDRESS, method=method)
    assert response.status_code == 405
    assert {one.strip() for one in response.headers["Allow"].split(",")} == {"POST", "OPTIONS"}


def test_one_place_makes_so_many_an_hour(site: Site) -> None:
    statuses = [site.client.post(ADDRESS, json={"answers": {}}).status_code for _ in range(int(LIMIT.split()[0]) + 1)]
    assert set(statuses[:-1]) == {201}
    assert statuses[-1] == 429


def test_nothing_of_it_is_logged(site: Site, capfd: pytest.CaptureFixture[str]) -> None:
    key = made(site, {"answers": {"sso": "unmet"}})["id"]
    site.json(f"{ADDRESS}/{key}")
    site.refused(f"{ADDRESS}/{'B' * 22}", 404)
    printed = "".join(capfd.readouterr())
    assert "make_assessment" in printed
    assert not any(one in printed for one in (key, reading_key(key), "B" * 22, "sso"))


def test_the_database_keeps_only_the_id_that_shows_it(site: Site) -> None:
    key = made(site, {"answers": {}})["id"]
    with site.database.reading() as session:
        kept = {one.reading_key for one in session.query(Assessment)}
    assert reading_key(key) in kept
    assert key not in kept


STATUSES = st.sampled_from(["met", "partly", "unmet", "not-applicable", "not_applicable", "unknown"])


@given(data=st.data())
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
def test_areas_and_gaps_are_those_of_the_rules_that_scores_follow(
    shared_site: Site, catalogue: Catalogue, data: st.DataObject
) -> None:
    sent = data.draw(st.dictionaries(st.sampled_from(list(catalogue.checklist.criteria)), STATUSES))
    with shared_site.app.app_context():
        from directory.web.security import limiter  # noqa: PLC0415 - so that the examples aren't counted together

        limiter.reset()
    found = made(shared_site, {"answers": sent, "level": data.draw(st.integers(0, 4))})
    expected = assess(catalogue.checklist, {one: Said(status.replace("_", "-")) for one, status in sent.items()})
    assert [area["score"] for area in found["areas"]] == [area.score for area in expected.areas]
    gaps = [gap["criterion"] for gap in found["gaps"]]
    assert gaps == [gap.criterion.id for gap in expected.gaps]
    for provider in found["providers"]:
        assert set(provider["covers"]) <= set(gaps)
        assert provider["covers"] == [gap for gap in gaps if gap in provider["covers"]]
