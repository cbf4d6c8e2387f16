"""The feed is valid Atom, tells what is new, and nothing private."""

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from sqlalchemy import select, update

from directory.providers.models import Provider
from directory.references.models import ReferenceState
from directory.web.machines.feed import MOST_ENTRIES
from tests import factories
from tests.web.api.site import SECRETS, Site

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def feed(site: Site) -> ET.Element:
    response = site.client.get("/feed.atom")
    assert response.status_code == 200
    assert response.content_type == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.data)  # noqa: S314 - our own answer


def entries(site: Site) -> list[ET.Element]:
    return feed(site).findall(f"{ATOM}entry")


def titles(site: Site) -> list[str]:
    return [one.findtext(f"{ATOM}title", "") for one in entries(site)]


def slugs(site: Site) -> list[str]:
    return [one.findtext(f"{ATOM}id", "").rpartition(":")[2] for one in entries(site)]


def test_it_has_what_the_format_demands(either_site: Site) -> None:
    root = feed(either_site)
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}title")
    assert root.findtext(f"{ATOM}id") == "tag:127.0.0.1,2026:feed"
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    own = next(one for one in root.findall(f"{ATOM}link") if one.get("rel") == "self")
    assert own.get("href") == "http://127.0.0.1:8000/feed.atom"
    found = root.findall(f"{ATOM}entry")
    assert len(found) == 2
    for node in (root, *found):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1
        assert MOMENT.fullmatch(node.findtext(f"{ATOM}updated", ""))
    for one in found:
        assert one.find(f"{ATOM}link").get("href", "").startswith("http://127.0.0.1:8000/providers/")  # type: ignore[union-attr]  # absent: the test fails
        assert one.findtext(f"{ATOM}summary")
    assert len({one.findtext(f"{ATOM}id") for one in found}) == len(found)


def test_names_that_xml_cannot_hold_are_escaped_or_cleaned(shared_site: Site) -> None:
    assert "Halden <Automation> & Sons" in titles(shared_site)


def test_demonstration_entries_are_named_as_such(shared_site: Site) -> None:
    plain = next(one for one in entries(shared_site) if one.findtext(f"{ATOM}title", "").endswith("Plain Agents"))
    assert plain.findtext(f"{ATOM}title") == "Demonstration entry: Plain Agents"
    assert plain.find(f"{ATOM}category").get("term") == "demonstration"  # type: ignore[union-attr]  # absent: the test fails
    assert "made up" in plain.findtext(f"{ATOM}summary", "")
    assert not any(title.startswith("Demonstration") and "Halden" in title for title in titles(shared_site))


def test_the_summary_gives_verdict_and_figures_with_their_levels(shared_site: Site) -> None:
    summaries = {one.findtext(f"{ATOM}title"): one.findtext(f"{ATOM}summary", "") for one in entries(shared_site)}
    assert "In production." in summaries["Demonstration entry: Plain Agents"]
    assert "48,200/day, confirmed" in summaries["Demonstration entry: Plain Agents"]
    assert "Not proven here yet." in summaries["Halden <Automation> & Sons"]
    assert "9,999/day, documented" in summaries["Halden <Automation> & Sons"]


def test_the_same_content_is_the_same_file_on_another_day(shared_site: Site) -> None:
    first = shared_site.client.get("/feed.atom")
    with time_machine.travel(factories.AT + timedelta(days=2)):
        later = shared_site.client.get("/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 304


def test_what_was_updated_or_verified_last_comes_first(site: Site) -> None:
    assert slugs(site) == ["plain-agents", "halden-automation"]
    with site.database.writing() as session:
        halden = session.scalars(select(Provider).where(Provider.slug == "halden-automation")).one()
        halden.updated_at = factories.AT + timedelta(hours=1)
        factories.announce(session, halden)
    assert slugs(site) == ["halden-automation", "plain-agents"]
    with site.database.writing() as session:
        verified = factories.add_provider(session, slug="verified", updated_at=factories.AT - timedelta(days=9))
        system = factories.add_system(session, verified)
        factories.add_reference(session, system, verified_at=factories.AT + timedelta(hours=2))
        older = factories.add_provider(session, slug="older", updated_at=factories.AT - timedelta(days=9))
        declined = factories.add_system(session, older)
        factories.add_reference(session, declined, state=ReferenceState.REJECTED, verified_at=factories.AT)
        factories.announce(session, verified)
    assert slugs(site) == ["verified", "halden-automation", "plain-agents", "older"]
    assert feed(site).findtext(f"{ATOM}updated") == "2026-11-03T14:00:00Z"


def test_it_ends_after_fifty(site: Site) -> None:
    with site.database.writing() as session:
        for number in range(MOST_ENTRIES + 5):
            factories.add_provider(session, updated_at=factories.AT + timedelta(minutes=number))
    found = entries(site)
    assert len(found) == MOST_ENTRIES
    assert found[0].findtext(f"{ATOM}updated") == "2026-11-03T12:54:00Z"


def test_without_entries_it_is_still_a_feed(site: Site) -> None:
    with site.database.writing() as session:
        session.execute(update(Provider).values(withdrawn_at=factories.AT))
    assert feed(site).findtext(f"{ATOM}updated") == "2026-11-01T00:00:00Z"
    assert entries(site) == []


@pytest.mark.parametrize("address", ["/feed.atom", "/sitemap.xml", "/sitemap-1.xml", "/llms.txt", "/robots.txt"])
def test_nothing_private_is_in_any_file(either_site: Site, address: str) -> None:
    response = either_site.client.get(address)
    assert response.status_code == 200
    assert [secret for secret in SECRETS if secret.casefold() in response.text.casefold()] == []
