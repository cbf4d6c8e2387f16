"""Versions of checklist, rules and taxonomy, which of them is in force since when, and which waits for its day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
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

    One waits at most for each kind; `done_at` or `cancelled_at` ends it. One that is due on the day it was planned
    is carried out at once. `told_at` is when the members of losing providers had been written to, `told` how many
    providers those were; `failure` says why a switch couldn't be made, which cancels it.
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
    told_at: Mapped[datetime | None]
    told: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(Text, default="")

    version: Mapped[CatalogueVersion] = relationship()


class DryRun(Base):
    """What a version of the rules would do to everybody who is listed, computed by a job.

    `against_id` is the version that was in force when it was asked for. `result` is {"providers": 12, "movements":
    [{"what", "is_gain", "count", "names"}]} once it is finished, `failure` why it couldn't be computed.
    """

    __tablename__ = "dry_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("catalogue_version.id"), index=True)
    against_id: Mapped[int] = mapped_column(ForeignKey("catalogue_version.id"))
    asked_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    failure: Mapped[str] = mapped_column(Text, default="")
