"""The guard of forms without a token: only our own pages may send them, and the browser must say so."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from directory.core.db import Database
from directory.shortlists.models import ShortlistEntry
from tests.factories import add_provider

FETCH, ORIGIN = "Sec-Fetch-Site", "Origin"
OURS = (
    {FETCH: "same-origin"},
    {FETCH: "same-origin", ORIGIN: "null"},  # a page with no-referrer sends it so
    {ORIGIN: "http://localhost"},
    {ORIGIN: "http://127.0.0.1:8000"},
)
ELSEWHERE: tuple[dict[str, str], ...] = (
    {},
    {FETCH: "cross-site"},
    {FETCH: "same-site"},
    {FETCH: "none"},
    {FETCH: ""},
    {FETCH: "Same-Origin "},
    {FETCH: "cross-site", ORIGIN: "http://localhost"},
    {ORIGIN: "null"},
    {ORIGIN: ""},
    {ORIGIN: "https://localhost"},
    {ORIGIN: "http://localhost:8080"},
    {ORIGIN: "http://localhost.evil.example"},
    {ORIGIN: "http://evil.example"},
    {ORIGIN: "http://evil.example, http://localhost"},
    {"Referer": "http://localhost/providers"},
)


@pytest.fixture
def firm(sqlite_database: Database) -> str:
    with sqlite_database.writing() as session:
        return add_provider(session, name="Halden").slug


def entries(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(ShortlistEntry.id))) or 0


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_what_our_own_page_sends_is_taken(
    client: FlaskClient, sqlite_database: Database, firm: str, headers: dict[str, str]
) -> None:
    assert client.post("/shortlist", data={"add": firm}, headers=headers).status_code == 303
    assert entries(sqlite_database) == 1


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_what_comes_from_elsewhere_or_does_not_say_changes_nothing(
    client: FlaskClient, sqlite_database: Database, firm: str, headers: dict[str, str]
) -> None:
    answer = client.post("/shortlist", data={"add": firm}, headers=headers)
    assert answer.status_code == 400
    assert "sent from another site" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert entries(sqlite_database) == 0


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        ("http://localhost/providers?q=a&page=2", "/providers?q=a&page=2#keep-halden"),
        ("http://localhost", "/#keep-halden"),
        ("http://evil.example/providers", "/shortlist"),
        ("http://localhost//evil.example/x", "/shortlist"),
        ("http://localhost/\\evil.example", "/shortlist"),
        ("", "/shortlist"),
    ],
)
def test_it_leads_back_to_our_own_pages_only(client: FlaskClient, firm: str, referer: str, expected: str) -> None:

    answer = client.post("/shortlist", data={"add": firm}, headers={FETCH: "same-origin", "Referer": referer})
    assert answer.location.removeprefix("http://localhost") == expected.replace("halden", firm)


def test_reading_asks_for_nothing(app: Flask, client: FlaskClient) -> None:
    assert client.get("/shortlist", headers={FETCH: "cross-site"}).status_code == 200
