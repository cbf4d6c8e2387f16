"""Reading introductions: a buyer's own, a provider's own, and who can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.accounts.queries import can_log_in
from directory.catalogue.services import Catalogue
from directory.evidence.metrics import Metric
from directory.introductions.models import Introduction, IntroductionRecipient, State
from directory.introductions.questions import open_metrics
from directory.providers.members import membership_of
from directory.providers.membership import Membership
from directory.providers.models import Provider
from directory.rules.queries import load_verdicts

UNKNOWN = "There is no entry of this name."
TAKEN_OUT = "The entry isn’t public any more."
UNCLAIMED = "Nobody from the firm has claimed the entry yet, so there is nobody to ask."
NOBODY = "Nobody edits the entry at present, so there is nobody to ask."
ONES_OWN = "You edit this entry yourself."

WITHDRAWN = "withdrawn"
"""What a provider reads of an introduction that waited when the buyer left."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider that somebody wants to ask: why that can't be, or the metrics that it would be asked about."""

    slug: str
    name: str
    provider: Provider | None
    reason: str
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class Received:
    """What a provider was asked; `name` and `email` are empty unless the buyer shows them."""

    recipient: IntroductionRecipient
    introduction: Introduction
    name: str
    email: str

    @property
    def has_left(self) -> bool:
        """Whether the buyer has erased the account since."""
        return self.introduction.user_id is None

    @property
    def is_open(self) -> bool:
        """Whether it can still be answered."""
        return is_waiting(self.recipient) and not self.has_left

    @property
    def standing(self) -> str:
        """What has become of it, in a word: nobody waits for an answer after the buyer has left."""
        return WITHDRAWN if is_waiting(self.recipient) and self.has_left else self.recipient.state


Sent = tuple[IntroductionRecipient, Provider]


def candidates(
    session: Session, slugs: Sequence[str], user_id: int, catalogue: Catalogue, on: date
) -> tuple[Candidate, ...]:
    """Return each provider that somebody wants to ask, in the order given."""
    query = select(Provider).where(Provider.slug.in_(slugs), Provider.published_at.is_not(None))
    found = {one.slug: one for one in session.scalars(query)}
    reasons = {slug: _reason(session, found.get(slug), user_id) for slug in slugs}
    ids = [one.id for slug, one in found.items() if not reasons[slug]]
    verdicts = load_verdicts(session, ids, catalogue, on) if ids else {}
    return tuple(
        Candidate(
            slug=slug,
            name=provider.name if provider and provider.is_public else slug,
            provider=None if reasons[slug] else provider,
            reason=reasons[slug],
            metrics=open_metrics(verdicts[provider.id]) if provider and provider.id in verdicts else (),
        )
        for slug in slugs
        for provider in (found.get(slug),)
    )


def _reason(session: Session, provider: Provider | None, user_id: int) -> str:
    if provider is None:
        return UNKNOWN
    if not provider.is_public:
        return TAKEN_OUT
    if provider.claimed_at is None:
        return UNCLAIMED
    if membership_of(session, provider.id, user_id) is not None:
        return ONES_OWN
    editors = select(User.id).join(Membership, Membership.user_id == User.id)
    anybody = session.scalar(editors.where(Membership.provider_id == provider.id, can_log_in()).limit(1))
    return "" if anybody else NOBODY


def introductions_of(session: Session, user_id: int) -> tuple[tuple[Introduction, tuple[Sent, ...]], ...]:
    """Return what somebody has asked, newest first, each with the providers that were asked."""
    query = select(Introduction).where(Introduction.user_id == user_id)
    found = session.scalars(query.order_by(Introduction.asked_at.desc(), Introduction.id.desc())).all()
    sent = _sent(session, [one.id for one in found])
    return tuple((one, tuple(sent[one.id])) for one in found)


def introduction_of(session: Session, user_id: int, number: int) -> tuple[Introduction, tuple[Sent, ...]] | None:
    """Return one of somebody's own; nobody else's is there for them."""
    query = select(Introduction).where(Introduction.id == number, Introduction.user_id == user_id)
    found = session.scalar(query)
    return (found, tuple(_sent(session, [number])[number])) if found else None


def _sent(session: Session, numbers: list[int]) -> dict[int, list[Sent]]:
    query = select(IntroductionRecipient, Provider).join(Provider, Provider.id == IntroductionRecipient.provider_id)
    among = IntroductionRecipient.introduction_id.in_(numbers)
    sent: dict[int, list[Sent]] = {number: [] for number in numbers}
    for recipient, provider in session.execute(query.where(among).order_by(IntroductionRecipient.id)):
        sent[recipient.introduction_id].append((recipient, provider))
    return sent


def received_by(session: Session, provider_id: int, number: int | None = None) -> tuple[Received, ...]:
    """Return what a provider was asked, newest first, or the one of a number; nobody else's is there for it."""
    recipient = IntroductionRecipient
    query = (
        select(recipient, Introduction, User.name, User.email)
        .join(Introduction, Introduction.id == recipient.introduction_id)
        .outerjoin(User, (User.id == Introduction.user_id) & recipient.contact_shown_at.is_not(None))
        .where(recipient.provider_id == provider_id)
        .order_by(Introduction.asked_at.desc(), recipient.id.desc())
    )
    rows = session.execute(query if number is None else query.where(recipient.id == number))
    return tuple(Received(one, introduction, name or "", email or "") for one, introduction, name, email in rows)


def asked_since(session: Session, user_id: int, since: datetime) -> list[int]:
    """Return the id of each provider that somebody has asked since a moment, once for each time."""
    query = select(IntroductionRecipient.provider_id).join(Introduction)
    return list(session.scalars(query.where(Introduction.user_id == user_id, Introduction.asked_at > since)))


def is_waiting(recipient: IntroductionRecipient) -> bool:
    """Whether a provider can still answer."""
    return recipient.state == State.WAITING
