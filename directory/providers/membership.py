"""Membership, invitation, draft and reach: who edits a provider's entry, what they write, how often it was seen."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import NEVER_TWICE, Base


class MemberRole(StrEnum):
    """What a member may do: an owner decides on people and on the entry's fate, an editor writes."""

    OWNER = "owner"
    EDITOR = "editor"


class ReachKind(StrEnum):
    """In which way an entry was seen."""

    VIEW = "view"
    SEARCH = "search"
    COMPARISON = "comparison"
    INTRODUCTION = "introduction"


MEMBER_ROLES = ", ".join(f"'{role}'" for role in MemberRole)
REACH_KINDS = ", ".join(f"'{kind}'" for kind in ReachKind)


class Membership(Base):
    """Somebody who edits a provider's entry."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("provider_id", "user_id"),
        CheckConstraint(f"role IN ({MEMBER_ROLES})", name="role"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]


class Invitation(Base):
    """An offer of membership, sent by e-mail. Its link is derived from id and attempt, never stored."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(f"role IN ({MEMBER_ROLES})", name="role"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="one_end"),
        Index(
            "uq_invitation_open",
            "provider_id",
            "email",
            unique=True,
            sqlite_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    email: Mapped[str | None] = mapped_column(String(320))
    role: Mapped[str] = mapped_column(String(10))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    attempt: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Draft(Base):
    """What the vendor is writing, exactly as typed; one for a provider. `revision` grows with every save."""

    __tablename__ = "draft"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy at class creation


class Reach(Base):
    """How often an entry was seen in one way within one month; nothing about who saw it."""

    __tablename__ = "reach"
    __table_args__ = (CheckConstraint(f"kind IN ({REACH_KINDS})", name="kind"),)

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), primary_key=True)
    month_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
