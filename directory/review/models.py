"""Report."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base


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


KINDS = ", ".join(f"'{kind}'" for kind in ReportKind)
STATES = ", ".join(f"'{state}'" for state in ReportState)


class Report(Base):
    """A reader's request to correct or remove an entry, or a report that it misrepresents something.

    `contact` and `message` are private: read by admins only. `notice` is what is published when a
    misrepresentation is upheld.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(f"kind IN ({KINDS})", name="kind"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("(state = 'open') = (decided_on IS NULL)", name="decided"),
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
