"""Handing a draft in for review, taking it back, and deciding on it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from directory.audit.services import Event, append
from directory.catalogue.services import in_force
from directory.core.errors import ConflictError, InvalidInputError, NotFoundError
from directory.providers.membership import Draft
from directory.providers.models import Provider
from directory.providers.proof import check_member, check_proven
from directory.publishing import identity
from directory.publishing.applying import apply
from directory.publishing.checking import Problem, UnpublishableError, problems
from directory.publishing.content import Content, essence, published, to_store, with_days
from directory.publishing.drafts import keep, load, lock
from directory.publishing.models import Submission, SubmissionState
from directory.review.decisions import MADE_MEANWHILE, Item, ItemKind, Ruling, check_ruling, record

OUTCOMES = (SubmissionState.APPROVED, SubmissionState.REJECTED, SubmissionState.CHANGES_ASKED)
ONE_WAITS = "One submission is waiting already. Withdraw it first; a draft that was changed since needs a new one."
NOTHING_NEW = "Nothing has changed: the draft says what is public."
DRAFT_MOVED = "The draft was changed meanwhile. Look at what would be handed in now."
TAKEN = "It can’t be published as it stands any more: "


def barriers(session: Session, provider: Provider, content: Content, at: datetime) -> list[Problem]:
    """Return everything that keeps a content from being handed in, each with its section and field."""
    found = problems(content, in_force(session), at.date())
    return [*found, *identity.identity_problems(session, provider, content, at.date())]


def is_news(provider: Provider, before: Content, content: Content) -> bool:
    """Whether handing a content in would change anything; a first publication does."""
    return provider.published_at is None or essence(to_store(before)) != essence(to_store(content))


def waiting(session: Session, provider_id: int) -> Submission | None:
    """Return the provider's submission that waits."""
    query = select(Submission).where(Submission.provider_id == provider_id, Submission.state == SubmissionState.WAITING)
    return session.scalar(query.execution_options(populate_existing=True))


def submit(
    session: Session, provider_id: int, *, revision: int, person_id: int, actor: str, at: datetime
) -> Submission:
    """Hand the draft in as it was seen at `revision`: by value, so that later edits don't change it.

    Raises:
        InvalidInputError: nothing has changed.
        UnpublishableError: something in it can't be published; it has every problem.
        ConflictError: one waits already, or the draft was changed meanwhile.
        UnprovenError: nobody has shown yet that the firm is theirs.
        NotFoundError: the entry isn't theirs any more.

    """
    provider = lock(session, provider_id)
    check_member(session, provider, person_id)
    check_proven(provider)
    draft = load(session, provider)
    if waiting(session, provider_id) is not None:
        raise ConflictError(ONE_WAITS)
    if draft.revision != revision:
        raise ConflictError(DRAFT_MOVED)
    before = published(session, provider)
    if not is_news(provider, before, draft.content):
        raise InvalidInputError("draft", NOTHING_NEW)
    in_the_way = barriers(session, provider, draft.content, at)
    if in_the_way:
        raise UnpublishableError(in_the_way)
    submission = Submission(
        provider_id=provider_id,
        content=to_store(draft.content),
        before=to_store(before),
        is_identity=provider.published_at is not None and bool(identity.changes(provider, draft.content)),
        state=SubmissionState.WAITING,
        submitted_by=person_id,
        submitted_at=at,
    )
    session.add(submission)
    _flush(session, ONE_WAITS)
    append(session, Event("submission.sent", provider.subject), actor=actor, at=at)
    return submission


def withdraw(session: Session, provider_id: int, *, number: int, actor: str, at: datetime) -> None:
    """Take a submission back before it was decided; the draft stays as it is.

    Raises:
        ConflictError: it doesn't wait any more.

    """
    provider = lock(session, provider_id)
    submission = waiting(session, provider_id)
    if submission is None or submission.id != number:
        raise ConflictError(MADE_MEANWHILE)
    submission.state, submission.decided_at = SubmissionState.WITHDRAWN, at
    _flush(session, MADE_MEANWHILE)
    append(session, Event("submission.withdrawn", provider.subject), actor=actor, at=at)


