"""Versions of checklist, rules and taxonomy, and which of them is in force since when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
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
