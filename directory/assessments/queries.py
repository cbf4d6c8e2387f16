"""Finding an assessment by either of its keys."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.assessments.keys import KEY, reading_key
from directory.assessments.models import Assessment
from directory.assessments.needs import Needs
from directory.assessments.scoring import Said
from directory.catalogue.schema import Checklist
from directory.catalogue.services import stored_checklist
from directory.evidence.levels import Level

KEPT = timedelta(days=365)
"""How long an assessment is there after its last change: from then on it isn't found, and a job deletes it."""


@dataclass(frozen=True, slots=True)
class Held:
    """An assessment that a key opens. `may_change`: whether it is the key to work with, or only the one to show."""

    key: str
    may_change: bool
    assessment: Assessment
    checklist: Checklist

    @property
    def reading_key(self) -> str:
        """The key that only shows it."""
        return self.assessment.reading_key

    @property
    def answers(self) -> dict[str, Said]:
        """What was answered, by criterion, in the checklist's order."""
        given = self.assessment.answers
        return {one: Said(given[one]) for one in self.checklist.criteria if one in given}

    @property
    def needs(self) -> Needs:
        """What is needed."""
        one = self.assessment
        return Needs(one.requests_per_day, one.uptime_percent, one.response_minutes, one.region)

    @property
    def level(self) -> Level:
        """The level at which providers' answers and figures are to hold."""
        return Level(self.assessment.level)

    @property
    def ends_at(self) -> datetime:
        """When it is deleted if nobody changes it any more."""
        return self.assessment.updated_at + KEPT


def opened_by(key: str, at: datetime) -> Select[Assessment]:
    """Return the query for what a key opens at a moment."""
    keys = (key, reading_key(key)) if KEY.fullmatch(key) else ()
    return select(Assessment).where(Assessment.reading_key.in_(keys), Assessment.updated_at > at - KEPT)


def find(session: Session, key: str, at: datetime) -> Held | None:
    """Return the assessment that a key opens at a moment, or None."""
    found = session.scalars(opened_by(key, at)).one_or_none()
    return None if found is None else held(session, key, found)


def held(session: Session, key: str, assessment: Assessment) -> Held:
    """Return an assessment with its checklist and what the key allows."""
    may_change = assessment.reading_key == reading_key(key)
    return Held(key, may_change, assessment, stored_checklist(session, assessment.checklist_id))