def has_moved(submission: Submission, content: Content) -> bool:
    """Whether a draft was changed since it was handed in."""
    return bool(essence(to_store(content)) != essence(with_days(submission.content, content)))


def item_of(submission: Submission) -> Item:
    """Return a submission as decisions speak of it."""
    return Item(
        ItemKind.SUBMISSION, submission.id, submission.revision, submission.provider_id, "what you handed in for review"
    )


def find_submission(session: Session, submission_id: int) -> Submission:
    """Return a submission.

    Raises:
        NotFoundError: there is none of this number.

    """
    submission = session.get(Submission, submission_id)
    if submission is None:
        raise NotFoundError("There is no such submission.")
    return submission


def decide_submission(session: Session, submission_id: int, ruling: Ruling) -> None:
    """Approve, reject, or ask for changes; approved, it is public at the end of the transaction.

    A rejected one, or one that changes are asked of, leaves the draft and what is public as they were.

    Raises:
        NotFoundError: there is no such submission.
        InvalidInputError: the outcome isn't one, or there is no reason.
        ForbiddenError: the admin is a member of the provider.
        ConflictError: it was decided or withdrawn meanwhile, or can't be published any more.

    """
    submission = find_submission(session, submission_id)
    provider = lock(session, submission.provider_id)
    session.refresh(submission)
    if ruling.outcome not in OUTCOMES:
        raise InvalidInputError("outcome", "choose approved, rejected or changes asked")
    item = item_of(submission)
    check_ruling(session, item, ruling, is_waiting=submission.state == SubmissionState.WAITING)
    submission.state, submission.decided_at = SubmissionState(ruling.outcome), ruling.at
    submission.reason = ruling.reason
    if ruling.outcome == SubmissionState.APPROVED:
        _publish(session, provider, submission, at=ruling.at)
    _flush(session, MADE_MEANWHILE)
    record(session, item, ruling)


def _publish(session: Session, provider: Provider, submission: Submission, *, at: datetime) -> None:
    refusal = identity.website_refusal(session, provider, identity.website_of(submission.content))
    if refusal:
        raise ConflictError(f"{TAKEN}{refusal}")
    by = submission.submitted_by
    try:
        keys = apply(session, provider, submission.content, actor=f"vendor:{by}" if by else "vendor", at=at)
    except UnpublishableError as error:
        told = " ".join(f"{one.section}, {one.path}: {one.message}" for one in error.problems)
        raise ConflictError(f"{TAKEN}{told}") from error
    except (IntegrityError, StaleDataError) as error:
        raise ConflictError(f"{TAKEN}another entry took its website or address meanwhile.") from error
    if provider.published_at is None:
        provider.published_at = at
    _settle(session, provider, submission.content, keys, at=at)


def _settle(session: Session, provider: Provider, content: Content, keys: dict[str, str], *, at: datetime) -> None:
    """Let the draft go on from what is public now: new systems have numbers, and can't be removed any more.

    A draft that wasn't changed since it was handed in has done its work.
    """
    draft = session.scalar(select(Draft).where(Draft.provider_id == provider.id))
    if draft is None:
        return
    if essence(with_days(draft.content, content)) == essence(content):
        session.delete(draft)
        return
    systems = [{**one, "key": keys.get(one["key"], one["key"])} for one in draft.content["systems"]]
    known = {one["key"] for one in systems}
    systems += [one for one in published(session, provider)["systems"] if one["key"] not in known]
    keep(session, provider, {**draft.content, "systems": systems}, person_id=draft.updated_by, at=at)


def _flush(session: Session, message: str) -> None:
    try:
        session.flush()
    except (IntegrityError, StaleDataError) as error:
        raise ConflictError(message) from error
