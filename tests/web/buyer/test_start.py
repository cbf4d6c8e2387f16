"""The start page, with nobody listed and with somebody."""

from datetime import timedelta

from flask.testing import FlaskClient

from directory.core.db import Database
from tests.factories import AT, add_proven, add_provider, add_reference, add_system, announce, days_ago
from tests.web.buyer.reading_pages import rows, words
from tests.web.buyer.scenes import add_halden


def test_an_empty_directory_says_so(site: FlaskClient) -> None:
    text = words(site.get("/").text)
    assert "No provider is listed yet" in text
    assert "Newest verified" not in text


def test_the_search_leads_to_the_results(site: FlaskClient) -> None:
    body = site.get("/").text
    assert '<form class="search start-search" action="/providers" method="get" role="search">' in body
    assert 'name="q"' in body


def test_it_counts_what_is_verified_and_who_passes(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        announce(session, add_halden(session))
        add_proven(session, add_provider(session, name="Hidden", published_at=None))
        outdated = add_system(session, add_provider(session, name="Outdated"))
        add_reference(session, outdated, answered_on=days_ago(366), verified_at=AT - timedelta(days=360))
    text = words(site.get("/").text)
    assert "In production 1,000 requests a day or more at 99 % or more, confirmed by the customer. 1 " in text
    assert "At scale 10,000 requests a day or more at 99.9 % or more, confirmed by customers. 1 " in text
    assert "Providers listed 2" in text
    assert "Systems with figures a customer confirmed 2" in text
    assert "Customer references, verified and in force 2" in text
    assert "these firms are made up" in text


def test_the_newest_verified_come_first_each_once(site: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        for number in range(8):
            system = add_proven(session, add_provider(session, name=f"Firm {number}"))
            add_reference(session, system, verified_at=AT - timedelta(days=9 - number))
            announce(session, system.provider)
    body = site.get("/").text
    assert [row.split(" System")[0] for row in rows(body)[1:]] == [f"Firm {number}" for number in range(7, 1, -1)]
    assert "2 days ago" in rows(body)[1]
    assert "48,200 /day" in rows(body)[1]
    assert "these firms are made up" not in words(body)


def test_it_has_a_canonical_address_and_one_heading(site: FlaskClient) -> None:
    body = site.get("/?utm_source=x").text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/">' in body
    assert body.count("<h1") == 1
