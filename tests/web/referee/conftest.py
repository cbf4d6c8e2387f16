"""A reference that waits for its answer, and the client of somebody who holds its link and no account."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.app import create_app
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.links import LinkKind, sign
from directory.core.settings import Settings
from directory.evidence.metrics import Metric
from directory.references.models import Reference
from directory.references.services import record_sent
from tests.conftest import settings_for
from tests.factories import add_figure, add_member, add_provider, add_system, add_user, announce
from tests.references.asked import add_asked
from tests.web.vendor.pages import KEY

STATED = {
    "requests_per_day": "48213",
    "uptime_percent": "99.9637",
    "deploy_minutes": "12.7",
    "response_minutes": "17.3",
}
"""Figures that stand out wherever they leak."""

GOOD: dict[str, Any] = {
    "relationship": "customer",
    "ties": "none",
    "size": "1000-plus",
    "regulated": "yes",
    "country": "NL",
    "industry": "insurance",
    "requests_per_day_value": "48,000",
    "requests_per_day_band": "",
    "uptime_percent_value": "99,95",
    "uptime_percent_band": "from-99.95",
    "deploy_minutes_value": "",
    "deploy_minutes_band": "cant-say",
    "response_minutes_value": "",
    "response_minutes_band": "from-15",
    "response_coverage": "24x7",
    "criterion_sso": "met",
    "criterion_audit_logs": "cant-say",
    "quote": "It runs, and they pick up the phone.",
    "naming": "no",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a referee sits: `address` is what their link opens."""

    database: Database
    settings: Settings
    client: FlaskClient
    reference: Reference
    address: str
    slug: str

    def send(self, to: str = "", /, **changes: Any) -> TestResponse:
        """Open a page behind the link and send its form: the good answer, unless another page is named."""
        shown = self.client.get(self.address + to).text
        key = KEY.search(shown)
        assert key is not None, shown
        values = {**({} if to else GOOD), **changes, "csrf_token": key[1]}
        return self.client.post(self.address + to, data=values)

    def kept(self) -> Reference:
        """Return the reference as it is kept now."""
        with self.database.reading() as session:
            return session.get_one(Reference, self.reference.id)

    def leave(self) -> None:
        """Close what the app holds open."""
        self.client.application.extensions["directory"].database.dispose()

    def link(self, attempt: int = 1, number: int | None = None) -> str:
        """Return the address of a link of another attempt or reference."""
        token = sign(LinkKind.REFERENCE, number or self.reference.id, attempt, self.settings.secret_key)
        return f"/reference/{token}"


def _sit(database: Database, folder: Path) -> Desk:
    at = clock.now()
    with database.writing() as session:
        install_shipped(session, actor="test", at=at)
        provider = add_provider(session, slug="halden", name="Halden", domain="halden.example")
        add_member(session, provider, add_user(session))
        system = add_system(session, provider, name="Claims triage", summary="Handles 48213 a day.")
        for metric, value in STATED.items():
            add_figure(session, system, Metric(metric), value)
        reference = add_asked(session, system, at=at)
        record_sent(session, reference, 1, at=at)
        announce(session, provider)
    settings = settings_for(database, folder)
    token = sign(LinkKind.REFERENCE, reference.id, 1, settings.secret_key)
    client = create_app(settings).test_client()
    return Desk(database, settings, client, reference, f"/reference/{token}", "halden")


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path) -> Iterator[Desk]:
    """A referee's desk, for what doesn't depend on the kind of database."""
    found = _sit(sqlite_database, tmp_path)
    yield found
    found.leave()


@pytest.fixture
def either_desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    """A referee's desk over each kind of database."""
    found = _sit(database, tmp_path)
    yield found
    found.leave()
