"""The app over the scene, put back as it was after every request that changed something."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
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

PASSING: dict[str, set[str]] = {"login_session": {"seen_at", "ends_at"}, "reach": {"count"}}
"""What a look at a page may change: when a session was last used, how often an entry was seen."""

Rows = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Stage:
    """An app over a scene; `cookies` are those of each role."""

    app: Flask
    database: Database
    settings: Settings
    file: Path
    kept: Path
    scene: Scene
    cookies: dict[str, str]
    watch: sqlite3.Connection
    seen: dict[int, Rows]

    def client(self, role: str) -> FlaskClient:
        """Return a fresh client of somebody."""
        client = self.app.test_client()
        if role in self.cookies:
            client.set_cookie("session", self.cookies[role])
        return client

    def ask(self, role: str, method: str, address: str, **more: Any) -> TestResponse:
        """Make one request as somebody who has made none before, limits counting anew."""
        with self.app.app_context():
            limiter.reset()
        return self.client(role).open(address, method=method, **more)

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


def raise_stage(database: Database, settings: Settings) -> Stage:
    """Fill a database with the scene and log everybody in."""
    with database.writing() as session:
        scene = add_scene(session, settings)
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False  # what is tested is who may; forgery has its own tests
    cast = scene.cast
    users = {
        "buyer": cast.buyer,
        "owner": cast.owner,
        "editor": cast.editor,
        "stranger": cast.stranger,
        "admin without second factor": cast.admin,
        "admin": cast.admin,
        "admin who is a member": cast.admin_member,
    }
    cookies = {}
    for role, user in users.items():
        has_factor = role in ("admin", "admin who is a member")
        cookie = log_in(app, database, user, second_factor=has_factor).get_cookie("session")
        assert cookie is not None
        cookies[role] = cookie.value
    file = Path(database.url.removeprefix("sqlite:///"))
    kept = file.with_suffix(".kept")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
    return Stage(app, database, settings, file, kept, scene, cookies, sqlite3.connect(file), {})
