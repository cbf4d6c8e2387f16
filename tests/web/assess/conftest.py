"""A small market, and somebody who assesses a proof of concept without an account."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.app import create_app
from directory.assessments.keys import reading_key
from directory.assessments.queries import Held, find
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.web.session import KEY as PARTS
from tests.conftest import settings_for
from tests.factories import (
    AT,
    add_answer,
    add_document,
    add_evidence,
    add_proven,
    add_provider,
    announce,
)
from tests.web.vendor.pages import KEY

HERE = {"Sec-Fetch-Site": "same-origin"}
COVERS = {
    "all-rounder": ("retries", "alerting", "recovery", "sso"),
    "specialist": ("retries",),
    "talker": (),
}
"""What each provider of the market meets with a document; the talker only says so, of everything above."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody assesses; `key` is that of an assessment with nothing answered yet."""

    database: Database
    client: FlaskClient
    key: str

    @property
    def address(self) -> str:
        """The address to work with."""
        return f"/assess/{self.key}"

    @property
    def shown(self) -> str:
        """The address that only shows it."""
        return f"/assess/{reading_key(self.key)}"

    def send(self, step: str, values: dict[str, str], *, page: str | None = None, **headers: str) -> TestResponse:
        """Send a step's form as the page shows it now, or as an earlier `page` did."""
        shown = page or self.client.get(f"{self.address}/{step}").text
        key, base = KEY.search(shown), shown.partition('name="base" value="')[2].partition('"')[0]
        assert key is not None, shown
        data = {"csrf_token": key[1], "base": base, **values}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"{self.address}/{step}", data=data, headers=sent)

    def answer(self, area: str, **said: str) -> TestResponse:
        """Answer some criteria of an area, as a form does."""
        return self.send(f"answers/{area}", {f"answer-{name.replace('_', '-')}": value for name, value in said.items()})

    def kept(self) -> Held:
        """Return the assessment as it is kept."""
        with self.database.reading() as session:
            held = find(session, self.key, clock.now())
        assert held is not None
        return held


def begin(client: FlaskClient) -> str:
    """Begin an assessment and return its key."""
    response = client.post("/assess", headers=HERE)
    assert response.status_code == 303, response.text
    return response.location.split("/")[2]


def fill(session: Session) -> None:
    """Add the market."""
    for slug, criteria in COVERS.items():
        provider = add_provider(session, slug=slug, name=slug.replace("-", " ").title(), regions=["eu"])
        if slug == "all-rounder":
            add_proven(session, provider)
        document = add_document(session, provider)
        for criterion in criteria or COVERS["all-rounder"]:
            answer = add_answer(session, provider, criterion)
            if criteria:
                add_evidence(session, document, answer, status="met")
        announce(session, provider)


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Iterator[Desk]:
    """A desk, on the factories' day."""
    with time_machine.travel(AT, tick=False):
        with sqlite_database.writing() as session:
            install_shipped(session, actor="test", at=AT)
            fill(session)
        client = create_app(settings_for(sqlite_database, tmp_path)).test_client()
        yield Desk(sqlite_database, client, begin(client))
        client.application.extensions[PARTS].database.dispose()
