"""One provider as JSON: all that is public about it, and nothing else."""

from typing import Any

import pytest
from sqlalchemy import select, update

from directory.evidence.metrics import Metric
from directory.providers.models import Provider
from directory.references.models import Reference
from tests import factories
from tests.web.api.site import SECRETS, Site
from tests.web.api.test_providers import FIGURE_KEYS, ITEM_KEYS

ADDRESS = "/api/v1/providers/halden-automation"
ENTRY_KEYS = [
    *ITEM_KEYS,
    "description",
    "founded",
    "employees",
    "size",
    "min_project",
    "languages",
    "engagement",
    "industries",
    "regions",
    "agent_types",
    "frameworks",
    "models",
    "clouds",
    "tools",
    "systems",
    "answers",
    "certifications",
    "references",
    "notices",
    "history",
    "source",
    "links",
]


@pytest.fixture
def entry(either_site: Site) -> Any:
    return either_site.json(ADDRESS)


def test_it_has_the_item_and_the_rest(entry: Any, either_site: Site) -> None:
    assert list(entry) == ENTRY_KEYS
    listed = either_site.json("/api/v1/providers?q=halden")["items"][0]
    assert {key: entry[key] for key in ITEM_KEYS} == listed
    assert entry["description"] == "Line one.\r\nLine <two>."
    assert (entry["founded"], entry["employees"]) == (2019, 40)
    assert entry["size"] == {"id": "10-49", "label": "10–49 people"}
    assert entry["min_project"] == {"amount": 25000, "currency": "EUR"}
    assert entry["languages"][0] == {"id": "en", "label": "English"}
    assert entry["industries"] == [{"id": "insurance", "label": "Insurance"}]
    assert entry["links"] == {
        "self": f"http://127.0.0.1:8000{ADDRESS}",
        "page": "http://127.0.0.1:8000/providers/halden-automation",
    }
    assert entry["source"] == {
        "name": "A register",
        "url": "https://register.example/halden",
        "retrieved_on": "2026-10-29",
    }


def test_figures_say_what_they_rest_on(entry: Any) -> None:
    claims = next(one for one in entry["systems"] if one["name"] == "Claims desk")
    assert claims["live"]
    assert list(claims["figures"]) == list(Metric)
    volume = claims["figures"]["requests_per_day"]
    assert list(volume)[: len(FIGURE_KEYS)] == FIGURE_KEYS
    assert (volume["value"], volume["stated"], volume["level"], volume["conflicting"]) == (9999, 48200, 1, True)
    assert (volume["window_days"], volume["coverage"]) == (30, None)
    document = next(one for one in volume["evidence"] if one["source"] == "document")
    assert document == {
        "source": "document",
        "says": {"low": 1000, "high": 10000, "band": True, "coverage": None, "status": None},
        "dated_on": "2026-09-04",
        "ends_on": "2027-09-04",
        "label": "A report",
    }
    response = claims["figures"]["response_minutes"]
    assert (response["coverage"], response["value"], response["level"]) == ("24x7", 15, 2)
    assert len(claims["rules"]) == 10


def test_a_customer_that_did_not_agree_is_never_named(entry: Any) -> None:
    claims = next(one for one in entry["systems"] if one["name"] == "Claims desk")
    assert claims["customer"]["name"] is None
    assert claims["customer"]["website"] is None
    assert claims["customer"]["label"].startswith("an unnamed customer")
    confirmation = claims["figures"]["uptime_percent"]["evidence"][0]
    assert confirmation["source"] == "reference"
    assert confirmation["label"].startswith("an unnamed customer (Insurance")
    assert entry["references"]["confirmations"][0]["customer"] == confirmation["label"]


def test_a_customer_that_agreed_is_named(site: Site) -> None:
    retired = next(one for one in site.json(ADDRESS)["systems"] if one["name"] == "Old desk")
    assert not retired["live"]
    assert retired["customer"]["name"] == "Glad To Be Named"
    with site.database.writing() as session:
        session.execute(update(Reference).where(Reference.organisation == "Quiet Bank").values(is_named=True))
        factories.announce(session, session.scalars(select(Provider).where(Provider.slug == "halden-automation")).one())
    again = site.json(ADDRESS)
    assert again["references"]["confirmations"][0]["customer"] == "Quiet Bank"
    claims = next(one for one in again["systems"] if one["name"] == "Claims desk")
    assert claims["figures"]["uptime_percent"]["evidence"][0]["label"] == "Quiet Bank"


def test_references_are_counted_and_those_in_force_listed(entry: Any) -> None:
    references = entry["references"]
    assert list(references) == ["asked", "answered", "declined", "withdrawn", "verified", "confirmations"]
    assert [references[key] for key in list(references)[:5]] == [3, 2, 1, 1, 1]
    assert [one["quote"] for one in references["confirmations"]] == ["It answers at night."]
    assert references["confirmations"][0]["ends_on"] == "2027-10-14"


def test_answers_and_certifications_are_weighed(entry: Any) -> None:
    assert [one["criterion"] for one in entry["answers"]] == ["sso"]
    answer = entry["answers"][0]
    assert (answer["status"], answer["stated"], answer["level"], answer["conflicting"]) == ("partly", "met", 1, True)
    assert answer["evidence"][0]["says"]["status"] == "partly"
    assert [(one["id"], one["level"]) for one in entry["certifications"]] == [("iso27001", 1)]


def test_what_is_no_longer_in_force_is_history(entry: Any) -> None:
    figures = {(one["system"], one["metric"]): one for one in entry["history"]["figures"]}
    assert set(figures) == {("Claims desk", "uptime_percent"), ("Old desk", "deploy_minutes")}
    past = figures["Claims desk", "uptime_percent"]
    assert (past["stated"], past["ending"], past["ended_on"]) == (99.5, "superseded", "2026-11-03")
    assert figures["Old desk", "deploy_minutes"]["ending"] == "expired"
    assert [one["criterion"] for one in entry["history"]["answers"]] == ["rbac"]
    assert [one["id"] for one in entry["history"]["certifications"]] == ["soc2-type2"]


def test_an_upheld_misrepresentation_is_told_without_who_reported_it(entry: Any) -> None:
    assert entry["notices"] == [{"decided_on": "2026-07-26", "notice": "The stated volume was another firm's."}]


@pytest.mark.parametrize("slug", ["nobody", "hidden-works", "withdrawn-works", "Halden-Automation", "%00", "..%2f"])
def test_what_is_not_public_is_404_without_a_word_about_it(shared_site: Site, slug: str) -> None:
    problem = shared_site.refused(f"/api/v1/providers/{slug}", 404)
    assert "Works" not in str(problem)


def test_nothing_private_is_in_it(either_site: Site) -> None:
    text = either_site.client.get(ADDRESS).text
    assert [secret for secret in SECRETS if secret.casefold() in text.casefold()] == []
