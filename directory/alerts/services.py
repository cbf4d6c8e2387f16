"""Verbs of alerts: save, change how often, remove, stop from a letter."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import User
from directory.alerts.changes import Seen, pack
from directory.alerts.models import LONGEST_QUERY, MOST_ALERTS, About, Alert, Cadence
from directory.alerts.queries import alert_of, alerts_of
from directory.core.errors import ConflictError, InvalidInputError, NotFoundError

FULL = f"You have {MOST_ALERTS} alerts, which is as many as one account has room for. Remove one first."

NONE = "You have no such alert."
LONG = "This search has more filters than an alert can keep. Take some out."


@dataclass(frozen=True, slots=True)
class Watched:
    """What an alert is to be about, and who is there now; `query` is canonical, empty for the shortlist."""

    about: About
    query: str
    seen: Seen


def save(session: Session, user_id: int, watched: Watched, cadence: Cadence, *, on: date, at: datetime) -> Alert:
    """Save an alert; the same one again only changes how often. ConflictError where there is no room."""
    if len(watched.query) > LONGEST_QUERY:
        raise InvalidInputError("query", LONG)
    session.execute(select(User.id).where(User.id == user_id).with_for_update()).one()
    mine = alerts_of(session, user_id)
    same = next((one for one in mine if (one.about, one.query) == (watched.about, watched.query)), None)
    if same is not None:
        same.cadence = cadence
        return same
    free = next((place for place in range(1, MOST_ALERTS + 1) if place not in {one.place for one in mine}), None)
    if free is None:
        raise ConflictError(FULL)
    alert = Alert(
        user_id=user_id,
        place=free,
        about=watched.about,
        query=watched.query,
        cadence=cadence,
        created_at=at,
        looked_on=on,
        seen=pack(watched.seen),
    )
    session.add(alert)
    session.flush()
    return alert


def change(session: Session, user_id: int, number: int, cadence: Cadence) -> None:
    """Change how often somebody is told of one of their alerts."""
    _own(session, user_id, number).cadence = cadence


def remove(session: Session, user_id: int, number: int) -> None:
    """Remove one of somebody's alerts."""
    session.delete(_own(session, user_id, number))


def stop(session: Session, number: int) -> None:
    """End the letters of an alert, which stays in the account without them; again changes nothing."""
    alert = session.get(Alert, number)
    if alert is not None:
        alert.cadence = Cadence.NEVER


def _own(session: Session, user_id: int, number: int) -> Alert:
    alert = alert_of(session, user_id, number)
    if alert is None:
        raise NotFoundError(NONE)
    return alert
