"""Advice done for real, in both databases, as vendors, referees and admins would do it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.evidence.models import Figure
from directory.providers.models import Provider, System
from directory.publishing.guide import Advice, Guide, guide
from directory.publishing.pieces import Kind, Piece
from directory.readiness.models import Answer, Certification, Status
from directory.rules.case import Outcome
from directory.rules.evaluator import Verdicts, evaluate
from directory.rules.queries import load_facts, load_verdicts
from tests.factories import (
    AT,
    ON,
    add_answer,
    add_certification,
    add_document,
    add_evidence,
    add_figure,
    add_figures,
    add_proven,
    add_provider,
    add_reference,
    add_system,
    days_ago,
)


def passed(verdicts: Verdicts) -> set[str]:
    return {one.id for one in (*verdicts.production, *verdicts.enterprise) if one.is_pass}


def advices(found: Guide) -> list[Advice]:
    return [*found.singles, *found.plans]


def realise(session: Session, provider: Provider, piece: Piece) -> None:
    """Do what a piece advises, as vendors, referees and admins would."""
    {
        Kind.SYSTEM: _system,
        Kind.START: _start,
        Kind.FIGURE: _figure,
        Kind.ANSWER: _answer,
        Kind.REFERENCE: _reference,
        Kind.DOCUMENT: _document,
        Kind.CERTIFICATION: _certification,
    }[piece.kind](session, provider, piece)


def _of(session: Session, provider: Provider, piece: Piece) -> System:
    rows = session.scalars(select(System).where(System.provider_id == provider.id).order_by(System.id)).all()
    return next((one for one in rows if one.id == piece.system_id), rows[-1])


def _current(session: Session, one: System, metric: Metric) -> Figure:
    query = select(Figure).where(Figure.system_id == one.id, Figure.metric == metric, Figure.superseded_at.is_(None))
    return session.scalars(query).one()


def _system(session: Session, provider: Provider, piece: Piece) -> None:
    add_system(session, provider, live_since=days_ago(piece.days))


def _start(session: Session, provider: Provider, piece: Piece) -> None:
    _of(session, provider, piece).live_since = days_ago(piece.days)


def _figure(session: Session, provider: Provider, piece: Piece) -> None:
    one = _of(session, provider, piece)
    for old in session.scalars(select(Figure).where(Figure.system_id == one.id, Figure.metric == piece.metrics[0])):
        old.superseded_at = AT
    session.flush()
    add_figure(session, one, piece.metrics[0], piece.value, coverage=piece.coverage)


def _reference(session: Session, provider: Provider, piece: Piece) -> None:
    one = _of(session, provider, piece)
    from_them = {"organisation_domain": piece.domain} if piece.domain else {}
    reference = add_reference(session, one, organisation_employees=piece.employees or 5, **from_them)
    for metric in piece.metrics:
        add_evidence(session, reference, _current(session, one, metric))


def _document(session: Session, provider: Provider, piece: Piece) -> None:
    document = add_document(session, provider)
    add_evidence(session, document, _current(session, _of(session, provider, piece), piece.metrics[0]))


def _answer(session: Session, provider: Provider, piece: Piece) -> None:
    query = select(Answer).where(Answer.provider_id == provider.id, Answer.criterion == piece.criterion)
    answer = session.scalars(query).one_or_none() or add_answer(session, provider, piece.criterion)
    answer.status = Status.MET
    add_evidence(session, add_document(session, provider), answer)


def _certification(session: Session, provider: Provider, piece: Piece) -> None:
    name = piece.certifications[0]
    query = select(Certification).where(Certification.provider_id == provider.id, Certification.name == name)
    held = session.scalars(query).one_or_none() or add_certification(session, provider, name)
    add_evidence(session, add_document(session, provider), held)


def nothing(session: Session, provider: Provider) -> None:
    """Only the entry."""


def unsaid(session: Session, provider: Provider) -> None:
    add_system(session, provider, live_since=None)


def half_said(session: Session, provider: Provider) -> None:
    one = add_system(session, provider)
    add_figure(session, one, Metric.REQUESTS_PER_DAY)
    add_figure(session, one, Metric.UPTIME_PERCENT, as_of_on=days_ago(400))
    add_answer(session, provider, "dpa", Status.PARTLY)
    add_certification(session, provider, "iso27001")


def said(session: Session, provider: Provider) -> None:
    add_figures(session, add_system(session, provider))
    add_figures(session, add_system(session, provider), requests_per_day=500)


def proven(session: Session, provider: Provider) -> None:
    add_proven(session, provider)
    for criterion in ("dpa", "eu-models", "gdpr"):
        add_evidence(session, add_document(session, provider), add_answer(session, provider, criterion))


@pytest.mark.parametrize("scene", [nothing, unsaid, half_said, said, proven])
def test_advice_done_for_real_has_the_effect_it_promised(
    database: Database, catalogue: Catalogue, scene: object
) -> None:
    with database.writing() as session:
        provider = add_provider(session)
        scene(session, provider)  # type: ignore[operator]
        number = provider.id
    with database.reading() as session:
        facts = load_facts(session, [number], catalogue)[number]
    found = guide(facts, catalogue.rules, ON)
    before = evaluate(facts, catalogue.rules, ON)
    assert advices(found)
    for advice in advices(found):
        after = _after(database, catalogue, number, advice)
        assert set(advice.rules) <= passed(after) - passed(before), advice
        assert advice.tier in (None, after.tier), advice
        assert advice.is_enterprise <= (after.enterprise_outcome is Outcome.PASS), advice


def _after(database: Database, catalogue: Catalogue, number: int, advice: Advice) -> Verdicts:
    """Return the verdicts after an advice was followed, and leave the database as it was."""
    with database.reading() as session:
        provider = session.get_one(Provider, number)
        for piece in advice.pieces:
            realise(session, provider, piece)
        session.flush()
        verdicts = load_verdicts(session, [number], catalogue, ON)[number]
        session.rollback()
    return verdicts
