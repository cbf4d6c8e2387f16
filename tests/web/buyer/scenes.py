"""Providers with a story, for tests of what their pages say; on the day `ON` of the factories."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from directory.evidence.metrics import Metric
from directory.providers.models import Provider
from directory.readiness.models import Status
from directory.references.models import ReferenceState
from tests.factories import (
    AT,
    ON,
    add_answer,
    add_certification,
    add_document,
    add_evidence,
    add_figure,
    add_figures,
    add_observation,
    add_provider,
    add_reference,
    add_system,
    days_ago,
)

REFEREE = "Ingrid Secret-Name"
REFEREE_EMAIL = "ingrid@private-address.example"
VOLUME_BAND = {"low": Decimal(10_000), "high": Decimal(100_000), "is_band": True}


def add_halden(session: Session) -> Provider:
    """Add a claimed firm at scale: two confirmed systems, one observed for 90 days, a retired one, a past."""
    provider = add_provider(
        session,
        slug="halden-automation",
        name="Halden Automation",
        domain="halden-automation.example",
        website="https://halden-automation.example/",
        summary="Claims and policy agents for insurers, run on the client’s own cloud.",
        description="First paragraph,\r\nwith a kept line break.\r\n\r\nSecond paragraph.",
        country="NO",
        founded=2019,
        employees=42,
        min_project_amount=Decimal(50_000),
        min_project_currency="EUR",
        languages=["en", "nb"],
        engagement=["advisory"],
        industries=["insurance"],
        regions=["eu"],
        agent_types=["document-processing"],
        tools=["langsmith", "terraform"],
        is_demo=True,
        claimed_at=AT - timedelta(days=200),
    )
    triage = add_system(
        session,
        provider,
        name="Claims triage",
        summary="Reads claims, asks for what is missing, decides the simple ones.",
        industry="insurance",
        agent_type="document-processing",
        customer_name="Nordvik Forsikring",
        customer_is_public=True,
        customer_employees=2_400,
    )
    figures = add_figures(session, triage)
    reference = add_reference(
        session,
        triage,
        referee_name=REFEREE,
        referee_email=REFEREE_EMAIL,
        organisation="Nordvik Forsikring",
        is_named=True,
        quote="Two outages in a year and a half, both announced by them before we noticed.",
    )
    volume = figures[Metric.REQUESTS_PER_DAY]
    add_evidence(session, reference, volume, label="customer said 10,000–99,999/day", **VOLUME_BAND)
    add_evidence(session, reference, figures[Metric.UPTIME_PERCENT], label="")
    add_evidence(session, reference, figures[Metric.DEPLOY_MINUTES], label="customer said 12 min")
    add_evidence(session, reference, figures[Metric.RESPONSE_MINUTES], label="customer said 15 min, 24×7")
    document = add_document(session, provider)
    add_evidence(session, document, volume, label="telemetry export checked")
    days = [[288, 288]] * 87 + [[288, 284], [0, 0], [288, 280]]
    observation = add_observation(session, triage, "99.95", days=days)
    add_evidence(session, observation, figures[Metric.UPTIME_PERCENT], low=Decimal("99.95"), high=Decimal("99.95"))
    second = add_system(session, provider, name="Policy questions", customer_employees=1_500)
    other = add_reference(session, second, quote="")
    for figure in add_figures(session, second, requests_per_day=2_300).values():
        add_evidence(session, other, figure, label="")
    add_reference(session, triage, state=ReferenceState.DECLINED, answered_on=None, verified_at=None)
    withdrawn = {"state": ReferenceState.WITHDRAWN, "withdrawn_at": AT, "quote": "Withdrawn words."}
    add_reference(session, triage, **withdrawn)
    retired = add_system(session, provider, name="Old pilot", retired_on=days_ago(40))
    add_figure(session, retired, Metric.REQUESTS_PER_DAY, 120, as_of_on=days_ago(60))
    add_figure(
        session,
        triage,
        Metric.REQUESTS_PER_DAY,
        39_100,
        as_of_on=days_ago(220),
        superseded_at=AT - timedelta(days=30),
    )
    _answers(session, provider)
    certification = add_certification(session, provider, "iso27001")
    add_evidence(session, document, certification, label="certificate checked")
    add_certification(session, provider, "soc2-type2", url="https://halden-automation.example/trust")
    return provider


def _answers(session: Session, provider: Provider) -> None:
    document = add_document(session, provider, title="Security report")
    for criterion in ("dpa", "gdpr", "sso", "rbac", "audit-logs", "retries", "alerting", "recovery"):
        add_evidence(session, document, add_answer(session, provider, criterion), label="security report checked")
    for criterion in ("ci-cd", "iac", "tracing", "caching", "prompt-versioning"):
        add_answer(session, provider, criterion, note="Since 2024.")
    add_answer(session, provider, "load-testing", Status.PARTLY, evidence_url="https://halden-automation.example/load")
    add_answer(session, provider, "on-premise", Status.UNMET)
    add_answer(session, provider, "ab-testing", Status.NOT_APPLICABLE)
    disputed = add_answer(session, provider, "runbooks")
    add_evidence(session, document, disputed, status=Status.PARTLY, label="security report")


def add_conflicting(session: Session) -> Provider:
    """Add a firm whose customer says less than it states; uptime was never stated, deployment has expired."""
    provider = add_provider(session, slug="overstated", name="Overstated Agents", claimed_at=AT)
    system = add_system(session, provider, name="Order desk")
    volume = add_figure(session, system, Metric.REQUESTS_PER_DAY, 31_000)
    band = {"low": Decimal(1_000), "high": Decimal(10_000), "is_band": True}
    add_evidence(session, add_reference(session, system), volume, label="customer said 1,000–9,999/day", **band)
    add_figure(session, system, Metric.DEPLOY_MINUTES, "77.7", as_of_on=days_ago(400))
    return provider


def add_unclaimed(session: Session) -> Provider:
    """Add an imported firm: one stated figure, no evidence, a source."""
    provider = add_provider(
        session,
        slug="imported",
        name="株式会社エージェント工房",
        summary="エージェントの開発と運用。",
        employees=None,
        country=None,
        source_name="A public list",
        source_url="https://list.example/agents",
        source_retrieved_on=ON - timedelta(days=12),
    )
    system = add_system(session, provider, live_since=None, name="予約アシスタント")
    add_figure(session, system, Metric.REQUESTS_PER_DAY, 900, as_of_on=days_ago(10), window_days=None)
    return provider
