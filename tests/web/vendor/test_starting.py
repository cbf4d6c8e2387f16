"""Beginning an entry, or being led to the one that is there."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts.models import Role, User
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.outbox import Job
from directory.providers.models import Provider
from directory.web.identity import TOKEN_KEY
from tests.cast import Cast, add_cast, log_in
from tests.factories import AT, add_provider
from tests.web.vendor.pages import send

NEW = "/vendor/new"


@pytest.fixture
def cast(sqlite_database: Database) -> Cast:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        return add_cast(session)


@pytest.fixture
def client(app: Flask, sqlite_database: Database, cast: Cast) -> FlaskClient:
    return log_in(app, sqlite_database, cast.buyer)


def test_a_new_entry_is_the_askers_and_not_public(client: FlaskClient, sqlite_database: Database, cast: Cast) -> None:
    typed: dict[str, object] = {"name": "Fresh Makers", "website": "www.fresh-makers.example"}
    assert send(client, NEW, typed).headers["Location"] == "/vendor/claim/fresh-makers"
    with sqlite_database.reading() as session:
        provider = session.scalars(select(Provider).where(Provider.slug == "fresh-makers")).one()
        assert (provider.domain, provider.is_public) == ("fresh-makers.example", False)
        assert session.get_one(User, cast.buyer.id).role == Role.VENDOR
    assert client.get("/vendor/fresh-makers/people").status_code == 200
    assert client.get("/providers/fresh-makers").status_code == 404
    assert send(client, NEW, typed).headers["Location"] == "/vendor/claim/fresh-makers"


def test_a_begun_entry_says_what_is_first_and_refuses_the_rest(client: FlaskClient) -> None:
    send(client, NEW, {"name": "Secret Makers", "website": "fresh.example"})
    assert "You can write the draft meanwhile" in client.get("/vendor/claim/fresh").text
    for page in ("", "/submit", "/people", "/references"):
        assert "First show that the firm is yours" in client.get(f"/vendor/fresh{page}").text, page
    for page in ("/preview", "/profile", "/documents"):
        assert client.get(f"/vendor/fresh{page}").status_code == 200, page
    assert "Claim it" not in client.get("/vendor/fresh/preview").text  # buyers see it once it is claimed
    key = client.get("/vendor/fresh/profile").text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    refused = [
        client.post("/vendor/fresh/submit", data={"csrf_token": key, "revision": "1"}),
        client.post("/vendor/fresh/people/invite", data={"csrf_token": key, "email": "a@b.example", "role": "owner"}),
        client.get("/vendor/fresh/references/new"),
    ]
    for answer in refused:
        assert answer.status_code == 403
        assert "First show that the firm is yours" in answer.text
        assert 'href="/vendor/claim/fresh"' in answer.text


def test_whoever_types_the_domain_learns_that_it_was_begun_and_nothing_else(
    app: Flask, client: FlaskClient, sqlite_database: Database, cast: Cast
) -> None:
    send(client, NEW, {"name": "Secret Makers", "website": "fresh.example"})
    rival = log_in(app, sqlite_database, cast.stranger)
    assert rival.get("/vendor/claim/fresh").status_code == 404
    told = send(rival, NEW, {"name": "Firm", "website": "https://www.fresh.example/"})
    assert told.status_code == 409
    assert "Somebody has begun an entry for fresh.example" in told.text
    page = rival.get("/vendor/claim/fresh")
    assert page.status_code == 200
    assert "Somebody has begun an entry for this domain" in page.text
    send(rival, "/vendor/claim/fresh", {"method": "email", "email": "me@fresh.example"})
    with sqlite_database.reading() as session:
        letter = str([job.payload for job in session.scalars(select(Job))])
    for text in (told.text, page.text, letter):
        assert "ecret" not in text
    assert rival.get("/vendor/fresh").status_code == 404
    elsewhere = log_in(app, sqlite_database, cast.stranger)
    assert elsewhere.get("/vendor/claim/fresh").status_code == 200  # they have asked for it
    assert log_in(app, sqlite_database, cast.owner).get("/vendor/claim/fresh").status_code == 404


def test_whoever_becomes_a_vendor_stays_in_here_and_nowhere_else(
    app: Flask, client: FlaskClient, sqlite_database: Database, cast: Cast
) -> None:
    elsewhere = log_in(app, sqlite_database, cast.buyer)
    with client.session_transaction() as cookie:
        before = cookie[TOKEN_KEY]
    send(client, NEW, {"name": "Fresh Makers", "website": "fresh-makers.example"})
    assert client.get("/vendor/fresh-makers").status_code == 200
    assert elsewhere.get("/vendor/fresh-makers").headers["Location"].startswith("/account/login")
    with client.session_transaction() as cookie:
        assert cookie[TOKEN_KEY] != before
        cookie[TOKEN_KEY] = before
    assert client.get("/vendor/fresh-makers").headers["Location"].startswith("/account/login")


def test_a_listed_firm_is_offered_to_be_claimed(client: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        add_provider(session, slug="free", name="Free Firm", domain="free.example")
        add_provider(session, slug="hidden", name="Hidden Firm", domain="hidden.example", withdrawn_at=AT)
    answer = send(client, NEW, {"name": "Free", "website": "https://blog.free.example/about"})
    assert answer.status_code == 409
    assert 'href="/vendor/claim/free"' in answer.text
    assert "https://blog.free.example/about" in answer.text
    taken = send(client, NEW, {"name": "The other", "website": "https://provider-nowhere.example"})
    assert taken.status_code == 303
    hidden = send(client, NEW, {"name": "Hidden", "website": "hidden.example"})
    assert (hidden.status_code, "Hidden Firm" in hidden.text) == (409, False)


def test_a_taken_one_says_how_to_ask(client: FlaskClient, cast: Cast) -> None:
    answer = send(client, NEW, {"name": "x", "website": cast.other.website})
    assert answer.status_code == 409
    assert "is listed and taken over" in answer.text
    assert "claim/the-other" in answer.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": "", "website": "new.example"}, "Say what the firm is called."),
        ({"name": "New", "website": ""}, "own website"),
        ({"name": "New", "website": "github.com/new"}, "shared by many firms"),
        ({"name": "New", "website": "javascript:alert(1)"}, "must begin with http"),
        ({"name": "New", "website": "me@new.example"}, "e-mail address"),
        ({"name": "New", "website": "new.example", "csrf_token": "stale"}, "open for too long"),
    ],
)
def test_what_cannot_be_begun_is_said_and_stays(client: FlaskClient, typed: dict[str, object], says: str) -> None:
    answer = send(client, NEW, typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{typed["website"]}"' in answer.text
