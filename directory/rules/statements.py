"""What is asked of the database about providers' facts, written once, of the providers `ids`.

Over tables and not over classes, with the columns that are weighed or shown: making a question anew, and an object of
each answer, took longer than the database did.
"""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, or_, select

from directory.evidence.models import Document, Evidence, Figure, Observation
from directory.providers.models import Provider, System
from directory.readiness.models import Answer, Certification
from directory.references.models import Reference, ReferenceState
from directory.review.models import Report, ReportKind, ReportState

_evidence, _figure, _system = Evidence.__table__.c, Figure.__table__.c, System.__table__.c
_answer, _certification, _reference = Answer.__table__.c, Certification.__table__.c, Reference.__table__.c
_document, _observation, _report = Document.__table__.c, Observation.__table__.c, Report.__table__.c
_provider = Provider.__table__.c
IDS: BindParameter[Any] = bindparam("ids", expanding=True)
PROVIDERS = select(_provider.id, _provider.slug, _provider.domain).where(_provider.id.in_(IDS))
EVIDENCE = (
    select(
        _evidence.id,
        _evidence.provider_id,
        _evidence.document_id,
        _evidence.reference_id,
        _evidence.system_id,
        _evidence.metric,
        _evidence.criterion,
        _evidence.certification,
        _evidence.low,
        _evidence.high,
        _evidence.is_band,
        _evidence.coverage,
        _evidence.status,
        _evidence.dated_on,
        _evidence.ends_on,
        _evidence.label,
        _document.checked_at,
        _reference.verified_at,
        _observation.first_sample_on,
        _observation.last_sample_on,
        _observation.expected_samples,
        _observation.samples,
    )
    .outerjoin(Document.__table__, _document.id == _evidence.document_id)
    .outerjoin(Reference.__table__, _reference.id == _evidence.reference_id)
    .outerjoin(Observation.__table__, _observation.id == _evidence.observation_id)
    .where(
        _evidence.provider_id.in_(IDS),
        _evidence.withdrawn_at.is_(None),
        or_(
            and_(_document.checked_at.is_not(None), _document.withdrawn_at.is_(None)),
            _reference.state == ReferenceState.VERIFIED,
            _evidence.observation_id.is_not(None),
        ),
    )
    .order_by(_evidence.id)
)
"""Evidence that may count: documents checked, references verified, nothing withdrawn."""
FIGURES = (
    select(
        _figure.id,
        _figure.system_id,
        _figure.metric,
        _figure.value,
        _figure.coverage,
        _figure.window_days,
        _figure.as_of_on,
        _figure.method,
        _figure.source_url,
        _figure.stated_by,
    )
    .join(System.__table__, _system.id == _figure.system_id)
    .where(_system.provider_id.in_(IDS), _figure.superseded_at.is_(None))
)
SYSTEMS = (
    select(
        _system.id,
        _system.provider_id,
        _system.name,
        _system.live_since,
        _system.retired_on,
        _system.industry,
        _system.agent_type,
        _system.customer_name,
        _system.customer_is_public,
    )
    .where(_system.provider_id.in_(IDS))
    .order_by(_system.id)
)
ANSWERS = (
    select(
        _answer.provider_id,
        _answer.criterion,
        _answer.status,
        _answer.note,
        _answer.evidence_url,
        _answer.as_of_on,
    )
    .where(_answer.provider_id.in_(IDS), _answer.superseded_at.is_(None))
    .order_by(_answer.id)
)
CERTIFICATIONS = (
    select(
        _certification.provider_id,
        _certification.name,
        _certification.valid_until,
        _certification.url,
        _certification.as_of_on,
    )
    .where(_certification.provider_id.in_(IDS), _certification.superseded_at.is_(None))
    .order_by(_certification.id)
)
REFERENCES = (
    select(
        _reference.id,
        _reference.provider_id,
        _reference.system_id,
        _reference.answered_on,
        _reference.verified_at,
        _reference.organisation,
        _reference.organisation_domain,
        _reference.organisation_employees,
        _reference.organisation_is_regulated,
        _reference.organisation_country,
        _reference.organisation_industry,
        _reference.is_named,
    )
    .where(
        _reference.provider_id.in_(IDS),
        _reference.state == ReferenceState.VERIFIED,
        _reference.answered_on.is_not(None),
        _reference.verified_at.is_not(None),
    )
    .order_by(_reference.id)
)
UPHELD = (
    select(_report.provider_id, _report.decided_on)
    .where(
        _report.provider_id.in_(IDS),
        _report.kind == ReportKind.MISREPRESENTATION,
        _report.state == ReportState.UPHELD,
        _report.decided_on.is_not(None),
    )
    .order_by(_report.id)
)
