"""Reference, and who asked not to be written to."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
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
    CANCELLED = "cancelled"


class Relationship(StrEnum):
    """What the referee's firm is to the provider."""

    CUSTOMER = "customer"
    FORMER_CUSTOMER = "former-customer"
    NONE = "none"


class Tie(StrEnum):
    """A conflict of interest that a referee declares; each blocks verification."""

    EMPLOYMENT = "employment"
    FAMILY = "family"
    FINANCIAL = "financial"


class Bounce(StrEnum):
    """Why a letter didn't reach its reader."""

    REFUSED = "refused"
    WRONG_PERSON = "wrong-person"


STATES = ", ".join(f"'{state}'" for state in ReferenceState)


class Reference(Base):
    """One customer's confirmation of one system.

    `organisation_domain` is the registrable domain of the customer's website. The referee's name and
    address are private: read by admins only. `is_named` is the referee's consent to publish the
    organisation's name; without it only size, country and industry are public.

    `asked` is what is to be confirmed: {"metrics": [...], "criteria": [...]}; `answers` what the referee said, by
    metric or criterion, as checked: {"requests_per_day": {"value": "48000"} or {"low": "10000", "high": "100000"},
    "sso": {"status": "met"}}; what isn't in it is "I can't say". The link is derived from id, attempt and key, never
    stored. `bounce` says why the letter of this attempt didn't reach its reader; `has_mail_host` whether the address's
    domain takes mail, None while nobody has looked. `origin_hash` and `asked_origin_hash` are keyed hashes of network
    addresses, of the answer and of whoever asked; they and the contact are gone after the retention period
    (`contact_removed_at`).
    """

    __tablename__ = "reference"
    __table_args__ = (
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint(
            "state <> 'verified' OR (answered_on IS NOT NULL AND verified_at IS NOT NULL)", name="verified"
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        Index(
            "ix_reference_answered",
            "id",
            sqlite_where=text("state = 'answered'"),
            postgresql_where=text("state = 'answered'"),
        ),
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
    referee_email: Mapped[str | None] = mapped_column(String(320), index=True)
    organisation: Mapped[str] = mapped_column(String(200))
    organisation_domain: Mapped[str] = mapped_column(String(253), index=True)
    organisation_employees: Mapped[int | None]
    organisation_is_regulated: Mapped[bool | None]
    organisation_country: Mapped[str | None] = mapped_column(String(2))
    organisation_industry: Mapped[str | None] = mapped_column(String(60))
    is_named: Mapped[bool] = mapped_column(default=False)
    quote: Mapped[str] = mapped_column(Text, default="")
    organisation_website: Mapped[str | None] = mapped_column(String(500))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    asked_origin_hash: Mapped[str | None] = mapped_column(String(64))
    attempt: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    bounce: Mapped[str | None] = mapped_column(String(20))
    has_mail_host: Mapped[bool | None]
    relationship: Mapped[str | None] = mapped_column(String(20))
    ties: Mapped[list[str]] = mapped_column(JSON, default=list)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    may_show_person: Mapped[bool] = mapped_column(default=False)
    origin_hash: Mapped[str | None] = mapped_column(String(64))
    decline_reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    contact_removed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy at class creation


class LetterRefusal(Base):
    """Somebody's wish not to be asked again: by one provider, or by anybody where `provider_id` is None.

    `mailbox_hash` is a keyed hash of their address, so that the wish outlives the address itself.
    """

    __tablename__ = "letter_refusal"

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_hash: Mapped[str] = mapped_column(String(64), index=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    refused_at: Mapped[datetime]
