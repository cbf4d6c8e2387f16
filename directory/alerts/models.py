"""What somebody wants to be told about."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import NEVER_TWICE, Base

MOST_ALERTS = 50
"""So many alerts has one account: more than anybody reads."""


LONGEST_QUERY = 2_000
"""So long an address is kept: longer than any that somebody puts together, and short enough for an index."""


class About(StrEnum):
    """What an alert is about."""

    SEARCH = "search"
    SHORTLIST = "shortlist"


class Cadence(StrEnum):
    """How often somebody is written to; a search is also kept without any letters."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


ABOUTS, CADENCES = (", ".join(f"'{one}'" for one in kind) for kind in (About, Cadence))


class Alert(Base):
    """A search that an account saved, or its own shortlist, with what was there when it was looked at last.

    `query` is the search's canonical address without page and order, empty for the shortlist. `seen` is a packed
    `Seen`, as of the day `looked_on`. `place` is unique in an account, which also bounds how many there are.
    """

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("user_id", "about", "query"),
        UniqueConstraint("user_id", "place"),
        CheckConstraint(f"place BETWEEN 1 AND {MOST_ALERTS}", name="place"),
        CheckConstraint(f"about IN ({ABOUTS})", name="about"),
        CheckConstraint(f"cadence IN ({CADENCES})", name="cadence"),
        CheckConstraint("about = 'search' OR query = ''", name="query"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    place: Mapped[int]
    about: Mapped[str] = mapped_column(String(10))
    query: Mapped[str] = mapped_column(String(LONGEST_QUERY), default="")
    cadence: Mapped[str] = mapped_column(String(10), index=True)
    created_at: Mapped[datetime]
    looked_on: Mapped[date]
    seen: Mapped[bytes] = mapped_column(LargeBinary)
