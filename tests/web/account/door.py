"""Coming in through the front door: forms as a browser sends them, and the mails as they arrive."""

import html
import re
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.accounts.models import Role, User
from directory.accounts.passwords import hash_password
from directory.core import clock
from directory.core.db import Database
from directory.core.outbox import Job, Letter
from directory.core.settings import Settings
from directory.jobs.letters import write
from tests.factories import add_user

PASSWORD = "seven bright herons at noon"
OTHER = "a quiet ferry leaves tonight"
HASH = hash_password(PASSWORD)


def add_somebody(database: Database, role: Role = Role.VENDOR, **columns: Any) -> User:
    """Add a confirmed account with `PASSWORD`."""
    with database.writing() as session:
        return add_user(session, role, **{"password": HASH, **columns})


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's first form that has a forgery token."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    fields: dict[str, str] = {}
    for one in found:
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        if name:
            fields.setdefault(name[1], html.unescape(value[1]) if value else "")
    return fields


def send(client: FlaskClient, address: str, to: str = "", **fields: str) -> TestResponse:
    """Open a page, fill its form in and send it; `to` where the button leads elsewhere."""
    page = client.get(address).get_data(as_text=True)
    return client.post(to or address, data={**hidden(page), **fields})


def log_in(client: FlaskClient, email: str, password: str = PASSWORD, next: str = "") -> TestResponse:  # noqa: A002 - its name
    """Send the log-in form."""
    return send(client, "/account/login", email=email, password=password, **({"next": next} if next else {}))


def letters(database: Database, settings: Settings) -> list[tuple[str, str, str]]:
    """Return every letter in the outbox as (template, to, text), the oldest first."""
    with database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == "letter").order_by(Job.id)).all()
        found = [Letter(**job.payload) for job in jobs]
    return [(letter.template, letter.to, write(letter, settings).text) for letter in found]


def link_in(text: str, kind: str) -> str:
    """Return the path of the link of a kind in a mail."""
    found = re.search(rf"/account/{kind}/[A-Za-z0-9_=-]+", text)
    assert found, text
    return found[0]


def is_in(client: FlaskClient) -> bool:
    """Whether a client is logged in."""
    return client.get("/account/").status_code == 200


def code(key: str) -> str:
    """Return the code that an app shows now for the key on the page."""
    found: str = TOTP(key=key.replace("-", "").replace(" ", "")).generate().token
    return found


def enrol(client: FlaskClient, password: str = PASSWORD) -> tuple[str, list[str]]:
    """Set a second factor up; return its key and the recovery codes."""
    page = client.get("/account/two-factor").get_data(as_text=True)
    key = re.search(r'class="key">([^<]+)<', page)
    assert key, page
    sent = {**hidden(page), "code": code(key[1]), "current": password}
    answer = client.post("/account/two-factor?new=1", data=sent).get_data(as_text=True)
    recovery = re.findall(r"<li><code>([^<]+)</code></li>", answer)
    assert len(recovery) == 10, answer
    return key[1], recovery


def later(**delta: float) -> "time_machine.travel":
    """Travel: `with later(minutes=5): …`."""
    return time_machine.travel(clock.now() + timedelta(**delta), tick=True)


def client_of(app: Flask) -> FlaskClient:
    """Return another browser."""
    return app.test_client()
