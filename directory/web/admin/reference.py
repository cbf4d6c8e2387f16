"""A customer's answer: what they said beside what is stated, the signals, and the decision."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.evidence.facts import FigureFacts, Support
from directory.evidence.levels import Source
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.evidence.models import Figure
from directory.evidence.weighing import agrees
from directory.evidence.wording import quantity
from directory.providers.models import System
from directory.publishing.queue import since
from directory.readiness.models import Answer
from directory.references.models import Reference, ReferenceState
from directory.references.questions import Told, told_of
from directory.references.signals import Severity, Signal, is_blocked, needs_reason, signals_for
from directory.review.decisions import Ruling
from directory.review.reference_decisions import LEAST_REASON, decide_reference, find, item_of
from directory.web.admin.forms import DecisionForm
from directory.web.admin.items import Choice, Shown
from directory.web.session import catalogue

CANT_SAY = "can’t say"
NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was asked: what the referee said, what the provider states, whether that agrees (None: open)."""

    asked: str
    said: str
    stated: str
    is_agreed: bool | None


@dataclass(frozen=True, slots=True)
class ReferenceBody:
    """An answer as admins read it; it names the referee, whom nobody else sees without their consent."""

    reference: Reference
    system: str
    said: tuple[Said, ...]
    signals: tuple[Signal, ...]
    least_reason: int


def _support(reference: Reference, told: Told) -> Support:
    answered_on = reference.answered_on or date.min
    return Support(
        id=reference.id,
        source=Source.REFERENCE,
        dated_on=answered_on,
        from_on=answered_on,
        low=told.low,
        high=told.high,
        is_band=told.is_band,
        coverage=told.coverage,
    )


def _facts(row: Figure) -> FigureFacts:
    return FigureFacts(
        id=row.id,
        metric=Metric(row.metric),
        value=row.value,
        as_of_on=row.as_of_on,
        coverage=Coverage(row.coverage) if row.coverage else None,
        supports=(),
    )


def _figures(session: Session, reference: Reference, current: Catalogue) -> Iterator[Said]:
    query = select(Figure).where(Figure.system_id == reference.system_id, Figure.superseded_at.is_(None))
    stated = {row.metric: _facts(row) for row in session.scalars(query)}
    for name in reference.asked.get("metrics", ()):
        metric = Metric(name)
        told, facts = told_of(reference.answers, metric), stated.get(metric)
        is_agreed = None
        if told is not None and facts is not None:
            is_agreed = agrees(_support(reference, told), facts, current.rules.evidence)
        yield Said(
            DEFINITIONS[metric].label,
            told.in_words(metric) if told else CANT_SAY,
            quantity(metric, facts.value, facts.coverage) if facts else NOT_STATED,
            is_agreed,
        )


def _criteria(session: Session, reference: Reference, current: Catalogue) -> Iterator[Said]:
    query = select(Answer.criterion, Answer.status).where(
        Answer.provider_id == reference.provider_id, Answer.superseded_at.is_(None)
    )
    stated: Mapping[str, str] = {row.criterion: row.status for row in session.execute(query)}
    for name in reference.asked.get("criteria", ()):
        given: Mapping[str, Any] = reference.answers.get(name, {})
        said, known = given.get("status"), stated.get(name)
        criterion = current.checklist.criteria.get(name)
        is_agreed = said == known if said and known else None
        yield Said(criterion.name if criterion else name, said or CANT_SAY, known or NOT_STATED, is_agreed)


def _choices(signals: tuple[Signal, ...]) -> tuple[Choice, ...]:
    blocking = " ".join(one.sentence for one in signals if one.severity is Severity.BLOCKING)
    barrier = f"Not possible: {blocking}" if is_blocked(signals) else ""
    hint = "It counts as evidence at once, for 12 months from the answer."
    if needs_reason(signals):
        hint += f" Say in the reason what you made of the warnings, in {LEAST_REASON} characters or more."
    return (
        Choice(ReferenceState.VERIFIED, "Verify it", hint, barrier),
        Choice(ReferenceState.REJECTED, "Reject it", "It counts for nothing."),
    )


def read(session: Session, number: int) -> Shown:
    """Return a reference as it stands."""
    reference = find(session, number)
    signals, current = signals_for(session, reference), catalogue()
    said = (*_figures(session, reference, current), *_criteria(session, reference, current))
    system = session.get_one(System, reference.system_id).name
    return Shown(
        item=item_of(session, reference),
        state=reference.state,
        is_waiting=reference.state == ReferenceState.ANSWERED,
        since=since(reference.answered_on, reference.asked_at),
        choices=_choices(signals),
        body=ReferenceBody(reference, system, said, signals, LEAST_REASON),
    )


def decide(session: Session, number: int, ruling: Ruling, _form: DecisionForm) -> None:
    """Decide on it."""
    decide_reference(session, number, ruling)
