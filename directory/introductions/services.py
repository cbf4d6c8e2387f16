"""Verbs of introductions: ask, answer or decline, show one's contact and hide it again, leave.

Nothing of this is written to the audit log, which is public: who talks to whom is theirs.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.core.errors import ConflictError, DomainError, InvalidInputError, NotFoundError
from directory.core.outbox import Job, post
from directory.introductions.letters import key_of, on_contact, to_buyer, to_members
from directory.introductions.models import LEAST, MOST, Introduction, IntroductionRecipient, State
from directory.introductions.queries import Candidate, asked_since, introduction_of, is_waiting
from directory.providers.members import post_to_members
from directory.providers.membership import ReachKind
from directory.providers.models import Provider
from directory.providers.proof import check_member
from directory.providers.reach import add_counts

MOST_AT_ONCE = 6
"""How many providers one message goes to."""

MOST_A_DAY = 10
"""How many providers an account asks within a day."""

MOST_A_MONTH = 3
"""How often an account asks one provider within 30 days."""

GONE = "You have no such introduction."


class TooManyError(DomainError):
    """Enough was asked for now."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a buyer asks whom; `once` names the form that it comes from."""

    user_id: int
    message: str
    once: str
    chosen: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a member of a provider says to an introduction; without text they decline."""

    provider_id: int
    number: int
    user_id: int
    text: str

    @property
    def state(self) -> State:
        """What becomes of the introduction by it."""
        return State.ANSWERED if self.text else State.DECLINED


def ask(session: Session, asking: Asking, *, at: datetime) -> int:
    """Send a message to the chosen providers, and return its number; the same form again changes nothing.

    Raises:
        InvalidInputError: the message is too short or too long, or nobody, or too many, are chosen.
        ConflictError: one of them can't be asked.
        TooManyError: the account has asked enough for now.

    """
    session.execute(select(User.id).where(User.id == asking.user_id).with_for_update()).one()
    mine = (Introduction.user_id == asking.user_id, Introduction.once == asking.once)
    before = session.scalar(select(Introduction.id).where(*mine))
    if before is not None:
        return before
    providers = _chosen(asking)
    _check_limits(session, asking.user_id, providers, at)
    introduction = Introduction(
        user_id=asking.user_id, once=asking.once, message=asking.message, asked_at=at, changed_at=at
    )
    session.add(introduction)
    session.flush()
    for one, provider in zip(asking.chosen, providers, strict=True):
        _send(session, introduction, one, provider, at)
    month = at.date().replace(day=1)
    add_counts(session, {(provider.id, month, ReachKind.INTRODUCTION): 1 for provider in providers})
    return introduction.id


def _chosen(asking: Asking) -> tuple[Provider, ...]:
    if not LEAST <= len(asking.message) <= MOST:
        raise InvalidInputError("message", f"{LEAST} to {MOST:,} characters, please")
    if not 1 <= len(asking.chosen) <= MOST_AT_ONCE:
        raise InvalidInputError("provider", f"choose one to {MOST_AT_ONCE} providers")
    refused = next((one for one in asking.chosen if one.provider is None), None)
    if refused is not None:
        raise ConflictError(f"{refused.name}: {refused.reason}")
    return tuple(one.provider for one in asking.chosen if one.provider is not None)


def _check_limits(session: Session, user_id: int, providers: tuple[Provider, ...], at: datetime) -> None:
    today = len(asked_since(session, user_id, at - timedelta(days=1)))
    if today + len(providers) > MOST_A_DAY:
        raise TooManyError(
            f"{MOST_A_DAY} providers a day can be asked, and you have asked {today} since this time yesterday. "
            "What you typed is still here: choose fewer, or send it tomorrow."
        )
    lately = Counter(asked_since(session, user_id, at - timedelta(days=30)))
    often = [provider.name for provider in providers if lately[provider.id] >= MOST_A_MONTH]
    if often:
        raise TooManyError(
            f"You have asked {', '.join(often)} {MOST_A_MONTH} times within 30 days, which is as often as one account "
            "may. What you typed is still here: leave them out, or send it later."
        )


def _send(session: Session, introduction: Introduction, one: Candidate, provider: Provider, at: datetime) -> None:
    recipient = IntroductionRecipient(
        introduction_id=introduction.id, provider_id=provider.id, questions=[metric.value for metric in one.metrics]
    )
    session.add(recipient)
    session.flush()
    post_to_members(session, provider.id, to_members(recipient, provider, introduction.message), at=at)


def answer(session: Session, reply: Reply, *, at: datetime) -> None:
    """Take a provider's answer, or that it declines: once. The same person's same words again change nothing.

    Raises:
        NotFoundError: there is no such introduction of this provider, or whoever writes isn't a member any more.
        InvalidInputError: the answer is too long.
        ConflictError: a colleague has answered meanwhile, or the buyer has left.

    """
    if len(reply.text) > MOST:
        raise InvalidInputError("answer", f"that is too long: {MOST:,} characters at most")
    provider = session.get_one(Provider, reply.provider_id)
    check_member(session, provider, reply.user_id)
    own = (IntroductionRecipient.id == reply.number, IntroductionRecipient.provider_id == reply.provider_id)
    recipient = session.scalar(select(IntroductionRecipient).where(*own).with_for_update())
    if recipient is None:
        raise NotFoundError("You have no such introduction.")
    if (recipient.state, recipient.answer, recipient.answered_by) == (reply.state, reply.text, reply.user_id):
        return
    if not is_waiting(recipient):
        raise ConflictError("A colleague has answered meanwhile. Their answer stands below.")
    if _has_left(session, recipient):
        raise ConflictError("The buyer has withdrawn it meanwhile, so nobody would read an answer.")
    recipient.state, recipient.answer = reply.state, reply.text
    recipient.answered_at, recipient.answered_by = at, reply.user_id
    _touch(session, recipient.introduction_id, at)
    _tell_buyer(session, recipient, provider, at)


def _has_left(session: Session, recipient: IntroductionRecipient) -> bool:
    """Whether the buyer has erased the account; who is there now stays until this transaction ends."""
    query = select(Introduction.user_id).where(Introduction.id == recipient.introduction_id)
    return session.scalar(query.with_for_update()) is None


def _touch(session: Session, number: int, at: datetime) -> None:
    session.execute(update(Introduction).where(Introduction.id == number).values(changed_at=at))
    session.flush()


def _tell_buyer(session: Session, recipient: IntroductionRecipient, provider: Provider, at: datetime) -> None:
    query = select(User.email).join(Introduction, Introduction.user_id == User.id)
    email = session.scalar(query.where(Introduction.id == recipient.introduction_id, User.active))
    if email is None:
        return
    post(session, to_buyer(recipient, provider, email), at=at)


def show_contact(
    session: Session, user_id: int, number: int, recipient_id: int, *, is_shown: bool, at: datetime
) -> None:
    """Show a provider that was asked the buyer's name and address, or hide them again.

    Raises:
        NotFoundError: the buyer has asked no such provider.

    """
    found = introduction_of(session, user_id, number)
    sent = next((one for one in found[1] if one[0].id == recipient_id), None) if found else None
    if sent is None:
        raise NotFoundError(GONE)
    recipient, provider = sent
    if is_shown == (recipient.contact_shown_at is not None):
        return
    recipient.contact_shown_at = at if is_shown else None
    _touch(session, number, at)
    if is_shown:
        post_to_members(session, provider.id, on_contact(recipient, provider), at=at)


def leave(session: Session, user_id: int) -> None:
    """Empty what somebody has asked, and take back what waits to be sent of it: their words go with them."""
    mine = select(Introduction.id).where(Introduction.user_id == user_id)
    numbers = list(
        session.scalars(select(IntroductionRecipient.id).where(IntroductionRecipient.introduction_id.in_(mine)))
    )
    for number in numbers:
        letters = (Job.kind == "letter", Job.key.startswith(key_of(number), autoescape=True))
        session.execute(delete(Job).where(*letters, Job.state.in_(("waiting", "failed"))))
    hidden = update(IntroductionRecipient).where(IntroductionRecipient.id.in_(numbers))
    session.execute(hidden.values(contact_shown_at=None))
    session.execute(update(Introduction).where(Introduction.user_id == user_id).values(user_id=None, message=""))
