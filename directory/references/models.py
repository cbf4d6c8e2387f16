"""Reference."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base


class ReferenceState(StrEnum):
    """Where a reference stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    VERIFIED = "verified"
    DECLINED = "declined"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


STATES = ", ".join(f"'{state}'" for state in ReferenceState)


class Reference(Base):
    """One customer's confirmation of one system.

    `organisation_domain` is the registrable domain of the customer's website. The referee's name and
    address are private: read by admins only. `is_named` is the referee's consent to publish the
    organisation's name; without it only size, country and industry are public.
    """

    __tablename__ = "reference"
    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint(
            "state <> 'verified' OR (answered_on IS NOT NULL AND verified_at IS NOT NULL)", name="verified"
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime]
    answered_on: Mapped[date | None]
    verified_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    referee_name: Mapped[str | None] = mapped_column(String(200))
    referee_title: Mapped[str | None] = mapped_column(String(200))
    referee_email: Mapped[str | None] = mapped_column(String(320))
    organisation: Mapped[str] = mapped_column(String(200))
    organisation_domain: Mapped[str] = mapped_column(String(253))
    organisation_employees: Mapped[int | None]
    organisation_is_regulated: Mapped[bool | None]
    organisation_country: Mapped[str | None] = mapped_column(String(2))
    organisation_industry: Mapped[str | None] = mapped_column(String(60))
    is_named: Mapped[bool] = mapped_column(default=False)
    quote: Mapped[str] = mapped_column(Text, default="")
