"""Assessment: what a buyer said of the own proof of concept. Nobody's name, and no text of anybody's own."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base


class Assessment(Base):
    """Answers by criterion, under the version of the checklist that they were given to, and what is needed.

    `reading_key` finds it; the key to change it isn't kept. `answers`: {criterion: status}. `level` is the level at
    which providers' answers and figures are to hold.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        CheckConstraint("requests_per_day >= 0", name="requests_per_day"),
        CheckConstraint("uptime_percent BETWEEN 0 AND 1000000", name="uptime_percent"),
        CheckConstraint("response_minutes >= 0", name="response_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_key: Mapped[str] = mapped_column(String(22), unique=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey("catalogue_version.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    level: Mapped[int] = mapped_column(default=1)
    requests_per_day: Mapped[int | None] = mapped_column(BigInteger)
    uptime_percent: Mapped[Decimal | None]
    response_minutes: Mapped[Decimal | None]
    region: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy at class creation
