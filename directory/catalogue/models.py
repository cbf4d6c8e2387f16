"""Versions of checklist, rules and taxonomy, which of them is in force since when, and which waits for its day."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base


class CatalogueVersion(Base):
    """The text of one version of one catalogue file, exactly as it was given; never changed."""

    __tablename__ = "catalogue_version"
    __table_args__ = (
        UniqueConstraint("kind", "version"),
        CheckConstraint("kind IN ('taxonomy', 'checklist', 'rules')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]


class CatalogueActivation(Base):
    """A switch: from `at` on, this version of its kind is in force. The newest one counts."""

    __tablename__ = "catalogue_activation"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("catalogue_version.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text, default="")

    version: Mapped[CatalogueVersion] = relationship()


class PlannedActivation(Base):
    """A switch that waits for its day, so that providers who would lose by it are told before.

    One waits at most for each kind; `done_at` or `cancelled_at` ends it.
    """

    __tablename__ = "planned_activation"
    __table_args__ = (
        CheckConstraint("done_at IS NULL OR cancelled_at IS NULL", name="one_end"),
        Index(
            "uq_planned_activation_waiting",
            "kind",
            unique=True,
            sqlite_where=text("done_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("done_at IS NULL AND cancelled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("catalogue_version.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    planned_at: Mapped[datetime]
    due_on: Mapped[date]
    actor: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    version: Mapped[CatalogueVersion] = relationship()
