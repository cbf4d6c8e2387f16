"""What is read as facts, and what of the database never counts."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from directory.catalogue.services import shipped
from directory.core.db import Database
from directory.evidence.levels import Source
from directory.evidence.metrics import Metric
from directory.evidence.models import DocumentState
from directory.providers.models import Provider
from directory.references.models import ReferenceState
from directory.review.models import ReportKind, ReportState
from directory.rules.facts import ProviderFacts
from directory.rules.queries import load_facts
from tests import factories
from tests.factories import AT, days_ago


def facts_of(session: Session, provider: Provider) -> ProviderFacts:
    return load_facts(session, [provider.id], shipped())[provider.id]


def sources(facts: ProviderFacts) -> list[Source]:
    """Return what supports the uptime of the first system."""
    return [one.source for one in facts.systems[0].figures[Metric.UPTIME_PERCENT].supports]


@pytest.mark.parametrize(
    ("document", "reference", "evidence", "counted"),
    [
        ({}, {}, {}, [Source.DOCUMENT, Source.REFERENCE]),
        ({"state": DocumentState.WAITING, "checked_at": None}, {}, {}, [Source.REFERENCE]),
        ({"withdrawn_at": AT}, {}, {}, [Source.REFERENCE]),
        ({}, {"state": ReferenceState.WITHDRAWN, "withdrawn_at": AT}, {}, [Source.DOCUMENT]),
        ({}, {"state": ReferenceState.ANSWERED, "verified_at": None}, {}, [Source.DOCUMENT]),
        ({}, {"state": ReferenceState.REJECTED}, {}, [Source.DOCUMENT]),
        ({}, {}, {"withdrawn_at": AT}, []),
    ],
)
def test_only_what_was_checked_and_not_withdrawn_counts(
    database: Database,
    document: dict[str, Any],
    reference: dict[str, Any],
    evidence: dict[str, Any],
    counted: list[Source],
) -> None:
    with database.writing() as session:
        provider = factories.add_provider(session)
        system = factories.add_system(session, provider)
        figure = factories.add_figure(session, system, Metric.UPTIME_PERCENT)
        factories.add_evidence(session, factories.add_document(session, provider, **document), figure, **evidence)
        asked = factories.add_reference(session, system, **reference)
        factories.add_evidence(session, asked, figure, **evidence)
        facts = facts_of(session, provider)
    assert sources(facts) == counted
    is_verified = reference.get("state", ReferenceState.VERIFIED) is ReferenceState.VERIFIED
    assert [one.id for one in facts.references] == ([asked.id] if is_verified else [])


@pytest.mark.parametrize(
    ("days", "samples", "is_sufficient"), [(90, 950, True), (89, 950, False), (90, 949, False), (400, 1000, True)]
)
def test_an_observation_needs_90_days_and_95_percent_of_its_samples(
    database: Database, days: int, samples: int, is_sufficient: bool
) -> None:
    with database.writing() as session:
        provider = factories.add_provider(session)
        system = factories.add_system(session, provider)
        figure = factories.add_figure(session, system, Metric.UPTIME_PERCENT)
        observation = factories.add_observation(
            session, system, first_sample_on=days_ago(days), samples=samples, expected_samples=1000
        )
        factories.add_evidence(session, observation, figure)
        support = facts_of(session, provider).systems[0].figures[Metric.UPTIME_PERCENT].supports[0]
    assert support.is_sufficient is is_sufficient
    assert support.dated_on == days_ago(1)


@pytest.mark.parametrize(
    ("kind", "state", "counts"),
    [
        (ReportKind.MISREPRESENTATION, ReportState.UPHELD, True),
        (ReportKind.MISREPRESENTATION, ReportState.DISMISSED, False),
        (ReportKind.CORRECTION, ReportState.UPHELD, False),
    ],
)
def test_only_an_upheld_misrepresentation_speaks_against_a_provider(
    database: Database, kind: ReportKind, state: ReportState, counts: bool
) -> None:
    with database.writing() as session:
        provider = factories.add_provider(session)
        factories.add_report(session, provider, kind=kind, state=state, decided_on=days_ago(5))
        assert facts_of(session, provider).upheld_on == ((days_ago(5),) if counts else ())


def test_a_superseded_figure_is_history(database: Database) -> None:
    with database.writing() as session:
        provider = factories.add_provider(session)
        system = factories.add_system(session, provider)
        factories.add_figure(session, system, Metric.UPTIME_PERCENT, "99.1", superseded_at=AT)
        factories.add_figure(session, system, Metric.UPTIME_PERCENT, "99.2")
        assert facts_of(session, provider).systems[0].figures[Metric.UPTIME_PERCENT].value == Decimal("99.2")
