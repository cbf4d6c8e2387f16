"""What a vendor handed in: word by word against what is public, and what stands in its way."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core import clock
from directory.providers.models import Provider
from directory.publishing.checking import Problem
from directory.publishing.content import with_areas
from directory.publishing.diff import Differ, Part
from directory.publishing.models import Submission, SubmissionState
from directory.publishing.services import decide_submission
from directory.publishing.submitting import barriers, find_submission, item_of
from directory.review.decisions import Ruling
from directory.web.admin.forms import DecisionForm
from directory.web.admin.items import Choice, Shown
from directory.web.session import catalogue

CHOICES = (
    Choice(SubmissionState.APPROVED, "Approve it", "It is public at once, exactly as shown here."),
    Choice(SubmissionState.CHANGES_ASKED, "Ask for changes", "The draft stays; the reason says what to change."),
    Choice(SubmissionState.REJECTED, "Reject it", "What is public stays as it is."),
)


@dataclass(frozen=True, slots=True)
class SubmissionBody:
    """A submission, its changes part by part, and what stands in the way of publishing it."""

    submission: Submission
    parts: tuple[Part, ...]
    problems: list[Problem]
    is_first: bool


def _parts(submission: Submission, *, is_first: bool) -> tuple[Part, ...]:
    differ = Differ(catalogue())
    if is_first:
        return differ.of_a_new_entry(submission.content)
    return differ.parts(submission.before, submission.content)


def _problems(session: Session, provider: Provider, submission: Submission) -> list[Problem]:
    return barriers(session, provider, with_areas(session, submission.content), clock.now())


def read(session: Session, number: int) -> Shown:
    """Return a submission as it stands."""
    submission = find_submission(session, number)
    provider = session.scalars(select(Provider).where(Provider.id == submission.provider_id)).one()
    is_waiting = submission.state == SubmissionState.WAITING
    is_first = provider.published_at is None
    body = SubmissionBody(
        submission=submission,
        parts=_parts(submission, is_first=is_first),
        problems=_problems(session, provider, submission) if is_waiting else [],
        is_first=is_first,
    )
    return Shown(
        item=item_of(submission),
        state=submission.state,
        is_waiting=is_waiting,
        since=submission.submitted_at,
        choices=CHOICES,
        body=body,
    )


def decide(session: Session, number: int, ruling: Ruling, _form: DecisionForm) -> None:
    """Decide on it."""
    decide_submission(session, number, ruling)
