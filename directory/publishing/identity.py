"""Who an entry is: name and website, what may change of them, and how often."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.core.errors import ConflictError
from directory.evidence.wording import day
from directory.providers.models import Provider
from directory.providers.websites import AddressError, Website, normalise_website
from directory.publishing.checking import Problem
from directory.publishing.content import Content
from directory.publishing.models import Submission, SubmissionState

PAUSE = timedelta(days=30)
"""How long name and website stay as they are after a change of them was approved."""
DEMO_STAYS = "A demonstration entry stays one: its website has to be on a .example domain."
OTHER_FIRM = "You have shown that another domain is yours. Begin an entry of its own for this one."
REAL_STAYS = "That domain is kept for demonstration entries, which no firm can own."


class AlreadyListedError(ConflictError):
    """The website's domain belongs to an entry that is there already; `slug` names it, so that it can be claimed."""

    def __init__(self, slug: str) -> None:
        """Keep which entry it is."""
        super().__init__("An entry with this website is listed already.")
        self.slug = slug


def changes(provider: Provider, content: Content) -> tuple[str, ...]:
    """Return which of name and website a content changes, by field."""
    profile = content["profile"]
    website = website_of(content)
    is_other_website = website.url != provider.website if website else True
    return (
        *(("name",) if (profile.get("name") or "").strip() != provider.name else ()),
        *(("website",) if is_other_website else ()),
    )


def website_of(content: Content) -> Website | None:
    """Return the website that a content states; None for one that can't be used."""
    try:
        return normalise_website(content["profile"].get("website") or "")
    except AddressError:
        return None


def owner_of(session: Session, domain: str) -> Provider | None:
    """Return the entry to which a registrable domain belongs."""
    return session.scalar(select(Provider).where(Provider.domain == domain))


def changed_last(session: Session, provider_id: int) -> datetime | None:
    """Return when a change of name or website was approved last."""
    query = (
        select(Submission.decided_at)
        .where(
            Submission.provider_id == provider_id,
            Submission.is_identity,
            Submission.state == SubmissionState.APPROVED,
        )
        .order_by(Submission.decided_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def open_from(session: Session, provider_id: int, today: date) -> date | None:
    """Return the day from which name and website may change again; None where they may today."""
    last = changed_last(session, provider_id)
    until = last.date() + PAUSE if last else None
    return until if until and today < until else None


def identity_problems(session: Session, provider: Provider, content: Content, today: date) -> list[Problem]:
    """Return what stands in the way of being who the content says."""
    found = []
    again = open_from(session, provider.id, today)
    if again is not None:
        told = f"Name and website were changed less than 30 days ago; they can be changed again from {day(again)}."
        found = [Problem("profile", field, told) for field in changes(provider, content)]
    website = website_of(content)
    reason = website_refusal(session, provider, website)
    if provider.published_at is None and website is not None and website.domain != provider.domain:
        reason = OTHER_FIRM
    return [*found, *([Problem("profile", "website", reason)] if reason else [])]


def website_refusal(session: Session, provider: Provider, website: Website | None) -> str:
    """Return why a website can't be this provider's; "" where it can."""
    if website is None or website.domain == provider.domain:
        return ""
    if website.is_demo != provider.is_demo:
        return DEMO_STAYS if provider.is_demo else REAL_STAYS
    owner = owner_of(session, website.domain)
    if owner is None:
        return ""
    return f"{website.domain} is the website of {owner.name if owner.is_public else 'another entry'}."
