"""An app over a small market that has one of everything that is public, and one of everything that is private."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from directory.app import create_app
from directory.assessments.keys import reading_key
from directory.assessments.models import Assessment
from directory.catalogue.services import checklist_in_force, install_shipped
from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.providers.models import Provider
from directory.readiness.models import Status
from directory.references.models import ReferenceState
from directory.review.models import ReportKind, ReportState
from directory.search.refresh import reindex
from tests import factories
from tests.conftest import settings_for

SECRETS = (
    "Rita Referee",
    "Head of Claims",
    "rita@",
    "quietbank",
    "Quiet Bank",
    "whistle@",
    "They copied our numbers",
    "Secret Customer",
    "secret-customer",
    "Hidden Works",
    "hidden-works",
    "Withdrawn Works",
    "withdrawn-works",
    "I take that back",
)
"""Parts of what the rows below hold that nobody but an admin may ever read."""


ASSESSMENT = "an-assessment-to-read1"
"""The key to work with of an assessment in which nothing is answered yet."""


@dataclass(frozen=True, slots=True)
class Site:
    """The app, its database and a client."""

    app: Flask
    database: Database
    client: FlaskClient

    def json(self, address: str) -> Any:
        response = self.client.get(address)
        assert response.status_code == 200, response.text
        return response.json

    def refused(self, address: str, status: int) -> Any:
        """Return the problem that an address is answered with."""
        response = self.client.get(address)
        assert response.status_code == status, response.text
        assert response.content_type == "application/problem+json"
        problem: Any = response.json
        assert problem["status"] == status
        return problem


def build(database: Database, folder: Path) -> Site:
    """Return a site over the database, filled and indexed."""
    settings = settings_for(database, folder)
    with database.writing() as session:
        install_shipped(session, actor="test", at=factories.AT)
        fill(session)
    reindex(database, settings.index_dir, on=factories.ON)
    app = create_app(settings)
    return Site(app, database, app.test_client())


def fill(session: Session) -> None:
    """Add the market: two entries that aren't public, a rich one, a plain one; and an assessment."""
    columns = {"checklist_id": checklist_in_force(session), "created_at": factories.AT, "updated_at": factories.AT}
    session.add(Assessment(reading_key=reading_key(ASSESSMENT), **columns))
    plain(session, name="Hidden Works", slug="hidden-works", published_at=None)
    plain(session, name="Withdrawn Works", slug="withdrawn-works", withdrawn_at=factories.AT)
    rich(session)
    plain(session, name="Plain Agents", slug="plain-agents", is_demo=True)


def plain(session: Session, **columns: Any) -> None:
    """Add an entry that reaches In production."""
    provider = factories.add_provider(session, **columns)
    factories.add_proven(session, provider)
    factories.announce(session, provider)


def rich(session: Session) -> Provider:
    """Add the entry that has everything."""
    provider = factories.add_provider(
        session,
        slug="halden-automation",
        name="Halden <Automation> & Sons\x0b",
        website="https://halden.example/",
        domain="halden.example",
        summary="Claims agents.",
        description="Line one.\r\nLine <two>.",
        country="NO",
        founded=2019,
        employees=40,
        min_project_amount=25000,
        min_project_currency="EUR",
        languages=["en", "nb"],
        engagement=["project"],
        industries=["insurance"],
        regions=["eu"],
        agent_types=["document-processing"],
        claimed_at=factories.AT,
        source_name="A register",
        source_url="https://register.example/halden",
        source_retrieved_on=factories.days_ago(5),
    )
    system = factories.add_system(
        session,
        provider,
        name="Claims desk",
        industry="insurance",
        customer_name="Secret Customer",
        customer_website="https://secret-customer.example/",
        customer_employees=5000,
    )
    private = factories.add_reference(
        session,
        system,
        referee_name="Rita Referee",
        referee_title="Head of Claims",
        referee_email="rita@quietbank.example",
        organisation="Quiet Bank",
        organisation_domain="quietbank.example",
        organisation_industry="insurance",
        quote="It answers at night.",
    )
    factories.add_reference(
        session,
        system,
        state=ReferenceState.WITHDRAWN,
        withdrawn_at=factories.AT,
        verified_at=None,
        quote="I take that back",
        referee_name="Rita Referee",
    )
    factories.add_reference(session, system, state=ReferenceState.DECLINED, answered_on=None, verified_at=None)
    figures = factories.add_figures(session, system)
    for figure in figures.values():
        factories.add_evidence(session, private, figure)
    document = factories.add_document(session, provider)
    factories.add_evidence(
        session, document, figures[Metric.REQUESTS_PER_DAY], low=1000, high=10_000, is_band=True, label="A report"
    )
    factories.add_figure(
        session, system, Metric.UPTIME_PERCENT, "99.5", as_of_on=factories.days_ago(200), superseded_at=factories.AT
    )
    retired = factories.add_system(
        session,
        provider,
        name="Old desk",
        retired_on=factories.days_ago(10),
        customer_name="Glad To Be Named",
        customer_is_public=True,
    )
    factories.add_figure(session, retired, Metric.DEPLOY_MINUTES, as_of_on=factories.days_ago(400))
    answer = factories.add_answer(session, provider, "sso", Status.MET, note="SAML and OIDC.")
    factories.add_evidence(session, document, answer, status=Status.PARTLY)
    factories.add_answer(session, provider, "rbac", as_of_on=factories.days_ago(400))
    certification = factories.add_certification(session, provider, "iso27001", url="https://halden.example/iso")
    factories.add_evidence(session, document, certification)
    factories.add_certification(
        session, provider, "soc2-type2", valid_until=factories.days_ago(3), as_of_on=factories.days_ago(30)
    )
    factories.add_report(session, provider, message="They copied our numbers", contact="whistle@blower.example")
    factories.add_report(
        session,
        provider,
        kind=ReportKind.CORRECTION,
        state=ReportState.OPEN,
        decided_on=None,
        message="They copied our numbers",
        contact="whistle@blower.example",
        created_at=factories.AT - timedelta(days=1),
    )
    factories.announce(session, provider)
    return provider
