"""robots.txt, llms.txt, security.txt."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from directory.app import create_app
from directory.providers.models import Provider
from directory.web.session import KEY
from tests import factories
from tests.web.api.site import Site

SECURITY = "/.well-known/security.txt"


def lines(site: Site, address: str) -> list[str]:
    response = site.client.get(address)
    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    return response.text.splitlines()


def test_robots_may_read_all_but_combinations_of_filters(shared_site: Site) -> None:
    found = lines(shared_site, "/robots.txt")
    assert found[0] == "User-agent: *"
    assert "Disallow: /providers?" in found
    assert "Disallow: /" not in found
    assert found[-1] == "Sitemap: http://127.0.0.1:8000/sitemap.xml"


def test_models_are_told_what_is_real_and_what_is_not(site: Site) -> None:
    text = "\n".join(lines(site, "/llms.txt"))
    assert text.startswith("# Find the Makers\n\n> ")
    assert "Providers listed: 2.\nDemonstration entries among them: 1." in text
    with site.database.writing() as session:
        demo = session.scalars(select(Provider).where(Provider.is_demo)).one()
        demo.withdrawn_at = factories.AT
        factories.announce(session, demo, "provider.withdrawn")
    text = "\n".join(lines(site, "/llms.txt"))
    assert "Providers listed: 1." in text
    assert "Demonstration" not in text


def test_every_link_given_to_models_is_absolute_and_leads_somewhere(shared_site: Site) -> None:
    targets = re.findall(r"\]\(([^)]*)\)", "\n".join(lines(shared_site, "/llms.txt")))
    assert targets
    base = "http://127.0.0.1:8000"
    assert all(one.startswith(f"{base}/") for one in targets)
    missing = [one for one in targets if shared_site.client.get(one.removeprefix(base)).status_code != 200]
    assert missing == []


def test_security_says_whom_to_tell_until_when(shared_site: Site) -> None:
    fields = dict(one.split(": ", 1) for one in lines(shared_site, SECURITY))
    assert fields == {
        "Contact": "mailto:directory@localhost",
        "Expires": "2027-06-01T00:00:00Z",
        "Preferred-Languages": "en",
        "Canonical": "http://127.0.0.1:8000/.well-known/security.txt",
    }


@pytest.mark.parametrize("day", ["2026-01-01", "2026-08-31", "2027-12-31", "2028-02-29"])
def test_security_never_expires_within_half_a_year_nor_after_a_whole_one(shared_site: Site, day: str) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=UTC)
    with time_machine.travel(now):
        fields = dict(one.split(": ", 1) for one in lines(shared_site, SECURITY))
    left = datetime.fromisoformat(fields["Expires"]) - now
    assert timedelta(days=180) <= left < timedelta(days=365)


def test_addresses_begin_as_the_settings_say(shared_site: Site, tmp_path: Path) -> None:
    settings = replace(
        shared_site.app.extensions[KEY].settings, base_url="https://makers.example", mail_from="se%20c&x@makers.example"
    )
    client = create_app(settings).test_client()
    assert "mailto:se%2520c%26x@makers.example" in client.get(SECURITY).text
    for address in ("/feed.atom", "/sitemap.xml", "/robots.txt", "/llms.txt", SECURITY, "/api/v1/openapi.json"):
        text = client.get(address, headers={"Host": "evil.example"}).text
        assert "https://makers.example" in text
        assert "evil.example" not in text
        assert "127.0.0.1" not in text


@pytest.mark.parametrize("address", ["/feed.atom", "/sitemap.xml", "/robots.txt", "/llms.txt", SECURITY])
def test_an_unchanged_file_is_an_empty_304_whatever_is_appended(shared_site: Site, address: str) -> None:
    etag = shared_site.client.get(address).headers["ETag"]
    again = shared_site.client.get(f"{address}?utm_source=mail", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
