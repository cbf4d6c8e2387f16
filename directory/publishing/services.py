"""Starting an entry, taking it off the pages, and putting it back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from directory.accounts.services import become_vendor
from directory.audit.services import Event, append
from directory.core.errors import ConflictError, ForbiddenError, InvalidInputError
from directory.exchange.format import MAX_NAME
from directory.exchange.texts import clean
from directory.providers.membership import MemberRole, Membership
from directory.providers.models import Provider
from directory.providers.services import add_started
from directory.providers.websites import AddressError, Website, normalise_website
from directory.publishing.content import blank
from directory.publishing.drafts import keep, lock
from directory.publishing.identity import REAL_STAYS, AlreadyListedError, owner_of
from directory.publishing.submitting import decide_submission, submit, withdraw
from directory.review.models import Report, ReportKind, ReportState

__all__ = ["decide_submission", "republish", "start_entry", "submit", "unpublish", "withdraw"]

ATTEMPTS = 3


def start_entry(
    session: Session,
    name: str,
    website: str,
    *,
    person_id: int,
    actor: str,
    at: datetime,
    accepts_demo: bool = True,
) -> Provider:
    """Begin an entry that isn't listed yet, with its first owner and a draft; nothing of it is public.

    Anybody can: it is handed in, and speaks for the firm, only once somebody has shown that the firm is theirs.
    `accepts_demo`: whether websites on `.example` are taken; production doesn't.

    Raises:
        InvalidInputError: the name or the website can't be used.
        AlreadyListedError: an entry with this website's domain is there already; it has the entry's slug.

    """
    tidy, found = _name(name), _website(website, accepts_demo=accepts_demo)
    provider = _add(session, tidy, found, at)
    session.add(Membership(provider_id=provider.id, user_id=person_id, role=MemberRole.OWNER, created_at=at))
    become_vendor(session, person_id, actor=actor, at=at)
    keep(session, provider, blank(tidy, found.url), person_id=person_id, at=at)
    append(session, Event("provider.started", provider.subject), actor=actor, at=at)
    return provider


def _name(typed: str) -> str:
    try:
        name = clean(typed)
    except ValueError as error:
        raise InvalidInputError("name", f"It {error}.") from error
    if not name:
        raise InvalidInputError("name", "Say what the firm is called.")
    if len(name) > MAX_NAME:
        raise InvalidInputError("name", f"That is too long: {MAX_NAME} characters at most.")
    return name


def _website(typed: str, *, accepts_demo: bool) -> Website:
    try:
        website = normalise_website(typed)
    except AddressError as error:
        raise InvalidInputError("website", f"This website can’t be used: {error}.") from error
    if website.is_demo and not accepts_demo:
        raise InvalidInputError("website", REAL_STAYS)
    return website


def _add(session: Session, name: str, website: Website, at: datetime) -> Provider:
    """Add the provider; again with the next free slug when somebody else took the one at the same moment."""
    for _ in range(ATTEMPTS):
        owner = owner_of(session, website.domain)
        if owner is not None:
            raise AlreadyListedError(owner.slug)
        try:
            with session.begin_nested():
                return add_started(session, name, website, at=at)
        except IntegrityError:
            continue
    raise ConflictError("Somebody else started an entry of this name at the same moment. Send it again.")


def unpublish(session: Session, provider_id: int, *, actor: str, at: datetime) -> None:
    """Take an entry off every page, the search and the API; its address is kept for it.

    Raises:
        ConflictError: it isn't public.

    """
    provider = lock(session, provider_id)
    if not provider.is_public:
        raise ConflictError("The entry isn’t public.")
    provider.withdrawn_at = provider.updated_at = at
    session.flush()
    append(session, Event("provider.withdrawn", provider.subject, provider.id), actor=actor, at=at)


def republish(session: Session, provider_id: int, *, actor: str, at: datetime) -> None:
    """Make an entry public again that its owner had taken off, as it was published last.

    Raises:
        ConflictError: it is public, or was never published.
        ForbiddenError: an admin took it out.

    """
    provider = lock(session, provider_id)
    if provider.published_at is None or provider.withdrawn_at is None:
        raise ConflictError("The entry is public already, or was never published.")
    if was_removed(session, provider):
        raise ForbiddenError("An admin took this entry out of the directory after a request for its removal.")
    provider.withdrawn_at, provider.updated_at = None, at
    session.flush()
    append(session, Event("provider.republished", provider.subject, provider.id), actor=actor, at=at)


def was_removed(session: Session, provider: Provider) -> bool:
    """Whether an admin took the entry out, so that its owner can't put it back."""
    if provider.withdrawn_at is None:
        return False
    query = select(Report.id).where(
        Report.provider_id == provider.id,
        Report.kind == ReportKind.REMOVAL,
        Report.state == ReportState.UPHELD,
    )
    return session.scalar(query.limit(1)) is not None
