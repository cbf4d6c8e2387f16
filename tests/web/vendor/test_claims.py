"""Claiming an entry through the pages: by mail, by record, by an admin, and what those see who come late."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import dns.rcode
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts.models import Role, User
from directory.app import create_app
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.links import LinkKind, sign
from directory.core.outbox import Job
from directory.core.settings import Settings
from directory.providers.models import Provider
from directory.review.claim_proofs import expected_record
from directory.review.models import Claim
from directory.web.session import KEY
from tests.cast import log_in
from tests.factories import AT, add_provider, add_user
from tests.name_server import NameServer, name_server
from tests.web.vendor.pages import send

PAGE = "/vendor/claim/the-firm"


@dataclass
class Scene:
    app: Flask
    database: Database
    settings: Settings
    zone: NameServer
    buyer: User
    rival: User

    def client(self, user: User | None) -> FlaskClient:
        return log_in(self.app, self.database, user)

    def claim(self) -> Claim:
        with self.database.reading() as session:
            return session.scalars(select(Claim).order_by(Claim.id.desc())).first() or pytest.fail("no claim")

    def link(self) -> str:
        claim = self.claim()
        return f"/vendor/claim-link/{sign(LinkKind.CLAIM, claim.id, claim.attempt, self.settings.secret_key)}"

    def claimed(self) -> bool:
        with self.database.reading() as session:
            return session.scalars(select(Provider.claimed_at)).one() is not None


@pytest.fixture
def scene(sqlite_database: Database, settings: Settings) -> Iterator[Scene]:
    with name_server() as zone:
        settings = replace(settings, dns_servers=(zone.address,))
        with sqlite_database.writing() as session:
            install_shipped(session, actor="test", at=clock.now())
            add_provider(session, slug="the-firm", name="The Firm", domain="firm.example")
            buyer, rival = add_user(session, Role.BUYER), add_user(session, Role.BUYER)
        yield Scene(create_app(settings), sqlite_database, settings, zone, buyer, rival)


def by_mail(client: FlaskClient, email: str = "ann@firm.example") -> None:
    assert send(client, PAGE, {"method": "email", "email": email}).status_code == 303


def test_an_unclaimed_entry_offers_to_be_claimed(scene: Scene) -> None:
    reader = scene.client(None)
    assert 'href="/vendor/claim/the-firm"' in reader.get("/providers/the-firm").text
    assert reader.get(PAGE).headers["Location"] == "/account/login?next=%2Fvendor%2Fclaim%2Fthe-firm"


def test_the_mailed_link_shows_a_button_and_the_button_takes_over(scene: Scene) -> None:
    client = scene.client(scene.buyer)
    by_mail(client)
    assert "We have written to <b>ann@firm.example</b>" in client.get(PAGE).text
    for _ in range(3):
        assert "Take the entry over" in client.get(scene.link()).text
    assert client.head(scene.link()).status_code == 200
    assert not scene.claimed()
    elsewhere = scene.client(scene.buyer)
    assert send(client, scene.link(), {}).headers["Location"] == "/vendor/the-firm"
    assert scene.claimed()
    assert client.get("/vendor/the-firm").status_code == 200
    assert elsewhere.get("/vendor/the-firm").headers["Location"].startswith("/account/login")
    assert client.get(scene.link()).status_code == 404


def test_no_link_is_kept_in_the_outbox(scene: Scene) -> None:
    by_mail(scene.client(scene.buyer))
    with scene.database.reading() as session:
        stored = str([job.payload for job in session.scalars(select(Job))])
    assert "claim-link" not in stored
    assert scene.link().rpartition("-")[2] not in stored


def test_the_link_is_of_no_use_to_others(scene: Scene) -> None:
    by_mail(scene.client(scene.buyer))
    rival = scene.client(scene.rival)
    assert rival.get(scene.link()).status_code == 404
    assert send(rival, PAGE, {}, to=scene.link()).status_code == 404
    assert scene.client(None).get(scene.link()).status_code == 303
    assert not scene.claimed()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"method": "email", "email": "ann@elsewhere.example"}, "an address at firm.example"),
        ({"method": "email", "email": ""}, "Type an address"),
        ({"method": "admin", "message": "Me"}, "Say who you are"),
        ({"method": "telepathy", "email": "ann@firm.example"}, "Not yet"),
        ({"method": "email", "email": "ann@firm.example", "csrf_token": "stale"}, "open for too long"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(
    scene: Scene, values: dict[str, object], says: str
) -> None:
    answer = send(scene.client(scene.buyer), PAGE, {"message": "", **values})
    assert answer.status_code == 422
    assert says in answer.text
    for typed in (values.get("email"), values.get("message")):
        assert str(typed or "") in answer.text
    with scene.database.reading() as session:
        assert session.scalars(select(Claim)).all() == []


def test_the_record_is_checked_when_asked(scene: Scene) -> None:
    client = scene.client(scene.buyer)
    send(client, PAGE, {"method": "dns"})
    record = expected_record(scene.claim(), scene.settings.secret_key)
    assert record in client.get(PAGE).text.replace("&#43;", "+")
    answer = send(client, PAGE, {}, to=f"{PAGE}/check")
    assert (answer.status_code, "isn’t there yet" in answer.text) == (422, True)
    scene.zone.failures["firm.example"] = dns.rcode.SERVFAIL
    answer = send(client, PAGE, {}, to=f"{PAGE}/check")
    assert (answer.status_code, "gave no answer" in answer.text) == (503, True)
    busy: list[int] = []
    pool = scene.app.extensions[KEY].database.engine.pool
    scene.zone.on_question = lambda: busy.append(pool.checkedout())
    scene.zone.add("_find-the-makers.firm.example", record)
    assert send(client, PAGE, {}, to=f"{PAGE}/check").headers["Location"] == "/vendor/the-firm"
    assert client.get("/vendor/the-firm").status_code == 200
    assert set(busy) == {0}
    assert scene.claimed()


def test_whoever_comes_late_is_told_how_to_go_on(scene: Scene) -> None:
    late, early = scene.client(scene.rival), scene.client(scene.buyer)
    by_mail(late, "rival@firm.example")
    rival_link = scene.link()
    by_mail(early)
    send(early, scene.link(), {})
    page = late.get(PAGE).text
    assert "Their claim was faster than yours." in page
    assert "ask them to invite you" in page
    assert late.get(rival_link).status_code == 409
    assert early.get(PAGE).headers["Location"] == "/vendor/the-firm"
    assert "/vendor/claim/" not in late.get("/providers/the-firm").text


def test_a_claim_can_be_withdrawn(scene: Scene) -> None:
    client = scene.client(scene.buyer)
    by_mail(client)
    assert send(client, PAGE, {}, to=f"{PAGE}/withdraw").status_code == 303
    assert client.get(scene.link()).status_code == 404
    assert scene.client(scene.rival).get(PAGE).status_code == 200


def test_a_shared_domain_leaves_the_admin(scene: Scene) -> None:
    with scene.database.writing() as session:
        add_provider(session, slug="on-a-forge", domain="github.io")
    client = scene.client(scene.buyer)
    page = "/vendor/claim/on-a-forge"
    assert "an admin decides" in client.get(page).text
    assert send(client, page, {"method": "email", "email": "me@github.io"}).status_code == 422
    story = "I run this firm; ask at the number on our page."
    assert send(client, page, {"method": "admin", "message": story}).status_code == 303
    assert "An admin will read what you wrote" in client.get(page).text


def test_asking_is_limited(scene: Scene) -> None:
    client = scene.client(scene.buyer)
    for number in range(10):
        by_mail(client, f"ann{number}@firm.example")
    answer = send(client, PAGE, {"method": "email", "email": "ann@firm.example"})
    assert answer.status_code == 429
    assert "ann@firm.example" in answer.text


def test_an_entry_that_is_not_public_is_not_there(scene: Scene) -> None:
    with scene.database.writing() as session:
        add_provider(session, slug="gone", withdrawn_at=AT)
        add_provider(session, slug="draft", published_at=None)
    for slug in ("gone", "draft", "nowhere"):
        assert scene.client(scene.buyer).get(f"/vendor/claim/{slug}").status_code == 404
