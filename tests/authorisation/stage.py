"""The app over the scene, put back as it was after every request that changed something."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from directory.app import create_app
from directory.core.db import Database
from directory.core.settings import Settings
from directory.web.security import limiter
from tests.cast import log_in
from tests.scene import Scene, add_scene

ROLES = (
    "anonymous",
    "referee",
    "buyer",
    "owner",
    "editor",
    "stranger",
    "admin without second factor",
    "admin",
    "admin who is a member",
)
"""Everybody there is. The referee has no account, and has opened the link of a reference."""

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")

PASSING: dict[str, set[str]] = {"login_session": {"seen_at", "ends_at"}, "reach": {"count"}}
"""What a look at a page may change: when a session was last used, how often an entry was seen."""

FACTORS = ("admin", "admin who is a member")
RAW_TOKEN = "0123456789abcdef0123456789abcdef01234567"

Rows = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Stage:
    """An app over a scene; `cookies` are those of each role, `token` what the forms of all of them hold."""

    app: Flask
    database: Database
    settings: Settings
    file: Path
    kept: Path
    scene: Scene
    cookies: dict[str, str]
    token: str
    watch: sqlite3.Connection
    seen: dict[int, Rows]

    def client(self, role: str) -> FlaskClient:
        """Return a fresh client of somebody."""
        client = self.app.test_client()
        client.set_cookie("session", self.cookies.get(role, self.cookies["anonymous"]))
        return client

    def ask(
        self, role: str, method: str, address: str, *, is_forged: bool = False, data: Any = None, **more: Any
    ) -> TestResponse:
        """Make one request as somebody who has made none before, limits counting anew.

        What is written comes from a form of ours, and the browser says so, unless it is forged.
        """
        with self.app.app_context():
            limiter.reset()
        if method in UNSAFE and not is_forged:
            data = {**(data or {}), "csrf_token": self.token}
            more["headers"] = {"Sec-Fetch-Site": "same-origin", **(more.get("headers") or {})}
        return self.client(role).open(address, method=method, data=data, **more)

    def rows(self) -> Rows:
        """Return everything in the database, but for what looking may change; read again only if it was written to."""
        version: int = self.watch.execute("PRAGMA data_version").fetchone()[0]
        if version not in self.seen:
            self.seen.clear()
            self.seen[version] = read_rows(self.file)
        return self.seen[version]

    def restore(self) -> None:
        """Put the database back as it was at the beginning."""
        with closing(sqlite3.connect(self.kept)) as source, closing(sqlite3.connect(self.file)) as target:
            source.backup(target)


def read_rows(file: Path) -> Rows:
    """Return every row of an SQLite file as text, by table."""
    with closing(sqlite3.connect(file)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: sorted(_rows(connection, table)) for table in tables}


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    cursor = connection.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield repr(
            {name: value for name, value in zip(names, row, strict=True) if name not in PASSING.get(table, set())}
        )


def changed(before: Rows, after: Rows) -> dict[str, list[str]]:
    """Return, by table, the rows that came or went."""
    pairs = {table: set(before.get(table, [])) ^ set(rows) for table, rows in after.items()}
    return {table: sorted(rows) for table, rows in pairs.items() if rows}


def _cookie(client: FlaskClient) -> str:
    """Return the cookie of a client that has looked at a form."""
    with client.session_transaction() as kept:
        kept["csrf_token"] = RAW_TOKEN
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def raise_stage(database: Database, settings: Settings) -> Stage:
    """Fill a database with the scene and log everybody in."""
    with database.writing() as session:
        scene = add_scene(session, settings)
    app = create_app(settings)
    cast = scene.cast
    users = {
        "anonymous": None,
        "buyer": cast.buyer,
        "owner": cast.owner,
        "editor": cast.editor,
        "stranger": cast.stranger,
        "admin without second factor": cast.admin,
        "admin": cast.admin,
        "admin who is a member": cast.admin_member,
    }
    cookies = {
        role: _cookie(log_in(app, database, user, second_factor=role in FACTORS)) for role, user in users.items()
    }
    file = Path(database.url.removeprefix("sqlite:///"))
    kept = file.with_suffix(".kept")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
    token = URLSafeTimedSerializer(settings.secret_key, salt="wtf-csrf-token").dumps(RAW_TOKEN)
    return Stage(app, database, settings, file, kept, scene, cookies, token, sqlite3.connect(file), {})
