"""Starting an assessment, saving its parts so that two tabs never undo each other, taking it over, deleting it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from directory.assessments.keys import new_key, reading_key
from directory.assessments.models import Assessment
from directory.assessments.needs import Needs
from directory.assessments.queries import Held, held, opened_by
from directory.assessments.scoring import Answers, Said
from directory.catalogue.schema import Area
from directory.catalogue.services import checklist_in_force
from directory.core.errors import ConflictError, NotFoundError
from directory.evidence.levels import Level

GONE = "There is no such assessment, or it was deleted."


class ChangedMeanwhileError(ConflictError):
    """Another tab or person saved the same part; answers, needs and level are as they left them."""

    def __init__(self, found: Held) -> None:
        """Keep what is stored, so that both versions can be shown."""
        super().__init__("This was changed in another place meanwhile. Both versions are shown; nothing is lost.")
        self.answers, self.needs, self.level = found.answers, found.needs, found.level


def start(session: Session, *, answers: Answers, level: Level, needs: Needs, at: datetime) -> str:
    """Add an assessment on the checklist in force, and return the key to work with, which isn't kept."""
    key = new_key()
    one = Assessment(
        reading_key=reading_key(key),
        checklist_id=checklist_in_force(session),
        answers=_plain(answers),
        created_at=at,
        updated_at=at,
    )
    _require(one, needs, level)
    session.add(one)
    session.flush()
    return key


def _plain(answers: Answers) -> dict[str, str]:
    return {criterion: one.value for criterion, one in answers.items()}


def _require(one: Assessment, needs: Needs, level: Level) -> None:
    one.level = int(level)
    one.requests_per_day, one.uptime_percent = needs.requests_per_day, needs.uptime_percent
    one.response_minutes, one.region = needs.response_minutes, needs.region


def locked(session: Session, key: str, at: datetime) -> Held:
    """Return what the key to work with opens, held until the end of the transaction.

    Raises:
        NotFoundError: there is none, or the key is only the one to show.

    """
    query = opened_by(key, at).with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None or found.reading_key != reading_key(key):
        raise NotFoundError(GONE)
    return held(session, key, found)


def answers_in(found: Held, area: Area) -> dict[str, Said]:
    """Return the answers of one area."""
    answers = found.answers
    return {one.id: answers[one.id] for one in area.criteria if one.id in answers}


def mark_of_answers(answers: Answers) -> str:
    """Return what tells one state of an area's answers from another."""
    return _mark(_plain(answers))


def mark_of_needs(needs: Needs, level: Level) -> str:
    """Return what tells one state of the needs from another."""
    figures = {metric.value: f"{value.normalize():f}" for metric, value in needs.figures.items()}
    return _mark({**figures, "region": needs.region or "", "level": str(int(level))})


def _mark(value: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def save_answers(session: Session, key: str, area: Area, answers: Answers, *, base: str, at: datetime) -> str:
    """Keep the answers of one area, and return their mark; `base` is the mark of what the form showed.

    Sending the same twice is one save.

    Raises:
        ChangedMeanwhileError: they are neither what the form showed nor what is sent.
        NotFoundError: the assessment is gone.

    """
    found = locked(session, key, at)
    new = mark_of_answers(answers)
    if _is_to_keep(found, mark_of_answers(answers_in(found, area)), base, new):
        others = {name: one for name, one in found.assessment.answers.items() if name not in _names(area)}
        found.assessment.answers = others | _plain(answers)
        found.assessment.updated_at = at
    return new


def _names(area: Area) -> set[str]:
    return {one.id for one in area.criteria}


def save_needs(session: Session, key: str, needs: Needs, level: Level, *, base: str, at: datetime) -> str:
    """Keep what is needed, and return its mark; else as `save_answers`."""
    found = locked(session, key, at)
    new = mark_of_needs(needs, level)
    if _is_to_keep(found, mark_of_needs(found.needs, found.level), base, new):
        _require(found.assessment, needs, level)
        found.assessment.updated_at = at
    return new


def _is_to_keep(found: Held, there: str, base: str, new: str) -> bool:
    """Whether what is sent is new; raises where it was written over something that its sender never saw."""
    if there not in (base, new):
        raise ChangedMeanwhileError(found)
    return there != new


def take_over(session: Session, key: str, *, at: datetime) -> None:
    """Hold the assessment against the checklist in force.

    Answers to criteria that it doesn't have are kept, in case that an earlier version comes back.
    """
    found = locked(session, key, at)
    found.assessment.checklist_id = checklist_in_force(session)
    found.assessment.updated_at = at


def delete(session: Session, key: str, *, at: datetime) -> None:
    """Delete the assessment at once."""
    session.delete(locked(session, key, at).assessment)
