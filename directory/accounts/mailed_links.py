"""Links that prove a mailbox: asked for, found again, ended. The link is derived when its letter is written."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.accounts.models import AccountLink, LinkPurpose, User
from directory.core.outbox import Letter, post

LASTS = {
    LinkPurpose.CONFIRM: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.EMAIL: timedelta(hours=24),
}
ATTEMPT = 1
"""Each asking is a row of its own, so a link's attempt is always the first."""


def send_link(
    session: Session, user: User, purpose: LinkPurpose, *, at: datetime, new_email: str | None = None
) -> None:
    """Mail somebody a link, to the new address where one is to be proved; older ones for the same hold no longer."""
    end_older(session, user.id, purpose, at=at)
    link = AccountLink(
        user_id=user.id, purpose=purpose, email=new_email, asked_at=at, ends_at=at + LASTS[purpose], ended_at=None
    )
    session.add(link)
    session.flush()
    to = new_email or user.email
    assert to is not None  # noqa: S101 - for the type checker: who can ask for a link has an address
    values = {"name": user.name, "link": link.id, "attempt": ATTEMPT}
    post(session, Letter(f"account-{purpose}", to, f"account-{purpose}-{link.id}", values), at=at)


def end_older(session: Session, user_id: int, purpose: LinkPurpose, *, at: datetime) -> None:
    """End somebody's open links of one purpose."""
    query = update(AccountLink).where(
        AccountLink.user_id == user_id, AccountLink.purpose == purpose, AccountLink.ended_at.is_(None)
    )
    session.execute(query.values(ended_at=at))


def holding_link(
    session: Session, number: int, purpose: LinkPurpose, *, at: datetime, hold: bool = False
) -> AccountLink | None:
    """Return a link that is in time and not used yet, else None; `hold` keeps others off until the transaction ends."""
    link = session.get(AccountLink, number, with_for_update=hold or None, populate_existing=True)
    if link is None or link.purpose != purpose or link.ended_at is not None or link.ends_at <= at:
        return None
    return link
