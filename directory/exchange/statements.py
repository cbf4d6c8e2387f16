"""Which figures, answers and certifications of a record are new, and stating those of a whole batch at once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from msgspec import UNSET, UnsetType
from sqlalchemy.orm import Session

from directory.evidence.metrics import Metric
from directory.evidence.models import Figure
from directory.evidence.services import StatedFigure, retract_figures, state_figures
from directory.exchange.current import Current
from directory.exchange.format import AnswerRecord, CertificationRecord, FigureRecord, ProviderRecord, SystemRecord
from directory.exchange.merging import retrieved_on
from directory.exchange.problems import Problem
from directory.providers.models import Provider, System
from directory.readiness.models import Answer, Certification
from directory.readiness.services import (
    StatedAnswer,
    StatedCertification,
    retract_answers,
    retract_certifications,
    state_answers,
    state_certifications,
)

T = TypeVar("T")


@dataclass(slots=True)
class Statements:
    """What a batch states and takes back. Owners are rows, because new ones have no id before they are written."""

    today: date
    current: Current
    figures: list[tuple[System, str, FigureRecord]] = field(default_factory=list)
    answers: list[tuple[Provider, str, AnswerRecord, date]] = field(default_factory=list)
    certifications: list[tuple[Provider, CertificationRecord, date]] = field(default_factory=list)
    gone_figures: list[tuple[int, str]] = field(default_factory=list)
    gone_answers: list[tuple[int, str]] = field(default_factory=list)
    gone_certifications: list[tuple[int, str]] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many statements there are, those taken back included."""
        stated = len(self.figures) + len(self.answers) + len(self.certifications)
        return stated + len(self.gone_figures) + len(self.gone_answers) + len(self.gone_certifications)

    def collect(self, provider: Provider, record: ProviderRecord) -> list[Problem]:
        """Note what is new of a provider; its systems are all there. Return what is left alone, and why."""
        notes: list[Problem] = []
        if isinstance(record.systems, list):
            systems = {system.name: system for system in provider.systems}
            for at, system_record in enumerate(record.systems):
                self._figures(systems[system_record.name], system_record, f"systems[{at}].figures", notes)
        self._answers(provider, record, notes)
        self._certifications(provider, record, notes)
        return notes

    def write(self, session: Session, *, actor: str, at: datetime) -> None:
        """State everything; every owner has its id by now."""
        retract_figures(session, self.gone_figures, at=at)
        retract_answers(session, self.gone_answers, at=at)
        retract_certifications(session, self.gone_certifications, at=at)
        figures = [_stated_figure(system.id, metric, record) for system, metric, record in self.figures]
        state_figures(session, figures, actor=actor, at=at)
        answers = [
            StatedAnswer(
                provider.id, criterion, record.status, on, _or(record.note, ""), _or(record.evidence_url, None)
            )
            for provider, criterion, record, on in self.answers
        ]
        state_answers(session, answers, actor=actor, at=at)
        certifications = [
            StatedCertification(provider.id, record.name, on, _or(record.valid_until, None), _or(record.url, None))
            for provider, record, on in self.certifications
        ]
        state_certifications(session, certifications, actor=actor, at=at)

    def _figures(self, system: System, record: SystemRecord, path: str, notes: list[Problem]) -> None:
        if record.figures is UNSET:
            return
        current = self.current.figures.get(system.id, {})
        for metric in Metric:
            given = None if record.figures is None else getattr(record.figures, metric)
            known = current.get(metric)
            if given is None and known is not None:
                self.gone_figures.append((system.id, metric))
            elif isinstance(given, FigureRecord) and not _is_same_figure(known, given):
                if known is not None and given.as_of < known.as_of_on:
                    notes.append(Problem(f"{path}.{metric}", f"is older than what is there ({known.as_of_on})"))
                else:
                    self.figures.append((system, metric, given))

    def _answers(self, provider: Provider, record: ProviderRecord, notes: list[Problem]) -> None:
        if record.answers is UNSET:
            return
        current = self.current.answers.get(provider.id, {})
        given: dict[str, AnswerRecord | None] = (
            dict.fromkeys(current) if record.answers is None else dict(record.answers)
        )
        retrieved = retrieved_on(record)
        for criterion, answer in given.items():
            known = current.get(criterion)
            if answer is None:
                if known is not None:
                    self.gone_answers.append((provider.id, criterion))
                continue
            full = _filled_answer(answer, known)
            if self._is_news(_is_same_answer(known, full), known, retrieved, f"answers.{criterion}", notes):
                self.answers.append((provider, criterion, full, retrieved or self.today))

    def _certifications(self, provider: Provider, record: ProviderRecord, notes: list[Problem]) -> None:
        if record.certifications is UNSET:
            return
        current = self.current.certifications.get(provider.id, {})
        given = {one.name: one for one in record.certifications or ()}
        retrieved = retrieved_on(record)
        self.gone_certifications += [(provider.id, name) for name in current if name not in given]
        for name, certification in given.items():
            known = current.get(name)
            full = _filled_certification(certification, known)
            if self._is_news(_is_same_certification(known, full), known, retrieved, f"certifications.{name}", notes):
                self.certifications.append((provider, full, retrieved or self.today))

    @staticmethod
    def _is_news(
        is_same: bool,  # noqa: FBT001 - what the caller found out
        known: Answer | Certification | None,
        retrieved: date | None,
        path: str,
        notes: list[Problem],
    ) -> bool:
        """Whether to state it: the same again only if it was found later, another only if not earlier."""
        if known is None or retrieved is None:
            return not is_same
        if is_same:
            return retrieved > known.as_of_on
        if retrieved < known.as_of_on:
            notes.append(Problem(path, f"is older than what is there ({known.as_of_on})"))
            return False
        return True


def _or(value: T | UnsetType | None, otherwise: T) -> T:
    return otherwise if value is None or isinstance(value, UnsetType) else value


def _is_same_figure(known: Figure | None, given: FigureRecord) -> bool:
    if known is None:
        return False
    return (known.value, known.as_of_on, known.coverage) == (given.value, given.as_of, _or(given.coverage, None))


def _stated_figure(system_id: int, metric: str, record: FigureRecord) -> StatedFigure:
    return StatedFigure(
        system_id=system_id,
        metric=metric,
        value=record.value,
        as_of_on=record.as_of,
        coverage=_or(record.coverage, None),
        window_days=_or(record.window_days, None),
        method=_or(record.method, ""),
        source_url=_or(record.source_url, None),
    )


def _filled_answer(answer: AnswerRecord, known: Answer | None) -> AnswerRecord:
    """Return the answer with what it doesn't speak of taken from the one that is there."""
    note, url = answer.note, answer.evidence_url
    if known is not None:
        note = known.note if note is UNSET else note
        url = known.evidence_url if url is UNSET else url
    return AnswerRecord(answer.status, _or(note, ""), _or(url, None))


def _is_same_answer(known: Answer | None, full: AnswerRecord) -> bool:
    return known is not None and (known.status, known.note, known.evidence_url) == (
        full.status,
        full.note,
        full.evidence_url,
    )


def _filled_certification(given: CertificationRecord, known: Certification | None) -> CertificationRecord:
    until, url = given.valid_until, given.url
    if known is not None:
        until = known.valid_until if until is UNSET else until
        url = known.url if url is UNSET else url
    return CertificationRecord(given.name, _or(until, None), _or(url, None))


def _is_same_certification(known: Certification | None, full: CertificationRecord) -> bool:
    return known is not None and (known.valid_until, known.url) == (full.valid_until, full.url)
