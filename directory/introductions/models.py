"""What a buyer asked some providers, and what became of it with each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import NEVER_TWICE, Base

LEAST, MOST = 20, 4_000
"""How long a message is; an answer is as long at most."""

KEPT_DAYS = 730
"""How long an introduction is kept after its last change."""


class State(StrEnum):
    """What a provider has done with it so far."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DECLINED = "declined"


STATES = ", ".join(f"'{one}'" for one in State)


class Introduction(Base):
    """One message of a buyer. Erasing the buyer empties it: without an account it has no words.

    `once` is the key of the form that it came from, so that a form sent twice asks once.
    """

    __tablename__ = "introduction"
    __table_args__ = (
        UniqueConstraint("user_id", "once"),
        CheckConstraint("user_id IS NOT NULL OR message = ''", name="message"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    once: Mapped[str] = mapped_column(String(32))
    message: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class IntroductionRecipient(Base):
    """One provider that was asked, with the metrics that weren't proved then, and what came of it.

    While `contact_shown_at` is set, the provider's members see the buyer's name and address.
    """

    __tablename__ = "introduction_recipient"
    __table_args__ = (
        UniqueConstraint("introduction_id", "provider_id"),
        CheckConstraint(f"state IN ({STATES})", name="state"),
        CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name="answered_at"),
        CheckConstraint("(state = 'answered') = (answer <> '')", name="answer"),
        NEVER_TWICE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id", ondelete="CASCADE"), index=True)
    questions: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=State.WAITING)
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    contact_shown_at: Mapped[datetime | None]
