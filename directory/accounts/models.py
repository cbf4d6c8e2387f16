"""User, log-in session, passkey, and the links that prove a mailbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from directory.core.db import NEVER_TWICE, Base


class Role(StrEnum):
    """What an account is for. Who may edit which provider is a membership, not a role."""

    BUYER = "buyer"
    VENDOR = "vendor"
    ADMIN = "admin"


ROLES = ", ".join(f"'{role}'" for role in Role)


class User(Base):
    """Somebody with an account.

    `email` is kept in lower case. Columns from `fs_uniquifier` to `mf_recovery_codes` bear the names that the
    log-in library expects. `totp_counter` is the last time step whose code was taken: a code counts once.
    Erasing somebody leaves the row with its id, so that what they did keeps an author, and nothing that tells
    who that was: `erased_at` is set, `email` and `name` are gone.
    """

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint(f"role IN ({ROLES})", name="role"),
        CheckConstraint("(email IS NULL) = (erased_at IS NOT NULL)", name="erased"),
        CheckConstraint("email IS NULL OR email = lower(email)", name="email"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[str] = mapped_column(String(10), default=Role.BUYER)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    confirmed_at: Mapped[datetime | None]
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    totp_counter: Mapped[int | None]
    failed_logins: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()

    passkeys: Mapped[list["Passkey"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy at class creation


class LoginSession(Base):
    """One place where somebody is logged in. `token_hash` is of what the cookie holds; `device` is coarse."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(80), default="")
    has_second_factor: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey, in the columns that the log-in library expects."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    create_datetime: Mapped[datetime]
    lastuse_datetime: Mapped[datetime]

    user: Mapped[User] = relationship(back_populates="passkeys")


class LinkPurpose(StrEnum):
    """What opening an account's link and agreeing does."""

    CONFIRM = "confirm"
    RESET = "reset"
    EMAIL = "email"


PURPOSES = ", ".join(f"'{purpose}'" for purpose in LinkPurpose)


class AccountLink(Base):
    """A link that was mailed to somebody to prove that a mailbox is theirs; it is taken once.

    The link itself is derived from the id when its letter is written, and not kept. `email` is the new address
    that an e-mail change waits to be proved, and nothing else. `ended_at` is set when it is used or no longer holds.
    """

    __tablename__ = "account_link"
    __table_args__ = (CheckConstraint(f"purpose IN ({PURPOSES})", name="purpose"), NEVER_TWICE)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(10))
    email: Mapped[str | None] = mapped_column(String(320))
    asked_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
