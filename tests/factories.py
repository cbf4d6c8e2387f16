"""Rows with sensible defaults: each function adds one, flushes, and takes any column as a keyword.

Days and moments are relative to `ON` and `AT`; a test that weighs or evaluates passes `ON`.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from directory.accounts.models import Role, User
from directory.audit.services import Event, append
from directory.core.db import Base
from directory.evidence.metrics import Metric
from directory.evidence.models import Document, Evidence, Figure, Observation
from directory.providers.membership import MemberRole, Membership
from directory.providers.models import Provider, System
from directory.readiness.models import Answer, Certification, Status
from directory.references.models import Reference, ReferenceState
from directory.review.models import Report, ReportKind, ReportState

ON = date(2026, 11, 3)
AT = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)

_numbers = count(1)
Row = TypeVar("Row", bound=Base)

VALUES = {
    Metric.REQUESTS_PER_DAY: Decimal(48_200),
    Metric.UPTIME_PERCENT: Decimal("99.96"),
    Metric.DEPLOY_MINUTES: Decimal(12),
    Metric.RESPONSE_MINUTES: Decimal(15),
}
"""What `add_figure` states unless told otherwise: good enough for every rule of the shipped file."""


def days_ago(days: int) -> date:
    """Return the day so many days before `ON`."""
    return ON - timedelta(days=days)


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def add_user(session: Session, role: Role = Role.VENDOR, **columns: Any) -> User:
    """Add somebody with a confirmed account and no password."""
    number = next(_numbers)
    defaults = {
        "email": f"person-{number}@people.example",
        "name": f"Person {number}",
        "role": role,
        "confirmed_at": AT,
        "fs_uniquifier": f"uniquifier-{number}",
        "created_at": AT,
        "updated_at": AT,
    }
    return _added(session, User(**{**defaults, **columns}))


def add_member(session: Session, provider: Provider, user: User, role: MemberRole = MemberRole.OWNER) -> Membership:
    """Make somebody a member of a provider."""
    return _added(session, Membership(provider_id=provider.id, user_id=user.id, role=role, created_at=AT))


def add_provider(session: Session, **columns: Any) -> Provider:
    """Add a published provider with a name, slug and domain of its own."""
    number = next(_numbers)
    name = columns.get("name", f"Provider {number}")
    domain = columns.get("domain", f"provider-{number}.example")
    defaults = {
        "slug": f"provider-{number}",
        "name": name,
        "website": f"https://{domain}/",
        "domain": domain,
        "summary": f"{name} builds agent systems.",
        "country": "DE",
        "employees": 40,
        "industries": ["finance"],
        "agent_types": ["customer-support"],
        "published_at": AT,
        "created_at": AT,
        "updated_at": AT,
    }
    return _added(session, Provider(**{**defaults, **columns}))


def add_system(session: Session, provider: Provider, **columns: Any) -> System:
    """Add a system that has been live for a year."""
    defaults = {"provider_id": provider.id, "name": f"System {next(_numbers)}", "live_since": days_ago(365)}
    return _added(session, System(**{**defaults, **columns}))


def add_figure(
    session: Session, system: System, metric: Metric, value: Decimal | int | str | None = None, **columns: Any
) -> Figure:
    """Add the current figure of a metric, as of 30 days ago; a response time holds round the clock."""
    defaults = {
        "system_id": system.id,
        "metric": metric,
        "value": VALUES[metric] if value is None else Decimal(value),
        "coverage": "24x7" if metric is Metric.RESPONSE_MINUTES else None,
        "window_days": 30,
        "as_of_on": days_ago(30),
        "stated_by": "vendor",
        "stated_at": AT - timedelta(days=30),
    }
    return _added(session, Figure(**{**defaults, **columns}))


def add_figures(session: Session, system: System, **values: Decimal | int | str) -> dict[Metric, Figure]:
    """Add a figure of each metric; values by metric name override the defaults."""
    return {metric: add_figure(session, system, metric, values.get(metric)) for metric in Metric}


def add_answer(
    session: Session, provider: Provider, criterion: str, status: Status = Status.MET, **columns: Any
) -> Answer:
    """Add the current answer to a criterion, as of 30 days ago."""
    defaults = {
        "provider_id": provider.id,
        "criterion": criterion,
        "status": status,
        "as_of_on": days_ago(30),
        "stated_by": "vendor",
        "stated_at": AT - timedelta(days=30),
    }
    return _added(session, Answer(**{**defaults, **columns}))


def add_certification(session: Session, provider: Provider, name: str = "iso27001", **columns: Any) -> Certification:
    """Add the current statement of a certification, valid for another year."""
    defaults = {
        "provider_id": provider.id,
        "name": name,
        "valid_until": ON + timedelta(days=365),
        "as_of_on": days_ago(30),
        "stated_by": "vendor",
        "stated_at": AT - timedelta(days=30),
    }
    return _added(session, Certification(**{**defaults, **columns}))


def add_reference(session: Session, system: System, **columns: Any) -> Reference:
    """Add a verified reference for a system by an organisation of its own, answered 20 days ago."""
    number = next(_numbers)
    defaults = {
        "provider_id": system.provider_id,
        "system_id": system.id,
        "state": ReferenceState.VERIFIED,
        "asked_at": AT - timedelta(days=25),
        "answered_on": days_ago(20),
        "verified_at": AT - timedelta(days=18),
        "referee_name": "Ada Referee",
        "referee_email": f"ada@customer-{number}.example",
        "organisation": f"Customer {number}",
        "organisation_domain": f"customer-{number}.example",
        "organisation_employees": 2_000,
        "organisation_is_regulated": False,
        "organisation_country": "NL",
        "organisation_industry": "finance",
    }
    return _added(session, Reference(**{**defaults, **columns}))


def add_document(session: Session, provider: Provider, **columns: Any) -> Document:
    """Add a document of 60 days ago that an admin has checked."""
    defaults = {
        "provider_id": provider.id,
        "title": "Operations report",
        "entity": provider.name,
        "scope": "All production systems",
        "dated_on": days_ago(60),
        "window_starts_on": days_ago(150),
        "checked_at": AT - timedelta(days=50),
    }
    return _added(session, Document(**{**defaults, **columns}))


def add_observation(
    session: Session, system: System, uptime: Decimal | str = Decimal("99.97"), **columns: Any
) -> Observation:
    """Add 120 days of measured uptime up to yesterday, without a missing sample."""
    defaults = {
        "system_id": system.id,
        "first_sample_on": days_ago(120),
        "last_sample_on": days_ago(1),
        "expected_samples": 120 * 288,
        "samples": 120 * 288,
        "uptime_percent": Decimal(uptime),
        "days": [[288, 288]] * 90,
    }
    return _added(session, Observation(**{**defaults, **columns}))


def _source(source: Document | Reference | Observation) -> dict[str, Any]:
    if isinstance(source, Document):
        return {"document_id": source.id, "dated_on": source.dated_on, "ends_on": source.ends_on}
    if isinstance(source, Reference):
        return {"reference_id": source.id, "dated_on": source.answered_on, "label": "customer said so"}
    return {"observation_id": source.id, "dated_on": source.last_sample_on}


def add_evidence(
    session: Session,
    source: Document | Reference | Observation,
    subject: Figure | Answer | Certification,
    **columns: Any,
) -> Evidence:
    """Add what a source says about a figure, an answer or a certification: that it is as stated, unless told otherwise.

    A band is `low=…, high=…, is_band=True`.
    """
    values: dict[str, Any]
    if isinstance(subject, Figure):
        system = session.get_one(System, subject.system_id)
        values = {"provider_id": system.provider_id, "system_id": system.id, "metric": subject.metric}
        values |= {"low": subject.value, "high": subject.value, "coverage": subject.coverage}
    elif isinstance(subject, Answer):
        values = {"provider_id": subject.provider_id, "criterion": subject.criterion, "status": subject.status}
    else:
        values = {"provider_id": subject.provider_id, "certification": subject.name}
    return _added(session, Evidence(**{**values, **_source(source), **columns}))


def add_report(session: Session, provider: Provider, **columns: Any) -> Report:
    """Add a misrepresentation that was upheld 100 days ago."""
    defaults = {
        "provider_id": provider.id,
        "kind": ReportKind.MISREPRESENTATION,
        "message": "The volume is that of another firm.",
        "state": ReportState.UPHELD,
        "notice": "The stated volume was another firm's.",
        "created_at": AT - timedelta(days=120),
        "decided_on": days_ago(100),
    }
    return _added(session, Report(**{**defaults, **columns}))


def add_proven(session: Session, provider: Provider | None = None, **values: Decimal | int | str) -> System:
    """Add a system that reaches In production: four figures, all confirmed by one verified reference."""
    system = add_system(session, provider or add_provider(session))
    reference = add_reference(session, system)
    for figure in add_figures(session, system, **values).values():
        add_evidence(session, reference, figure)
    return system


def announce(session: Session, provider: Provider, action: str = "provider.changed", *, at: datetime = AT) -> int:
    """Append the event by which readers of the log learn that a provider changed; return its id."""
    event = Event(action=action, subject=f"provider:{provider.slug}", provider_id=provider.id)
    return append(session, event, actor="test", at=at)
