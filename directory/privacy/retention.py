"""How long what is personal is kept, and its removal afterwards. docs/privacy.md has the same numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from directory.accounts.models import AccountLink, LoginSession, User
from directory.accounts.services import note
from directory.assessments.models import Assessment
from directory.assessments.queries import KEPT
from directory.comparison.services import KEPT_DAYS, discard_frozen
from directory.core.outbox import Job
from directory.introductions.models import KEPT_DAYS as INTRODUCTION_DAYS
from directory.introductions.models import Introduction
from directory.providers.membership import Invitation
from directory.references.models import Reference, ReferenceState
from directory.references.services import remove_contact
from directory.review.models import Report
from directory.review.unproven import discard_idle
from directory.shortlists.models import BROWSER_DAYS, Shortlist

ACTOR = "retention"
BATCH = 500
UNANSWERED = (ReferenceState.ASKED, ReferenceState.CANCELLED, ReferenceState.DECLINED)


@dataclass(frozen=True, slots=True)
class Retention:
    """Something personal: how it is called in docs/privacy.md, how long it is kept, and what removes it.

    `remove(session, before, at)` removes some of what is older than `before`, and returns how much that was.
    """

    name: str
    days: int
    remove: Callable[[Session, datetime, datetime], int]

    def apply(self, session: Session, at: datetime) -> int:
        """Remove what is over time, at most some hundred at once; return how much that was."""
        return self.remove(session, at - timedelta(days=self.days), at)


def _unconfirmed(session: Session, before: datetime, at: datetime) -> int:
    query = select(User.id).where(User.confirmed_at.is_(None), User.erased_at.is_(None), User.created_at < before)
    numbers = list(session.scalars(query.limit(BATCH)))
    for number in numbers:
        note(session, "removed", number, actor=ACTOR, at=at)
    session.execute(delete(User).where(User.id.in_(numbers)))
    return len(numbers)


def _unanswered(session: Session, before: datetime, at: datetime) -> int:
    query = select(Reference).where(
        Reference.state.in_(UNANSWERED),
        Reference.asked_at < before,
        or_(Reference.referee_email.is_not(None), Reference.referee_name.is_not(None)),
    )
    found = session.scalars(query.order_by(Reference.id).limit(BATCH).with_for_update()).all()
    for reference in found:
        remove_contact(session, reference, at)
    return len(found)


def _deleting(model: type[LoginSession | AccountLink | Job], *conditions: ColumnElement[bool]) -> Callable[..., int]:
    def remove(session: Session, before: datetime, _at: datetime) -> int:
        ended = _ended(model, before)
        numbers = list(session.scalars(select(model.id).where(ended, *conditions).limit(BATCH)))
        session.execute(delete(model).where(model.id.in_(numbers)))
        return len(numbers)

    return remove


def _ended(model: type[LoginSession | AccountLink | Job], before: datetime) -> ColumnElement[bool]:
    if issubclass(model, Job):
        return Job.finished_at < before
    return or_(model.ended_at < before, model.ends_at < before)


def _failed(session: Session, before: datetime, _at: datetime) -> int:
    """Empty what failed jobs carry; that they failed stays to be seen."""
    over = (Job.state == "failed", Job.finished_at < before, Job.last_error.not_like("%(emptied)"))
    numbers = list(session.scalars(select(Job.id).where(*over).limit(BATCH)))
    emptied = update(Job).where(Job.id.in_(numbers)).values(payload={}, last_error=Job.last_error + " (emptied)")
    session.execute(emptied)
    return len(numbers)


def _invitations(session: Session, before: datetime, _at: datetime) -> int:
    over = or_(Invitation.accepted_at < before, Invitation.revoked_at < before, Invitation.expires_at < before)
    numbers = list(session.scalars(select(Invitation.id).where(over, Invitation.email.is_not(None)).limit(BATCH)))
    session.execute(update(Invitation).where(Invitation.id.in_(numbers)).values(email=None))
    return len(numbers)


def _assessments(session: Session, before: datetime, _at: datetime) -> int:
    numbers = list(session.scalars(select(Assessment.id).where(Assessment.updated_at <= before).limit(BATCH)))
    session.execute(delete(Assessment).where(Assessment.id.in_(numbers)))
    return len(numbers)


def _reporters(session: Session, before: datetime, _at: datetime) -> int:
    over = (Report.decided_on < before.date(), Report.contact.is_not(None))
    numbers = list(session.scalars(select(Report.id).where(*over).limit(BATCH)))
    session.execute(update(Report).where(Report.id.in_(numbers)).values(contact=None))
    return len(numbers)


def _unproven(session: Session, before: datetime, at: datetime) -> int:
    return discard_idle(session, before, most=BATCH, actor=ACTOR, at=at)


def _browsers_shortlists(session: Session, before: datetime, _at: datetime) -> int:
    over = (Shortlist.user_id.is_(None), Shortlist.touched_at < before)
    numbers = list(session.scalars(select(Shortlist.id).where(*over).limit(BATCH)))
    session.execute(delete(Shortlist).where(Shortlist.id.in_(numbers)))
    return len(numbers)


def _frozen(session: Session, before: datetime, _at: datetime) -> int:
    return discard_frozen(session, before, BATCH)


def _introductions(session: Session, before: datetime, _at: datetime) -> int:
    numbers = list(session.scalars(select(Introduction.id).where(Introduction.changed_at < before).limit(BATCH)))
    session.execute(delete(Introduction).where(Introduction.id.in_(numbers)))
    return len(numbers)


RETENTION = (
    Retention("accounts that were never confirmed", 7, _unconfirmed),
    Retention("entries that somebody began and nobody has proven", 90, _unproven),
    Retention("name, title and address of a referee who hasn't answered", 90, _unanswered),
    Retention("log-in sessions that have ended", 30, _deleting(LoginSession)),
    Retention("links that were mailed to an account", 30, _deleting(AccountLink)),
    Retention("mail and other jobs that are done", 30, _deleting(Job, Job.state == "done")),
    Retention("what a failed job carries", 30, _failed),
    Retention("addresses of invitations that have ended", 30, _invitations),
    Retention("a reporter's address after the decision", 90, _reporters),
    Retention("shortlists of browsers without an account, and their links", BROWSER_DAYS, _browsers_shortlists),
    Retention("assessments", KEPT.days, _assessments),
    Retention("introductions", INTRODUCTION_DAYS, _introductions),
    Retention("frozen comparisons", KEPT_DAYS, _frozen),
)
"""Everything that is removed by itself."""
