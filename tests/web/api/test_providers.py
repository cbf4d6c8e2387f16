"""The search as JSON: its shape, its pages, its errors."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from directory.catalogue.services import Catalogue
from directory.evidence.metrics import Metric
from directory.providers.models import Provider
from directory.search.query import FACET_PARAMETERS, QueryError, parse
from directory.web.api import parameters
from tests import factories
from tests.web.api.site import SECRETS, Site

ITEM_KEYS = [
    "slug",
    "name",
    "website",
    "summary",
    "country",
    "claimed",
    "demo",
    "production_experience",
    "enterprise",
    "headline",
    "updated_at",
]
FIGURE_KEYS = ["value", "stated", "unit", "level", "conflicting", "as_of"]


def item(site: Site, slug: str) -> Any:
    return next(one for one in site.json("/api/v1/providers")["items"] if one["slug"] == slug)


def test_a_list_has_every_key_that_is_promised(either_site: Site) -> None:
    found = either_site.json("/api/v1/providers")
    assert list(found) == ["total", "page", "per_page", "items", "facets", "links"]
    assert (found["total"], found["page"], found["per_page"]) == (2, 1, 20)
    assert set(FACET_PARAMETERS) <= set(found["facets"])
    assert {"value": "insurance", "label": "Insurance", "count": 1} in found["facets"]["industry"]
    assert found["links"] == {"self": "http://127.0.0.1:8000/api/v1/providers", "next": None, "prev": None}


def test_an_item_has_every_key_that_is_promised(either_site: Site) -> None:
    found = item(either_site, "halden-automation")
    assert list(found) == ITEM_KEYS
    assert found["name"] == "Halden <Automation> & Sons\x0b"
    assert (found["claimed"], found["demo"], found["country"]) == (True, False, "NO")
    assert found["updated_at"] == "2026-11-03T12:00:00Z"
    production = found["production_experience"]
    assert list(production) == ["tier", "system", "rules"]
    assert (production["tier"], production["system"]) == (None, "Claims desk")
    assert [rule["id"] for rule in production["rules"]] == [
        *("P1", "P2", "P3", "P4", "P5"),
        *("S1", "S2", "S3", "S4", "S5"),
    ]
    outcomes = {rule["id"]: rule["outcome"] for rule in production["rules"]}
    assert (outcomes["P1"], outcomes["P5"], outcomes["S1"]) == ("pass", "fail", "unknown")
    assert all(list(rule) == ["id", "outcome", "because"] and rule["because"] for rule in production["rules"])
    assert list(found["enterprise"]) == ["outcome", "rules"]
    assert found["enterprise"]["outcome"] == "fail"


def test_the_headline_gives_value_used_and_stated_as_exact_numbers(shared_site: Site) -> None:
    headline = item(shared_site, "halden-automation")["headline"]
    assert list(headline) == ["system", *Metric]
    assert headline["system"] == "Claims desk"
    assert all(list(headline[metric]) == FIGURE_KEYS for metric in Metric)
    volume = headline["requests_per_day"]
    assert volume == {
        "value": 9999,
        "stated": 48200,
        "unit": "requests/day",
        "level": 1,
        "conflicting": True,
        "as_of": "2026-10-04",
    }
    assert isinstance(volume["value"], int)
    assert headline["uptime_percent"]["value"] == 99.96
    assert '"value":99.96,' in shared_site.client.get("/api/v1/providers").text


def test_what_is_unknown_is_null(site: Site) -> None:
    with site.database.writing() as session:
        provider = factories.add_provider(session, slug="unproven", country=None)
        system = factories.add_system(session, provider)
        factories.add_figure(session, system, Metric.DEPLOY_MINUTES)
        factories.announce(session, provider)
        factories.announce(session, factories.add_provider(session, slug="empty"))
    provider = site.json("/api/v1/providers/unproven")
    assert provider["country"] is None
    assert provider["headline"]["requests_per_day"] is None
    assert provider["headline"]["deploy_minutes"]["level"] == 0
    empty = site.json("/api/v1/providers/empty")
    assert empty["headline"] == {"system": None, **dict.fromkeys(map(str, Metric))}
    assert empty["production_experience"]["system"] is None


def test_entries_that_are_not_public_are_not_there(site: Site) -> None:
    assert {one["slug"] for one in site.json("/api/v1/providers")["items"]} == {"halden-automation", "plain-agents"}
    with site.database.writing() as session:
        provider = session.scalars(select(Provider).where(Provider.slug == "plain-agents")).one()
        provider.withdrawn_at = factories.AT
        factories.announce(session, provider, "provider.withdrawn")  # the index hasn't heard of it yet
    assert {one["slug"] for one in site.json("/api/v1/providers")["items"]} == {"halden-automation"}


def test_links_walk_all_pages_and_keep_the_parameters(shared_site: Site) -> None:
    first = shared_site.json("/api/v1/providers?per_page=1&sort=name&level=2")
    base = "http://127.0.0.1:8000/api/v1/providers?level=2&sort=name"
    assert first["links"] == {"self": f"{base}&per_page=1", "next": f"{base}&page=2&per_page=1", "prev": None}
    second = shared_site.json(first["links"]["next"].removeprefix("http://127.0.0.1:8000"))
    assert second["links"]["prev"] == first["links"]["self"]
    assert second["links"]["next"] is None
    assert [page["items"][0]["slug"] for page in (first, second)] == ["plain-agents", "halden-automation"]


def test_a_page_past_the_end_is_404_and_page_one_of_nothing_is_not(shared_site: Site) -> None:
    assert shared_site.refused("/api/v1/providers?page=2", 404)["detail"] == "There is only one page."
    assert shared_site.refused("/api/v1/providers?page=9&per_page=1", 404)["detail"].startswith("There are only ")
    assert shared_site.json("/api/v1/providers?q=nobodyhasthisword")["items"] == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("colour=blue", ["colour"]),
        ("utm_source=mail", ["utm_source"]),
        ("min_uptime=high", ["min_uptime"]),
        ("level=9&industry=nothing", ["industry", "level"]),
    ],
)
def test_a_bad_parameter_is_400_with_its_name(shared_site: Site, query: str, names: list[str]) -> None:
    problem = shared_site.refused(f"/api/v1/providers?{query}", 400)
    assert list(problem) == ["type", "title", "status", "detail", "errors"]
    assert sorted(problem["errors"]) == names
    assert all(name in problem["detail"] for name in names)


def test_without_a_catalogue_it_is_503_with_advice_and_when_to_try_again(site: Site) -> None:
    with site.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM catalogue_activation")
    response = site.client.get("/api/v1/providers")
    assert response.status_code == 503
    assert response.content_type == "application/problem+json"
    assert response.headers["Retry-After"].isdigit()


def test_the_described_parameters_are_those_that_are_read(catalogue: Catalogue) -> None:
    described = parameters.search(catalogue)
    for parameter in described:
        values = parameter.schema.get("enum", ["1"])
        assert parse([(parameter.name, values[0])], catalogue) is not None
    with pytest.raises(QueryError) as caught:
        parse([("colour", "blue"), *((one.name, "!" * 201) for one in described)], catalogue)
    assert set(caught.value.errors) == {"colour", *(one.name for one in described)}


NAMES = st.sampled_from([*FACET_PARAMETERS, "criterion", "q", "level", "page", "per_page", "min_uptime", "sort", "x"])
VALUES = st.one_of(st.text(max_size=30), st.integers().map(str), st.floats().map(str), st.sampled_from(["1", "0", "٣"]))


@given(st.lists(st.tuples(NAMES | st.text(max_size=10), VALUES), max_size=5), st.binary(max_size=20))
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_string_breaks_it(shared_site: Site, pairs: list[tuple[str, str]], raw: bytes) -> None:
    assert shared_site.client.get("/api/v1/providers", query_string=pairs).status_code in (200, 400, 404)
    response = shared_site.client.get("/api/v1/providers", query_string=raw.decode("latin-1"))
    assert response.status_code in (200, 400, 404)


def test_nothing_private_is_in_it(either_site: Site) -> None:
    text = either_site.client.get("/api/v1/providers").text
    assert [secret for secret in SECRETS if secret.casefold() in text.casefold()] == []
