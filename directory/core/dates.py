"""Calendar arithmetic on days."""

from calendar import monthrange
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=16_384)  # a page or an index asks for the same few days over and over
def add_months(day: date, months: int) -> date:
    """Return the same day `months` later; a day the month lacks becomes its last (31 Aug + 6 = 28 Feb)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
