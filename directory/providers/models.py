"""Provider and system."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import Base

TERM_FIELDS = (
    "languages",
    "engagement",
    "industries",
    "regions",
    "agent_types",
    "frameworks",
    "models",
    "clouds",
    "tools",
)
"""The columns of a provider that hold lists of taxonomy ids (languages: ISO 639 codes)."""


class Provider(Base):
    """A firm that is listed. Two entries never share a registrable domain."""

    __tablename__ = "provider"
    __table_args__ = (
        CheckConstraint("country IS NULL OR length(country) = 2", name="country"),
        CheckConstraint("employees IS NULL OR employees >= 0", name="employees"),
        CheckConstraint("(min_project_amount IS NULL) = (min_project_currency IS NULL)", name="min_project"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    website: Mapped[str] = mapped_column(String(500))
    domain: Mapped[str] = mapped_column(String(253), unique=True)
    summary: Mapped[str] = mapped_column(String(500), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    country: Mapped[str | None] = mapped_column(String(2))
    founded: Mapped[int | None]
    employees: Mapped[int | None]
    min_project_amount: Mapped[Decimal | None]
    min_project_currency: Mapped[str | None] = mapped_column(String(3))
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    engagement: Mapped[list[str]] = mapped_column(JSON, default=list)
    industries: Mapped[list[str]] = mapped_column(JSON, default=list)
    regions: Mapped[list[str]] = mapped_column(JSON, default=list)
    agent_types: Mapped[list[str]] = mapped_column(JSON, default=list)
    frameworks: Mapped[list[str]] = mapped_column(JSON, default=list)
    models: Mapped[list[str]] = mapped_column(JSON, default=list)
    clouds: Mapped[list[str]] = mapped_column(JSON, default=list)
    tools: Mapped[list[str]] = mapped_column(JSON, default=list)
    source_name: Mapped[str | None] = mapped_column(String(200))
    source_url: Mapped[str | None] = mapped_column(String(500))
    source_retrieved_on: Mapped[date | None]
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)
    claimed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column()

    systems: Mapped[list["System"]] = relationship(
        back_populates="provider", order_by="System.id", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy at class creation

    @hybrid_property
    def is_public(self) -> bool:
        """Whether readers may see the entry."""
        return self.published_at is not None and self.withdrawn_at is None

    @property
    def subject(self) -> str:
        """How the public log calls it: by number until it was public for the first time, since the slug tells who."""
        return f"entry:{self.id}" if self.published_at is None else f"provider:{self.slug}"

    @hybrid_property
    def is_unproven(self) -> bool:
        """Whether somebody began the entry, and nobody has shown yet that the firm is theirs."""
        return self.claimed_at is None and self.published_at is None

    @is_unproven.inplace.expression
    @classmethod
    def _is_unproven(cls) -> ColumnElement[bool]:
        return cls.claimed_at.is_(None) & cls.published_at.is_(None)

    @property
    def public_name(self) -> str:
        """What strangers may be told of its name: until it was public for the first time, only the domain."""
        return self.domain if self.published_at is None else self.name

    @is_public.inplace.expression
    @classmethod
    def _is_public(cls) -> ColumnElement[bool]:
        return cls.published_at.is_not(None) & cls.withdrawn_at.is_(None)


class System(Base):
    """One agent system that a provider runs for one customer; live until retired."""

    __tablename__ = "system"
    __table_args__ = (
        UniqueConstraint("provider_id", "name"),
        CheckConstraint(
            "live_since IS NULL OR retired_on IS NULL OR retired_on >= live_since", name="retired_after_live"
        ),
        Index("ix_system_provider_id_id", "provider_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(500), default="")
    industry: Mapped[str | None] = mapped_column(String(60))
    agent_type: Mapped[str | None] = mapped_column(String(60))
    live_since: Mapped[date | None]
    retired_on: Mapped[date | None]
    customer_name: Mapped[str | None] = mapped_column(String(200))
    customer_website: Mapped[str | None] = mapped_column(String(500))
    customer_employees: Mapped[int | None]
    customer_is_regulated: Mapped[bool | None]
    customer_is_public: Mapped[bool] = mapped_column(default=False)

    provider: Mapped[Provider] = relationship(back_populates="systems")
