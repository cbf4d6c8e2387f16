"""The page of people: owners invite and change, editors look on, and the mailed link leads in."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts.models import Role, User
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.links import LinkKind, sign
from directory.core.outbox import Job
from directory.core.settings import Settings
from directory.providers.membership import Invitation
from tests.cast import Cast, add_cast, log_in
from tests.factories import add_user
from tests.web.vendor.pages import send

PAGE = "/vendor/the-provider/people"


@dataclass
class Scene:
    app: Flask
    database: Database
    settings: Settings
    cast: Cast

    def client(self, user: User | None) -> FlaskClient:
        return log_in(self.app, self.database, user)

    def invitation(self) -> Invitation:
        with self.database.reading() as session:
            return session.scalars(select(Invitation)).one()

    def link(self) -> str:
        found = self.invitation()
        token = sign(LinkKind.INVITATION, found.id, found.attempt, self.settings.secret_key)
        return f"/vendor/invitation/{token}"


@pytest.fixture
def scene(app: Flask, sqlite_database: Database, settings: Settings) -> Scene:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        return Scene(app, sqlite_database, settings, add_cast(session))


def invite(scene: Scene, email: str = "new@firm.example") -> None:
    values: dict[str, object] = {"email": email, "role": "editor"}
    assert send(scene.client(scene.cast.owner), PAGE, values, to=f"{PAGE}/invite").status_code == 303


def test_an_invitation_leads_in_whoever_has_the_address(scene: Scene) -> None:
    invite(scene)
    with scene.database.writing() as session:
        user = add_user(session, Role.BUYER, email="new@firm.example")
    assert scene.client(None).get(scene.link()).headers["Location"].startswith("/account/login?next=%2Fvendor%2Finv")
    assert scene.client(scene.cast.buyer).get(scene.link()).status_code == 404
    client = scene.client(user)
    for _ in range(3):
        assert "invites you" in client.get(scene.link()).text
    assert send(client, scene.link(), {}).headers["Location"] == "/vendor/the-provider"
    assert client.get("/vendor/the-provider").status_code == 200
    assert client.get(PAGE).status_code == 200
    assert "new@firm.example" in scene.client(scene.cast.owner).get(PAGE).text


def test_an_account_or_none_looks_the_same_to_the_inviter(scene: Scene) -> None:
    client = scene.client(scene.cast.owner)
    pages = []
    for email in ("nobody@firm.example", scene.cast.buyer.email or ""):
        values: dict[str, object] = {"email": email, "role": "editor"}
        answer = send(client, PAGE, values, to=f"{PAGE}/invite", follow_redirects=True)
        pages.append(answer.text.count("Send again"))
        assert "The invitation is on its way." in answer.text
        assert (scene.cast.buyer.name or "") not in answer.text
    assert pages == [1, 2]


def test_editors_look_on(scene: Scene) -> None:
    client = scene.client(scene.cast.editor)
    page = client.get(PAGE).text
    assert "Olga Owner" in page
    assert "Invite somebody" not in page
    assert send(client, PAGE, {"email": "a@firm.example"}, to=f"{PAGE}/invite").status_code == 403
    assert send(client, PAGE, {}, to=f"{PAGE}/{scene.cast.owner.id}/remove").status_code == 403
    assert send(client, PAGE, {}, to=f"{PAGE}/leave").headers["Location"] == "/vendor/"
    assert client.get(PAGE).status_code == 404


def test_what_is_typed_wrongly_stays(scene: Scene) -> None:
    values: dict[str, object] = {"email": "nonsense at firm", "role": "owner"}
    answer = send(scene.client(scene.cast.owner), PAGE, values, to=f"{PAGE}/invite")
    assert answer.status_code == 422
    assert "nonsense at firm" in answer.text
    assert "doesn’t look like an e-mail address" in answer.text


def test_roles_change_and_the_last_owner_stays(scene: Scene) -> None:
    client = scene.client(scene.cast.owner)
    assert "The only owner" in client.get(PAGE).text
    assert send(client, PAGE, {}, to=f"{PAGE}/leave").status_code == 409
    editor = f"{PAGE}/{scene.cast.editor.id}"
    assert send(client, PAGE, {"role": "owner"}, to=f"{editor}/role").status_code == 303
    assert send(client, PAGE, {"role": "editor"}, to=f"{PAGE}/{scene.cast.owner.id}/role").status_code == 303
    assert "Invite somebody" not in client.get(PAGE).text
    other = scene.client(scene.cast.editor)
    assert send(other, PAGE, {}, to=f"{PAGE}/{scene.cast.owner.id}/remove").status_code == 303
    assert client.get(PAGE).status_code == 404


def test_sending_again_and_revoking(scene: Scene) -> None:
    invite(scene)
    first = scene.link()
    client, act = scene.client(scene.cast.owner), f"{PAGE}/invitations/{scene.invitation().id}"
    with scene.database.writing() as session:
        user = add_user(session, email="new@firm.example")
    assert send(client, PAGE, {}, to=f"{act}/resend").status_code == 303
    invited = scene.client(user)
    assert (invited.get(first).status_code, invited.get(scene.link()).status_code) == (404, 200)
    assert send(client, PAGE, {}, to=f"{act}/revoke").status_code == 303
    assert invited.get(scene.link()).status_code == 404
    assert send(client, PAGE, {}, to=f"{act}/revoke").status_code == 404


def test_inviting_is_limited(scene: Scene) -> None:
    client = scene.client(scene.cast.owner)
    for _ in range(20):
        values: dict[str, object] = {"email": "new@firm.example", "role": "editor"}
        assert send(client, PAGE, values, to=f"{PAGE}/invite").status_code == 303
    answer = send(client, PAGE, values, to=f"{PAGE}/invite")
    assert answer.status_code == 429
    with scene.database.reading() as session:
        assert len(session.scalars(select(Job).where(Job.kind == "letter")).all()) == 20
