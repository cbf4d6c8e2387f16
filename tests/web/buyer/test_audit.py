"""The public log as people and programs read it: every event once, in words, and a chain that a client recomputes."""

import hashlib
import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.audit.services import GENESIS, Event, append_all
from directory.core.db import Database
from directory.web.buyer.audit import PER_PAGE
from tests.factories import AT

EVENTS = 130


@pytest.fixture
def reading(app: Flask, sqlite_database: Database) -> FlaskClient:
    with sqlite_database.writing() as session:
        events = [
            Event("provider.changed", f"provider:p-{number % 3}", number, {"ü": [number, {"b": 1, "a": None}]})
            for number in range(EVENTS)
        ]
        append_all(session, events, actor="vendor:17", at=AT)
    return app.test_client()


def walked(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        answer = client.get(following).json
        assert answer is not None
        found += answer["events"]
        following = answer["links"]["next"]
    return found


def test_a_client_recomputes_the_chain_from_what_the_api_says(reading: FlaskClient) -> None:
    events = walked(reading, "/api/v1/audit?after=0&limit=50")
    assert [event["id"] for event in events] == list(range(1, EVENTS + 1))
    expected = GENESIS
    for event in events:
        stored = event.pop("hash")
        assert event["previous_hash"] == expected
        encoded = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        assert hashlib.sha256(encoded).hexdigest() == stored
        expected = stored


def test_reading_goes_on_after_a_number(reading: FlaskClient) -> None:
    assert [event["id"] for event in walked(reading, "/api/v1/audit?after=127")] == [128, 129, 130]
    assert walked(reading, "/api/v1/audit?after=2147483647") == []


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "limit=0", "limit=1001", "after=1&after=2", "before=2", "after=２"]
)
def test_a_bad_parameter_is_named(reading: FlaskClient, query: str) -> None:
    answer = reading.get(f"/api/v1/audit?{query}")
    assert answer.status_code == 400
    assert answer.json is not None
    assert set(answer.json["errors"]) == {query.split("=", maxsplit=1)[0]}


def numbers(html: str) -> list[int]:
    return [int(part.split('"')[0]) for part in html.split('<tr id="event-')[1:]]


def href(html: str, rel: str) -> str:
    tag = html.split(f'rel="{rel}" href="')[1]
    return tag.split('"')[0].replace("&amp;", "&")


def test_pages_walk_there_and_back_and_show_each_event_once(reading: FlaskClient) -> None:
    html = reading.get("/audit").text
    seen = numbers(html)
    assert len(seen) == PER_PAGE
    while 'rel="next"' in html:
        html = reading.get(href(html, "next")).text
        seen += numbers(html)
    assert seen == list(range(EVENTS, 0, -1))
    back = reading.get(href(html, "prev")).text
    assert numbers(back) == list(range(80, 30, -1))


def test_one_provider_alone(reading: FlaskClient) -> None:
    html = reading.get("/audit?provider=p-1").text
    assert numbers(html) == [number for number in range(EVENTS, 0, -1) if number % 3 == 2]
    assert "An entry was changed" in html
    assert "vendor 17" in html
    assert "No events about this provider" in reading.get("/audit?provider=nobody").text


@pytest.mark.parametrize("query", ["provider=Not%20one", "before=x", "after=99999999999", "before=2147483648"])
def test_what_cannot_be_is_nowhere(reading: FlaskClient, query: str) -> None:
    assert reading.get(f"/audit?{query}").status_code == 404
