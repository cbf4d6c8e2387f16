"""The one place that reads the clock; everything below the web and the jobs is handed the time."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the current day in UTC: the day on which levels and rules are computed."""
    return now().date()
