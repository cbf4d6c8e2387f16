"""The sitemap lists all public pages, and only those."""

from xml.etree import ElementTree as ET

import pytest

from directory.catalogue.services import Catalogue
from directory.web import front
from directory.web.machines import sitemap
from directory.web.page_cache import PageCache
from tests import factories
from tests.web.api.site import Site

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
BASE = "http://127.0.0.1:8000"


def read(site: Site, path: str) -> ET.Element:
    response = site.client.get(path)
    assert response.status_code == 200
    assert response.content_type == "application/xml; charset=utf-8"
    return ET.fromstring(response.data)  # noqa: S314 - our own answer


def addresses(root: ET.Element) -> list[str]:
    return [node.text or "" for node in root.iter(f"{NAMESPACE}loc")]


def expected(catalogue: Catalogue) -> list[str]:
    criteria = [f"/checklist/{criterion}" for criterion in catalogue.checklist.criteria]
    providers = ["/providers/halden-automation", "/providers/plain-agents"]
    lists = ["/industries", "/agent-types", "/regions"]
    fixed = ["/", "/providers", *lists, "/methodology", "/checklist", "/assess", "/audit", "/api/v1/docs"]
    terms = ["/industries/finance", "/industries/insurance"]
    terms += ["/agent-types/customer-support", "/agent-types/document-processing", "/regions/eu"]
    return [BASE + path for path in (*fixed, *criteria, *terms, *providers)]


def test_it_lists_all_public_pages_and_only_those(either_site: Site, catalogue: Catalogue) -> None:
    root = read(either_site, "/sitemap.xml")
    assert root.tag == f"{NAMESPACE}urlset"
    assert addresses(root) == expected(catalogue)


def test_every_page_it_lists_is_there(shared_site: Site) -> None:
    found = addresses(read(shared_site, "/sitemap.xml"))
    missing = [one for one in found if shared_site.client.get(one.removeprefix(BASE)).status_code != 200]
    assert missing == []


def test_providers_say_when_they_changed(shared_site: Site) -> None:
    changed = {
        node.findtext(f"{NAMESPACE}loc"): node.findtext(f"{NAMESPACE}lastmod")
        for node in read(shared_site, "/sitemap.xml")
    }
    assert changed[f"{BASE}/providers/plain-agents"] == "2026-11-03T12:00:00Z"
    assert changed[f"{BASE}/"] is None


@pytest.mark.parametrize("size", [1, 5, 20, 47, 48, 49, 50, 51, 52, 53, 100])
def test_parts_hold_everything_once_whatever_their_size(
    shared_site: Site, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(sitemap, "MOST_ENTRIES", size)
    monkeypatch.setattr(shared_site.app.extensions[front.EXTENSION], "cache", PageCache())  # constants are no state
    root = read(shared_site, "/sitemap.xml")
    if root.tag == f"{NAMESPACE}urlset":
        found = addresses(root)
        assert len(found) <= size
    else:
        assert root.tag == f"{NAMESPACE}sitemapindex"
        parts = [addresses(read(shared_site, one.removeprefix(BASE))) for one in addresses(root)]
        assert len(parts) > 1
        assert all(0 < len(part) <= size for part in parts)
        found = [one for part in parts for one in part]
    assert found == expected(catalogue)


@pytest.mark.parametrize("number", ["0", "2", "999999999999999999999999", "-1", "x", "1.5"])
def test_a_part_that_is_not_there_is_404(shared_site: Site, number: str) -> None:
    assert shared_site.client.get(f"/sitemap-{number}.xml").status_code == 404


def test_a_new_entry_is_listed_at_once(site: Site) -> None:
    with site.database.writing() as session:
        factories.add_provider(session, slug="brand-new")
    assert f"{BASE}/providers/brand-new" in addresses(read(site, "/sitemap.xml"))
