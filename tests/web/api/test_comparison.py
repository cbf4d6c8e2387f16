"""Providers side by side, as JSON."""

from typing import Any

import pytest

from tests.web.api.site import SECRETS, Site

ADDRESS = "/api/v1/compare?provider=halden-automation&provider=plain-agents"


@pytest.fixture
def found(either_site: Site) -> Any:
    return either_site.json(ADDRESS)


def rows(found: Any) -> dict[str, Any]:
    return {row["id"]: row for section in found["sections"] for row in section["rows"]}


def test_it_has_the_table_that_the_page_shows(found: Any) -> None:
    assert list(found) == ["on", "catalogue", "sections", "providers", "links"]
    assert found["on"] == "2026-11-03"
    assert [one["slug"] for one in found["providers"]] == ["halden-automation", "plain-agents"]
    assert [section["id"] for section in found["sections"]][:4] == [
        "figures",
        "production-experience",
        "enterprise",
        "error-handling",
    ]
    assert found["links"]["self"] == f"http://127.0.0.1:8000{ADDRESS}"
    assert found["links"]["page"] == f"http://127.0.0.1:8000{ADDRESS}".replace("/api/v1", "")


def test_every_row_has_a_cell_or_null(found: Any) -> None:
    halden, plain = found["providers"]
    volume = halden["cells"]["metric:requests_per_day"]
    assert volume["kind"] == "figure"
    assert (volume["value"], volume["stated"], volume["unit"]) == (9999, 48200, "requests/day")
    assert volume["conflicting"] is True
    assert {"source": "document", "says": "1,000–9,999/day", "dated_on": "2026-09-04", "disagrees": True} in volume[
        "evidence"
    ]
    assert halden["cells"]["criterion:sso"]["status"] == "partly"
    assert plain["cells"]["criterion:sso"] is None
    assert halden["cells"]["certification:iso27001"]["level"] == 1
    assert halden["cells"]["references:asked"] == {"kind": "count", "count": 3}
    assert halden["cells"]["rule:P1"]["outcome"] == "pass"
    assert halden["cells"]["profile:tool"] is None
    assert rows(found)["criterion:sso"]["differs"] is True


def test_differences_sections_and_systems_are_parameters(either_site: Site, found: Any) -> None:
    less = either_site.json(f"{ADDRESS}&differences=1&hide=figures")
    assert all(row["differs"] for row in rows(less).values())
    assert "figures" not in {section["id"] for section in less["sections"]}
    system = found["providers"][0]["systems"][0]["id"]
    chosen = either_site.json(f"{ADDRESS}&system=halden-automation:{system}")
    assert chosen["providers"] == found["providers"]


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("", 400, "provider: name 2 to 6"),
        ("?provider=plain-agents", 400, "provider: name 2 to 6"),
        ("?provider=plain-agents&provider=plain-agents", 400, "provider: plain-agents is asked for more than once"),
        ("?" + "&".join(f"provider=p{one}" for one in range(7)), 400, "2 to 6 providers stand side by side, not 7"),
        ("?provider=plain-agents&provider=nobody", 404, "no provider is listed as nobody"),
        ("?provider=plain-agents&provider=withdrawn-works", 404, "no provider is listed as withdrawn-works"),
        ("?provider=plain-agents&provider=hidden-works", 404, "no provider is listed as hidden-works"),
        (f"{ADDRESS[15:]}&system=plain-agents:999999", 404, "plain-agents: no live system of that id"),
        (f"{ADDRESS[15:]}&system=nobody:1", 404, "nobody: no live system of that id"),
        (f"{ADDRESS[15:]}&utm_source=x", 400, "utm_source: there is no such parameter"),
        (f"{ADDRESS[15:]}&hide=x", 400, "hide: must be one of"),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(either_site: Site, query: str, status: int, detail: str) -> None:
    assert detail in either_site.refused(f"/api/v1/compare{query}", status)["detail"]


def test_nothing_private_is_in_it(either_site: Site) -> None:
    text = either_site.client.get(ADDRESS).text
    assert [secret for secret in SECRETS if secret in text] == []
