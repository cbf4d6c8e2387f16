"""What every address of the API does alike: validators, reading from other sites, errors."""

import gzip

import pytest
import time_machine

from directory.web.api.description import OPERATIONS
from tests import factories
from tests.web.api.site import ASSESSMENT, Site

ADDRESSES = [
    one.rule.replace("<slug>", "halden-automation").replace("<id>", ASSESSMENT)
    for one in OPERATIONS
    if one.method == "GET"
]
ASKED = {"/api/v1/compare": "?provider=halden-automation&provider=plain-agents"}
"""What an address must be asked for before it answers."""
DELETED = {one.rule.replace("<id>", ASSESSMENT) for one in OPERATIONS if one.method == "DELETE"}
WITHOUT_PARAMETERS = [address for address in ADDRESSES if not address.endswith("/providers")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unchanged_answer_is_an_empty_304(shared_site: Site, address: str) -> None:
    address = f"{address}{ASKED.get(address, '')}"
    first = shared_site.client.get(address)
    assert first.status_code == 200
    assert first.content_type == "application/json"
    etag = first.headers["ETag"]
    for sent in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = shared_site.client.get(address, headers={"If-None-Match": sent})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        assert "Accept-Encoding" in again.headers["Vary"]
    assert shared_site.client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_is_get_without_the_body(shared_site: Site) -> None:
    got = shared_site.client.get("/api/v1/rules")
    head = shared_site.client.head("/api/v1/rules")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Length"] == got.headers["Content-Length"]
    assert shared_site.client.head("/api/v1/rules", headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


def test_a_compressed_answer_has_the_same_validator(shared_site: Site) -> None:
    plain = shared_site.client.get("/api/v1/checklist")
    for encoding in ("gzip", "br"):
        packed = shared_site.client.get("/api/v1/checklist", headers={"Accept-Encoding": encoding})
        assert packed.headers["Content-Encoding"] == encoding
        assert packed.headers["ETag"] == plain.headers["ETag"]
        conditional = {"Accept-Encoding": encoding, "If-None-Match": packed.headers["ETag"]}
        assert shared_site.client.get("/api/v1/checklist", headers=conditional).status_code == 304
    packed = shared_site.client.get("/api/v1/checklist", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data


def test_a_change_changes_the_validator(shared_site: Site) -> None:
    etag = shared_site.client.get("/api/v1/providers/plain-agents").headers["ETag"]
    with time_machine.travel(factories.AT.replace(year=2027, month=12)):
        after = shared_site.client.get("/api/v1/providers/plain-agents", headers={"If-None-Match": etag})
    assert after.status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_preflight_allows_reading_from_any_site(shared_site: Site, address: str) -> None:
    headers = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    response = shared_site.client.options(address, headers=headers)
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    methods = "GET, HEAD, DELETE, OPTIONS" if address in DELETED else "GET, HEAD, OPTIONS"
    assert response.headers["Access-Control-Allow-Methods"] == methods
    assert response.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("address", ["/api/v1/rules", "/api/v1/rules?x=1", "/api/v1/nothing", "/api/v1/providers/no"])
def test_other_sites_may_read_answers_and_errors_without_credentials(shared_site: Site, address: str) -> None:
    headers = shared_site.client.get(address, headers={"Origin": "https://elsewhere.example"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in headers["Access-Control-Expose-Headers"]
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Set-Cookie" not in headers


def test_pages_may_not_be_read_from_other_sites(shared_site: Site) -> None:
    assert "Access-Control-Allow-Origin" not in shared_site.client.get("/robots.txt").headers


@pytest.mark.parametrize("address", WITHOUT_PARAMETERS)
def test_a_parameter_where_none_is_taken_is_400_with_its_name(shared_site: Site, address: str) -> None:
    assert list(shared_site.refused(f"{address}?utm_source=mail", 400)["errors"]) == ["utm_source"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_any_other_method_is_405_and_told_which_are_allowed(shared_site: Site, address: str, method: str) -> None:
    made_for = {"GET", "HEAD", "OPTIONS"} | ({"DELETE"} if address in DELETED else set())
    if method in made_for:
        return
    response = shared_site.client.open(address, method=method)
    assert response.status_code == 405
    assert {one.strip() for one in response.headers["Allow"].split(",")} == made_for
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize("address", ["/api", "/api/v1", "/api/v1/", "/api/v1/provider", "/api/v1/providers/"])
def test_an_address_that_is_not_there_is_404(shared_site: Site, address: str) -> None:
    assert shared_site.client.get(address).status_code == 404


def test_checklist_and_rules_are_those_in_force(shared_site: Site) -> None:
    checklist = shared_site.json("/api/v1/checklist")
    assert list(checklist) == ["version", "published_on", "summary", "areas", "links"]
    assert checklist["areas"][0]["id"] == "error-handling"
    assert "question" in checklist["areas"][0]["criteria"][0]
    rules = shared_site.json("/api/v1/rules")
    tiers = rules["production"]["tiers"]
    assert [tier["id"] for tier in tiers] == ["in-production", "at-scale"]
    volume = tiers[1]["rules"][1]
    assert volume["id"] == "S2"
    assert volume["condition"]["at_least"] == 10000
    assert volume["sentence"].startswith("Requests a day at least 10,000/day")
    assert rules["evidence"]["tolerance"]["uptime_percent"] == {"percent": 0, "absolute": 0.05}
