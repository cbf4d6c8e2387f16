"""Figure, document, observation, and what each piece of evidence says about one subject."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import NEVER_TWICE, Base
from directory.evidence.metrics import Metric


class DocumentState(StrEnum):
    """Where a document stands; only a checked one is evidence."""

    WAITING = "waiting"
    CHECKED = "checked"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


METRICS = ", ".join(f"'{metric}'" for metric in Metric)
DOCUMENT_STATES = ", ".join(f"'{state}'" for state in DocumentState)
COVERAGES = "'24x7', 'business-hours'"


class Figure(Base):
    """One stated value of a metric for one system. Never changed: a new value supersedes it."""

    __tablename__ = "figure"
    __table_args__ = (
        CheckConstraint(f"metric IN ({METRICS})", name="metric"),
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint("metric <> 'uptime_percent' OR value <= 1000000", name="uptime"),
        CheckConstraint(
            f"(metric = 'response_minutes' AND coverage IN ({COVERAGES}))"
            " OR (metric <> 'response_minutes' AND coverage IS NULL)",
            name="coverage",
        ),
        Index(
            "uq_figure_current",
            "system_id",
            "metric",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_figure_system_id", "system_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id", ondelete="CASCADE"))
    metric: Mapped[str] = mapped_column(String(20))
    value: Mapped[Decimal]
    coverage: Mapped[str | None] = mapped_column(String(20))
    window_days: Mapped[int | None]
    as_of_on: Mapped[date]
    method: Mapped[str] = mapped_column(String(500), default="")
    source_url: Mapped[str | None] = mapped_column(String(500))
    stated_by: Mapped[str] = mapped_column(String(80))
    stated_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Document(Base):
    """A document that names entity, scope, window and date; evidence once an admin has checked it.

    It is an address (`url`), or an upload kept outside the web root under `file_sha256`. `subjects` is what the
    vendor says it shows, as typed: a list of {"system_id", "metric", "value", "coverage"} or {"criterion", "status"}
    or {"certification"}; what counts is the evidence that an admin makes of it.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint(f"state IN ({DOCUMENT_STATES})", name="state"),
        CheckConstraint("state <> 'checked' OR checked_at IS NOT NULL", name="checked"),
        CheckConstraint("state <> 'withdrawn' OR withdrawn_at IS NOT NULL", name="withdrawn"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    entity: Mapped[str] = mapped_column(String(200))
    scope: Mapped[str] = mapped_column(String(500))
    url: Mapped[str | None] = mapped_column(String(500))
    dated_on: Mapped[date]
    window_starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    checked_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default=DocumentState.CHECKED, index=True)
    subjects: Mapped[list[Any]] = mapped_column(JSON, default=list)
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str | None] = mapped_column(String(200))
    file_type: Mapped[str | None] = mapped_column(String(40))
    file_size: Mapped[int | None]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    added_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy at class creation


class Observation(Base):
    """Uptime of a system as the directory measured it: one entry a day in `days`.

    `days` is a list, oldest first, ending on `last_sample_on`, of `[samples, good]`.
    """

    __tablename__ = "observation"
    __table_args__ = (
        CheckConstraint("last_sample_on >= first_sample_on", name="span"),
        CheckConstraint("samples >= 0 AND expected_samples >= samples", name="samples"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("system.id", ondelete="CASCADE"), unique=True)
    first_sample_on: Mapped[date]
    last_sample_on: Mapped[date]
    expected_samples: Mapped[int]
    samples: Mapped[int]
    uptime_percent: Mapped[Decimal]
    days: Mapped[list[Any]] = mapped_column(JSON, default=list)


class Evidence(Base):
    """What one document, reference or observation says about one figure, answer or certification.

    A number has `low` equal to `high`; a band runs from `low` up to, not including, `high` (None: no
    end), told apart by `is_band`. Which figure it weighs is the current one of its system and metric.
    `reference_id` is a plain key: references are written by a layer above. `dated_on` is the day the
    referee answered, the document's date or the last sample; `ends_on` the document's own end.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN document_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN reference_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN observation_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_source",
        ),
        CheckConstraint(
            "(CASE WHEN metric IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN criterion IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN certification IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        CheckConstraint("(metric IS NULL) = (system_id IS NULL)", name="metric_of_system"),
        CheckConstraint("(metric IS NULL) = (low IS NULL)", name="metric_has_value"),
        CheckConstraint("(criterion IS NULL) = (status IS NULL)", name="criterion_has_status"),
        CheckConstraint("high IS NULL OR high >= low", name="band"),
        Index("ix_evidence_provider_id", "provider_id"),
        *(
            Index(
                f"ix_evidence_{name}",
                name,
                sqlite_where=text(f"{name} IS NOT NULL"),
                postgresql_where=text(f"{name} IS NOT NULL"),
            )
            for name in ("document_id", "reference_id", "observation_id", "system_id")
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    reference_id: Mapped[int | None] = mapped_column(ForeignKey("reference.id", ondelete="CASCADE"))
    observation_id: Mapped[int | None] = mapped_column(ForeignKey("observation.id", ondelete="CASCADE"))
    system_id: Mapped[int | None] = mapped_column(ForeignKey("system.id", ondelete="CASCADE"))
    metric: Mapped[str | None] = mapped_column(String(20))
    criterion: Mapped[str | None] = mapped_column(String(60))
    certification: Mapped[str | None] = mapped_column(String(60))
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    is_band: Mapped[bool] = mapped_column(default=False)
    coverage: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str | None] = mapped_column(String(20))
    dated_on: Mapped[date]
    ends_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]
    label: Mapped[str] = mapped_column(Text, default="")
