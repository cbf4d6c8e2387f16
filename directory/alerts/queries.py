"""Reading alerts: whose, and which are due."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.accounts.queries import can_log_in
from directory.alerts.models import Alert, Cadence

BATCH = 200


def alerts_of(session: Session, user_id: int) -> tuple[Alert, ...]:
    """Return somebody's alerts in the order in which they were made."""
    return tuple(session.scalars(select(Alert).where(Alert.user_id == user_id).order_by(Alert.place)))


def alert_of(session: Session, user_id: int, number: int) -> Alert | None:
    """Return one of somebody's own alerts; nobody else's is there for them."""
    return session.scalar(select(Alert).where(Alert.id == number, Alert.user_id == user_id))


def _is_due(on: date) -> ColumnElement[bool]:
    return or_(
        and_(Alert.cadence == Cadence.DAILY, Alert.looked_on < on),
        and_(Alert.cadence == Cadence.WEEKLY, Alert.looked_on <= on - timedelta(days=7)),
    )


def due(session: Session, on: date, after: int) -> list[int]:
    """Return the numbers of the next alerts that are due on a day, of people who can be written to."""
    query = select(Alert.id).join(User, User.id == Alert.user_id)
    return list(
        session.scalars(query.where(_is_due(on), can_log_in(), Alert.id > after).order_by(Alert.id).limit(BATCH))
    )


def held(session: Session, number: int, on: date) -> tuple[Alert, str] | None:
    """Return an alert that is still due, kept from others until the transaction ends, and whom it is written to."""
    query = select(Alert, User.email).join(User, User.id == Alert.user_id).where(Alert.id == number, _is_due(on))
    row = session.execute(query.where(can_log_in()).with_for_update(of=Alert)).first()
    return (row.Alert, row.email) if row and row.email else None
