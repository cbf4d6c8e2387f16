"""One event of the log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from directory.core.db import Base


class AuditEvent(Base):
    """Something that happened. Rows are only ever added: the database refuses to change or delete one.

    `subject` is public ("provider:halden-automation", "rules:2"; "entry:17" is a provider that hasn't been public
    yet, whose name is nobody's business); `detail` holds no personal data.
    `provider_id` isn't a foreign key: an event outlives what it tells of. Readers of changes (the
    search index) follow `id`, which grows in the order of commits.
    """

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(160), index=True)
    provider_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
