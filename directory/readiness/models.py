"""Answer and certification."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base


class Status(StrEnum):
    """What a provider says to a criterion; unknown is the absence of an answer."""

    MET = "met"
    PARTLY = "partly"
    UNMET = "unmet"
    NOT_APPLICABLE = "not-applicable"


STATUSES = ", ".join(f"'{status}'" for status in Status)


class Answer(Base):
    """A provider's answer to a criterion. Never changed: another one supersedes it."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint(f"status IN ({STATUSES})", name="status"),
        Index(
            "uq_answer_current",
            "provider_id",
            "criterion",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_answer_provider_id", "provider_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    criterion: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    evidence_url: Mapped[str | None] = mapped_column(String(500))
    as_of_on: Mapped[date]
    stated_by: Mapped[str] = mapped_column(String(80))
    stated_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Certification(Base):
    """A certification that a provider states, by its taxonomy id. Never changed: another one supersedes it."""

    __tablename__ = "certification"
    __table_args__ = (
        Index(
            "uq_certification_current",
            "provider_id",
            "name",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_certification_provider_id", "provider_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    valid_until: Mapped[date | None]
    url: Mapped[str | None] = mapped_column(String(500))
    as_of_on: Mapped[date]
    stated_by: Mapped[str] = mapped_column(String(80))
    stated_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
