"""Stating figures: never changed, only superseded by another."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from directory.evidence.models import Figure


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """One value of a metric for one system, on which day; `value` in the metric's unit."""

    system_id: int
    metric: str
    value: Decimal
    as_of_on: date
    coverage: str | None = None
    window_days: int | None = None
    method: str = ""
    source_url: str | None = None


def state_figures(session: Session, figures: Sequence[StatedFigure], *, actor: str, at: datetime) -> None:
    """Add figures, each superseding the current one of its system and metric."""
    retract_figures(session, ((figure.system_id, figure.metric) for figure in figures), at=at)
    if figures:
        session.execute(insert(Figure), [asdict(figure) | {"stated_by": actor, "stated_at": at} for figure in figures])


def retract_figures(session: Session, figures: Iterable[tuple[int, str]], *, at: datetime) -> None:
    """Take these (system id, metric) back; they stay in the history."""
    rows = [{"owner": system_id, "key": metric} for system_id, metric in figures]
    if rows:
        current = (
            Figure.system_id == bindparam("owner"),
            Figure.metric == bindparam("key"),
            Figure.superseded_at.is_(None),
        )
        session.connection().execute(update(Figure).where(*current).values(superseded_at=at), rows)
