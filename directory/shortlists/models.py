"""Shortlist and its entries."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import NEVER_TWICE, Base

MOST_ENTRIES = 100
"""So many providers stand on one shortlist: more than anybody compares, and few enough for one page."""

BROWSER_DAYS = 180
"""So long a browser's shortlist is kept after its last change; an account's is kept as long as the account."""

MOST_KEPT = 10_000
"""So long a note can get where two are joined; what somebody types at once is shorter."""


class Status(StrEnum):
    """Where a buyer stands with a provider, in the buyer's words."""

    CONSIDERING = "considering"
    CONTACTED = "contacted"
    RULED_OUT = "ruled-out"
    CHOSEN = "chosen"


STATUSES = ", ".join(f"'{status}'" for status in Status)


class Shortlist(Base):
    """One buyer's shortlist: an account's, or a browser's, which is known by the hash of the token in its cookie.

    The link by which others read it is derived from its number and `share_attempt`, and stored nowhere. It holds
    while `shared_at` is set; each new one has another attempt. `touched_at` is when anything on it changed last.
    """

    __tablename__ = "shortlist"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (token_hash IS NULL)", name="one_keeper"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    share_attempt: Mapped[int] = mapped_column(default=0)
    shared_at: Mapped[datetime | None]
    shares_notes: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime] = mapped_column(index=True)

    entries: Mapped[list["ShortlistEntry"]] = relationship(
        back_populates="shortlist",
        order_by="ShortlistEntry.place",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )


class ShortlistEntry(Base):
    """One provider on a shortlist, with what the buyer notes of it.

    `place` is unique within a shortlist, which also bounds how many there are; it is 0 only while two entries change
    places. `name` is the provider's when it was added: it stays when the provider is gone. `revision` tells two tabs
    apart that write the same note.
    """

    __tablename__ = "shortlist_entry"
    __table_args__ = (
        UniqueConstraint("shortlist_id", "provider_id"),
        UniqueConstraint("shortlist_id", "place"),
        CheckConstraint(f"place BETWEEN 0 AND {MOST_ENTRIES}", name="place"),
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        CheckConstraint(f"length(note) <= {MOST_KEPT}", name="note"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shortlist_id: Mapped[int] = mapped_column(ForeignKey("shortlist.id", ondelete="CASCADE"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    place: Mapped[int]
    status: Mapped[str] = mapped_column(String(12), default=Status.CONSIDERING)
    note: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column()

    shortlist: Mapped[Shortlist] = relationship(back_populates="entries")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy at class creation

    @property
    def is_plain(self) -> bool:
        """Whether the buyer has noted nothing of it yet, so that nothing is lost with it."""
        return not self.note and self.status == Status.CONSIDERING
