"""Bringing the live tables in line with a content.

Nothing is ever deleted: figures, answers and certifications are superseded or taken back and stay in the history, and
a system that was public can only be retired.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from directory.catalogue.services import in_force
from directory.core.errors import ConflictError
from directory.evidence.metrics import Metric
from directory.evidence.models import Figure
from directory.evidence.services import StatedFigure, retract_figures, state_figures
from directory.exchange.columns import provider_columns, system_columns
from directory.exchange.current import Current, load_stated
from directory.exchange.format import FigureRecord, FiguresRecord, ProviderRecord, SystemRecord
from directory.providers.models import Provider, System
from directory.providers.services import change
from directory.publishing.checking import record_of
from directory.publishing.content import Content, is_new, with_areas
from directory.publishing.record import day_of
from directory.readiness.models import Answer, Certification
from directory.readiness.services import (
    StatedAnswer,
    StatedCertification,
    retract_answers,
    retract_certifications,
    state_answers,
    state_certifications,
)

AS_STATED = ("value", "as_of_on", "coverage", "window_days", "method", "source_url")


def apply(session: Session, provider: Provider, content: Content, *, actor: str, at: datetime) -> dict[str, str]:
    """Make a content what the live tables say; return the keys of new systems with the numbers they got.

    Appends no audit event: the caller knows what it was for.

    Raises:
        UnpublishableError: something in it can't be published.
        ConflictError: it speaks of a system that isn't the provider's.
        IntegrityError: somebody else took the domain meanwhile.

    """
    catalogue = in_force(session)
    record, domain = record_of(with_areas(session, content), catalogue, at.date())
    before = load_stated(session, [provider])
    change(provider, provider_columns(record, domain))
    provider.updated_at = at
    records = _systems(record)
    keys = [one["key"] for one in content["systems"]]
    systems = _write_systems(session, provider, dict(zip(keys, records, strict=True)))
    session.flush()
    _state_figures(session, list(zip(systems, records, strict=True)), before, actor=actor, at=at)
    current = _Own(provider, before, content)
    _state_answers(session, current, record, actor=actor, at=at)
    _state_certifications(session, current, record, actor=actor, at=at)
    return {key: str(system.id) for key, system in zip(keys, systems, strict=True) if is_new(key)}


def _systems(record: ProviderRecord) -> list[SystemRecord]:
    return record.systems if isinstance(record.systems, list) else []


def _write_systems(session: Session, provider: Provider, records: Mapping[str, SystemRecord]) -> list[System]:
    """Change systems by their keys and add the new ones; return all in order.

    Two systems may have swapped their names, which must never be equal on the way.
    """
    known = {str(system.id): system for system in provider.systems}
    names = {system.name: key for key, system in known.items()}
    for key, record in records.items():
        if key in known and names.get(record.name, key) != key:
            known[key].name = f"{key} is being renamed"
    session.flush()
    found = []
    for key, record in records.items():
        columns = system_columns(record)
        if key in known:
            change(known[key], columns)
            found.append(known[key])
        elif not is_new(key):
            raise ConflictError("A system that it speaks of isn’t there.")
        else:
            found.append(System(**columns))
            provider.systems.append(found[-1])
    return found


def _figures(record: SystemRecord) -> Iterator[tuple[str, FigureRecord | None]]:
    figures = record.figures if isinstance(record.figures, FiguresRecord) else FiguresRecord()
    for metric in Metric:
        given = getattr(figures, metric)
        yield metric.value, given if isinstance(given, FigureRecord) else None


def _state_figures(
    session: Session, systems: Sequence[tuple[System, SystemRecord]], before: Current, *, actor: str, at: datetime
) -> None:
    stated, gone = [], []
    for system, record in systems:
        current = before.figures.get(system.id, {})
        for metric, given in _figures(record):
            known = current.get(metric)
            if given is None:
                gone += [(system.id, metric)] if known is not None else []
                continue
            figure = _stated_figure(system.id, metric, given)
            if known is None or _differs(known, figure, AS_STATED):
                stated.append(figure)
    retract_figures(session, gone, at=at)
    state_figures(session, stated, actor=actor, at=at)


def _stated_figure(system_id: int, metric: str, given: FigureRecord) -> StatedFigure:
    return StatedFigure(
        system_id=system_id,
        metric=metric,
        value=given.value,
        as_of_on=given.as_of,
        coverage=given.coverage or None,
        window_days=given.window_days or None,
        method=given.method or "",
        source_url=given.source_url or None,
    )


@dataclass(frozen=True, slots=True)
class _Own:
    """What one provider states now, and the content that says what it is to state."""

    provider: Provider
    before: Current
    content: Content

    @property
    def answers(self) -> Mapping[str, Answer]:
        return self.before.answers.get(self.provider.id, {})

    @property
    def certifications(self) -> Mapping[str, Certification]:
        return self.before.certifications.get(self.provider.id, {})


def _state_answers(session: Session, own: _Own, record: ProviderRecord, *, actor: str, at: datetime) -> None:
    """State answers that differ; those to criteria that the checklist no longer has stay as they are."""
    criteria, provider_id = in_force(session).checklist.criteria, own.provider.id
    given = record.answers if isinstance(record.answers, dict) else {}
    said, news = set(), []
    for name, one in given.items():
        if one is not None:
            said.add(name)
            day = day_of(own.content["answers"][name])
            stated = StatedAnswer(
                provider_id, name, one.status, day or at.date(), one.note or "", one.evidence_url or None
            )
            if _is_news(own.answers.get(name), stated, ("status", "note", "evidence_url"), day):
                news.append(stated)
    gone = [(provider_id, name) for name in own.answers if name in criteria and name not in said]
    retract_answers(session, gone, at=at)
    state_answers(session, news, actor=actor, at=at)


def _state_certifications(session: Session, own: _Own, record: ProviderRecord, *, actor: str, at: datetime) -> None:
    given = record.certifications if isinstance(record.certifications, list) else []
    news = []
    for one, typed in zip(given, own.content["certifications"], strict=True):
        day = day_of(typed)
        stated = StatedCertification(
            own.provider.id, one.name, day or at.date(), one.valid_until or None, one.url or None
        )
        if _is_news(own.certifications.get(one.name), stated, ("valid_until", "url"), day):
            news.append(stated)
    said = {one.name for one in given}
    gone = [(own.provider.id, name) for name in own.certifications if name not in said]
    retract_certifications(session, gone, at=at)
    state_certifications(session, news, actor=actor, at=at)


def _is_news(
    known: Answer | Certification | None,
    stated: StatedAnswer | StatedCertification,
    fields: Sequence[str],
    day: date | None,
) -> bool:
    """Whether it says something else, or the same as of another day; without a day the same is nothing new."""
    return _differs(known, stated, (*fields, "as_of_on") if day else fields)


def _differs(known: Figure | Answer | Certification | None, stated: Any, fields: Sequence[str]) -> bool:  # noqa: ANN401 - a statement of the same kind
    return known is None or any(getattr(known, name) != getattr(stated, name) for name in fields)
