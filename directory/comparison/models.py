"""A frozen comparison: what stood side by side at a moment, kept by value."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base


class Snapshot(Base):
    """What a comparison showed when it was frozen, but for its columns; found by its token alone.

    `head` is JSON as it was hashed; `part_hashes` are the hashes of the columns in order, kept when a column goes.
    """

    __tablename__ = "snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    taken_at: Mapped[datetime] = mapped_column(index=True)
    head: Mapped[str] = mapped_column(Text)
    part_hashes: Mapped[list[str]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))


class SnapshotColumn(Base):
    """One provider's column of a frozen comparison, as JSON as it was hashed; it goes when the provider's row does."""

    __tablename__ = "snapshot_column"

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    content: Mapped[str] = mapped_column(Text)
