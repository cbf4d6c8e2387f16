"""Report, claim, decision."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import NEVER_TWICE, Base


class ReportKind(StrEnum):
    """What a reader asks for."""

    CORRECTION = "correction"
    REMOVAL = "removal"
    MISREPRESENTATION = "misrepresentation"


class ReportState(StrEnum):
    """What came of it."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class ClaimMethod(StrEnum):
    """How somebody shows that a listed firm is theirs."""

    EMAIL = "email"
    DNS = "dns"
    ADMIN = "admin"


class ClaimState(StrEnum):
    """Where a claim stands. `lost`: somebody else's claim of the same entry was faster."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LOST = "lost"


KINDS = ", ".join(f"'{kind}'" for kind in ReportKind)
STATES = ", ".join(f"'{state}'" for state in ReportState)
CLAIM_METHODS = ", ".join(f"'{method}'" for method in ClaimMethod)
CLAIM_STATES = ", ".join(f"'{state}'" for state in ClaimState)


class Report(Base):
    """A reader's request to correct or remove an entry, or a report that it misrepresents something.

    `contact` and `message` are private: read by admins only. `notice` is what is published when a
    misrepresentation is upheld; `reason` what the admin told the vendor and the reporter. `rounds` are what
    the vendor was asked and answered, oldest first, private as well: a list of {"question", "asked_at", "reply",
    "replied_at"}, the moments as texts; `asked_at` and `replied_at` are the last one's.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("(state = 'open') = (decided_on IS NULL)", name="decided"),
        Index("ix_report_open", "id", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    message: Mapped[str] = mapped_column(Text)
    contact: Mapped[str | None] = mapped_column(String(320))
    state: Mapped[str] = mapped_column(String(20), default=ReportState.OPEN)
    notice: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    decided_on: Mapped[date | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, default="")
    rounds: Mapped[list[Any]] = mapped_column(JSON, default=list)
    asked_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy at class creation


class Claim(Base):
    """Somebody's wish to take over a listed entry. Codes are derived from id, attempt and key, never stored."""

    __tablename__ = "claim"
    __table_args__ = (
        CheckConstraint(f"method IN ({CLAIM_METHODS})", name="method"),
        CheckConstraint(f"state IN ({CLAIM_STATES})", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_claim_waiting",
            "provider_id",
            "user_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    method: Mapped[str] = mapped_column(String(10))
    email: Mapped[str | None] = mapped_column(String(320))
    message: Mapped[str] = mapped_column(Text, default="")
    attempt: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(10), default=ClaimState.WAITING)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy at class creation


class Decision(Base):
    """What an admin decided on one item of the queue, at which of its revisions, and why. Only ever added.

    `kind` is submission, claim, reference, document or report; `item_id` the row's id in that kind's table.
    """

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_kind_item_id", "kind", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    item_id: Mapped[int]
    item_revision: Mapped[int]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime]
