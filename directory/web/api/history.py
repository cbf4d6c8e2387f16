"""What of an entry is no longer in force: superseded by another statement, or expired."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from directory.catalogue.schema import EvidencePolicy
from directory.evidence.history import expired_on
from directory.rules.evaluator import Verdicts
from directory.web.api import provider_shapes as shapes
from directory.web.api.items import exact
from directory.web.api.readings import Reading

Past = TypeVar("Past", shapes.PastFigure, shapes.PastAnswer, shapes.PastCertification)


def history(verdicts: Verdicts, reading: Reading, policy: EvidencePolicy) -> shapes.History:
    """Return all of it, the last to end first."""
    return shapes.History(
        figures=_last_first([*_expired_figures(verdicts, policy), *_past_figures(reading)]),
        answers=_last_first([*_expired_answers(verdicts, policy), *_past_answers(reading)]),
        certifications=_last_first([*_expired_certifications(verdicts, policy), *_past_certifications(reading)]),
    )


def _last_first(past: Iterable[Past]) -> tuple[Past, ...]:
    return tuple(sorted(past, key=lambda one: (one.ended_on, one.as_of), reverse=True))


def _expired_figures(verdicts: Verdicts, policy: EvidencePolicy) -> Iterator[shapes.PastFigure]:
    for system in verdicts.systems:
        for metric, facts in system.facts.figures.items():
            if metric not in system.figures:
                ended_on = expired_on(facts, policy, verdicts.on)
                value = exact(facts.value)
                name = system.facts.name
                yield shapes.PastFigure(name, metric, value, facts.coverage, facts.as_of_on, "expired", ended_on)


def _past_figures(reading: Reading) -> Iterator[shapes.PastFigure]:
    for one in reading.figures:
        name = reading.systems[one.system_id].name
        value = exact(one.value)
        yield shapes.PastFigure(name, one.metric, value, one.coverage, one.as_of_on, "superseded", one.superseded_on)


def _expired_answers(verdicts: Verdicts, policy: EvidencePolicy) -> Iterator[shapes.PastAnswer]:
    for facts in verdicts.facts.answers:
        if facts.criterion not in verdicts.answers:
            ended_on = expired_on(facts, policy, verdicts.on)
            yield shapes.PastAnswer(facts.criterion, facts.status, facts.as_of_on, "expired", ended_on)


def _past_answers(reading: Reading) -> Iterator[shapes.PastAnswer]:
    for one in reading.answers:
        yield shapes.PastAnswer(one.criterion, one.status, one.as_of_on, "superseded", one.superseded_on)


def _expired_certifications(verdicts: Verdicts, policy: EvidencePolicy) -> Iterator[shapes.PastCertification]:
    for facts in verdicts.facts.certifications:
        if facts.name not in verdicts.certifications:
            ended_on = expired_on(facts, policy, verdicts.on)
            yield shapes.PastCertification(facts.name, facts.valid_until, facts.as_of_on, "expired", ended_on)


def _past_certifications(reading: Reading) -> Iterator[shapes.PastCertification]:
    for one in reading.certifications:
        yield shapes.PastCertification(one.name, one.valid_until, one.as_of_on, "superseded", one.superseded_on)
