"""How values, bands, levels and days are written, the same everywhere: pages, API reasons, feeds."""

from datetime import date
from decimal import Decimal

from directory.evidence.facts import Support
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: Decimal | int) -> str:
    """Return a number grouped by thousands without trailing zeros: 48,200 or 99.96."""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def coverage_text(coverage: Coverage | str | None) -> str:
    """Return a coverage as pages write it: 24×7 or business hours."""
    if coverage is None:
        return ""
    return "24×7" if coverage == Coverage.ROUND_THE_CLOCK else "business hours"


def quantity(metric: Metric, value: Decimal, coverage: Coverage | None = None) -> str:
    """Return a value with its unit: 48,200/day, 99.96 %, 12 min, or 15 min, 24×7."""
    text = number(value) + DEFINITIONS[metric].suffix
    return f"{text}, {coverage_text(coverage)}" if coverage else text


def band(metric: Metric, low: Decimal, high: Decimal | None) -> str:
    """Return a half-open band as people read it: 10,000–99,999/day, 99.9 % to below 99.95 %, 60 min or more."""
    definition = DEFINITIONS[metric]
    if high is None:
        return f"{number(low)}{definition.suffix} or more"
    if definition.step == 1:
        return f"{number(low)}–{number(high - 1)}{definition.suffix}"
    if low == 0:
        return f"below {number(high)}{definition.suffix}"
    return f"{number(low)} to below {number(high)}{definition.suffix}"


def said(support: Support, metric: Metric) -> str:
    """Return what one piece of evidence says of a metric, in words."""
    if support.low is None:
        return ""
    if support.is_band:
        value = band(metric, support.low, support.high)
    elif support.high is not None and support.high != support.low:
        value = f"{number(support.low)} to {quantity(metric, support.high)}"
    else:
        value = quantity(metric, support.low)
    return f"{value}, {coverage_text(support.coverage)}" if support.coverage else value


def day(value: date) -> str:
    """Return a day as 3 Nov 2026."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def age(value: date, on: date) -> str:
    """Return how long ago a day was: today, yesterday, 5 days ago, 3 weeks ago, 4 months ago, 2 years ago."""
    days = (on - value).days
    if days < 0:
        return f"from {day(value)}"
    if days <= 1:
        return ("today", "yesterday")[days]
    for size, unit in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        count = days // size
        if count >= 1 and (unit != "week" or days >= 14):
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return day(value)
