"""Rows gathered for a bulk insert, with ids given beforehand so that rows can name each other."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from directory.core.db import Base
from directory.evidence.models import Document, Evidence, Figure, Observation
from directory.providers.models import Provider, System
from directory.readiness.models import Answer, Certification
from directory.references.models import Reference
from directory.review.models import Report

MODELS: tuple[type[Base], ...] = (
    Provider,
    System,
    Figure,
    Document,
    Observation,
    Reference,
    Evidence,
    Answer,
    Certification,
    Report,
)
"""Every table that demonstration entries fill, in an order in which rows can be inserted."""

Row = dict[str, Any]


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} has no table of its own")
    return table


@dataclass(slots=True)
class Moments:
    """Days and moments counted back from `at`, the aware moment of loading."""

    at: datetime
    today: date = field(init=False)

    def __post_init__(self) -> None:
        self.today = self.at.date()

    def on(self, days_ago: int) -> date:
        """Return the day so many days ago."""
        return self.today - timedelta(days=days_ago)

    def moment(self, days_ago: int) -> datetime:
        """Return the moment so many days ago."""
        return self.at - timedelta(days=days_ago)


class Batch:
    """Rows by model; `add` gives each its id, counting on from the highest in the database."""

    def __init__(self, last_ids: dict[type[Base], int]) -> None:
        """Count on from these ids."""
        self.rows: dict[type[Base], list[Row]] = {model: [] for model in MODELS}
        self._last_ids = dict(last_ids)

    def add(self, model: type[Base], row: Row) -> int:
        """Keep a row, complete but for its id, which is returned."""
        self._last_ids[model] += 1
        row["id"] = self._last_ids[model]
        self.rows[model].append(row)
        return self._last_ids[model]

    def insert(self, session: Session) -> None:
        """Insert all rows in the caller's transaction."""
        connection = session.connection()
        for model in MODELS:
            if self.rows[model]:
                connection.execute(insert(_table(model)), self.rows[model])
        _move_sequences(session, (model for model in MODELS if self.rows[model]))


def open_batch(session: Session) -> Batch:
    """Return an empty batch; on PostgreSQL other writers wait until the caller's transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(f'"{_table(model).name}"' for model in MODELS)
        session.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    last_ids = {model: session.scalar(select(func.max(_table(model).c.id))) or 0 for model in MODELS}
    return Batch(last_ids)


def _move_sequences(session: Session, models: Iterable[type[Base]]) -> None:
    """Let PostgreSQL's own counting go on after the ids that were given here."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for model in models:
        table = _table(model)
        newest = select(func.max(table.c.id)).scalar_subquery()
        session.execute(select(func.setval(func.pg_get_serial_sequence(f'"{table.name}"', "id"), newest)))
