"""Stating answers and certifications: never changed, only superseded by another."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from directory.readiness.models import Answer, Certification


@dataclass(frozen=True, slots=True)
class StatedAnswer:
    """What a provider says to a criterion, on which day."""

    provider_id: int
    criterion: str
    status: str
    as_of_on: date
    note: str = ""
    evidence_url: str | None = None


@dataclass(frozen=True, slots=True)
class StatedCertification:
    """A certification that a provider states, by its taxonomy id."""

    provider_id: int
    name: str
    as_of_on: date
    valid_until: date | None = None
    url: str | None = None


def state_answers(session: Session, answers: Sequence[StatedAnswer], *, actor: str, at: datetime) -> None:
    """Add answers, each superseding the current one to its criterion."""
    retract_answers(session, ((answer.provider_id, answer.criterion) for answer in answers), at=at)
    if answers:
        session.execute(insert(Answer), [asdict(answer) | {"stated_by": actor, "stated_at": at} for answer in answers])


def retract_answers(session: Session, answers: Iterable[tuple[int, str]], *, at: datetime) -> None:
    """Leave these (provider id, criterion) unanswered; what was answered stays in the history."""
    rows = [{"owner": provider_id, "key": criterion} for provider_id, criterion in answers]
    if rows:
        current = (
            Answer.provider_id == bindparam("owner"),
            Answer.criterion == bindparam("key"),
            Answer.superseded_at.is_(None),
        )
        session.connection().execute(update(Answer).where(*current).values(superseded_at=at), rows)


def state_certifications(
    session: Session, certifications: Sequence[StatedCertification], *, actor: str, at: datetime
) -> None:
    """Add certifications, each superseding the current one of its name."""
    retract_certifications(session, ((stated.provider_id, stated.name) for stated in certifications), at=at)
    if certifications:
        rows = [asdict(stated) | {"stated_by": actor, "stated_at": at} for stated in certifications]
        session.execute(insert(Certification), rows)


def retract_certifications(session: Session, certifications: Iterable[tuple[int, str]], *, at: datetime) -> None:
    """Take these (provider id, name) back; they stay in the history."""
    rows = [{"owner": provider_id, "key": name} for provider_id, name in certifications]
    if rows:
        current = (
            Certification.provider_id == bindparam("owner"),
            Certification.name == bindparam("key"),
            Certification.superseded_at.is_(None),
        )
        session.connection().execute(update(Certification).where(*current).values(superseded_at=at), rows)
