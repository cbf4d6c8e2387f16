"""The guards let through exactly whom an address asks for."""

import pytest
from flask import Flask
from sqlalchemy import update

from directory.accounts.models import LoginSession, User
from directory.core.db import Database
from directory.web.access import NEEDS, Need
from tests.cast import Cast, add_cast, log_in
from tests.factories import AT


@pytest.fixture
def cast(sqlite_database: Database) -> Cast:
    with sqlite_database.writing() as session:
        return add_cast(session)


WHO = (
    "nobody",
    "buyer",
    "owner",
    "editor",
    "stranger",
    "admin",
    "admin with second factor",
    "member with second factor",
)
AT_LOGIN, AT_SECOND_FACTOR = "/account/login?next=", "/account/two-factor?next="
EXPECTED = {
    Need.ANYBODY: (200,) * 8,
    Need.LINK: (200,) * 8,
    Need.ACCOUNT: (AT_LOGIN, 200, 200, 200, 200, 200, 200, 200),
    Need.EDITOR: (AT_LOGIN, 404, 200, 200, 404, 404, 404, 200),
    Need.OWNER: (AT_LOGIN, 404, 200, 403, 404, 404, 404, 403),
    Need.ADMIN: (AT_LOGIN, 403, 403, 403, 403, AT_SECOND_FACTOR, 200, 200),
    None: (403,) * 8,
}


@pytest.mark.parametrize("need", EXPECTED)
def test_each_need_opens_to_those_who_have_it(
    app: Flask, sqlite_database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, need: Need | None
) -> None:
    app.add_url_rule("/try/<slug>", "try", lambda slug: f"<p>{slug}</p>", methods=["GET", "POST"])
    app.config["WTF_CSRF_ENABLED"] = False
    if need is not None:
        monkeypatch.setitem(NEEDS, "try", need)
    users = (None, cast.buyer, cast.owner, cast.editor, cast.stranger, cast.admin, cast.admin, cast.admin_member)
    for name, user, expected in zip(WHO, users, EXPECTED[need], strict=True):
        client = log_in(app, sqlite_database, user, second_factor=name.endswith("second factor"))
        got, sent = client.get("/try/the-provider?x=1"), client.post("/try/the-provider")
        if isinstance(expected, str):
            assert got.headers["Location"] == f"{expected}%2Ftry%2Fthe-provider%3Fx%3D1", name
            assert sent.status_code == 403, name
        else:
            assert (got.status_code, sent.status_code) == (expected, expected), name
        if need is not Need.ANYBODY:
            assert got.headers["Cache-Control"] == "no-store", name


ENDS: tuple[tuple[type[LoginSession | User], dict[str, object]], ...] = (
    (LoginSession, {"ended_at": AT}),
    (LoginSession, {"ends_at": AT}),
    (User, {"locked_at": AT}),
    (User, {"active": False}),
)


@pytest.mark.parametrize(("model", "change"), ENDS)
def test_a_session_that_has_ended_is_nobodys(
    app: Flask,
    sqlite_database: Database,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    model: type[LoginSession | User],
    change: dict[str, object],
) -> None:
    app.add_url_rule("/try", "try", lambda: "x")
    monkeypatch.setitem(NEEDS, "try", Need.ACCOUNT)
    client = log_in(app, sqlite_database, cast.owner)
    assert client.get("/try").status_code == 200
    with sqlite_database.writing() as session:
        session.execute(update(model).values(**change))
    assert client.get("/try").status_code == 303
