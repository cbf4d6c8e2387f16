"""The strip of observed uptime: one bar a day, and the same in words for those who don't see it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from directory.evidence.queries import Measured
from directory.evidence.wording import day as day_text
from directory.evidence.wording import number

DAYS = 90
GOOD_PERCENT = Decimal("99.9")
"""From here on a day's bar is green; days below it are named in words."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day: the share of good samples, 0–100, or None where nothing was measured."""

    on: date
    share: Decimal | None
    title: str


@dataclass(frozen=True, slots=True)
class Strip:
    """Ninety days of observed uptime; `troubled` are the days worth naming, newest first; `summary` says it all."""

    uptime: Decimal
    days: tuple[Day, ...]
    troubled: tuple[Day, ...]
    summary: str
    samples: int
    expected_samples: int
    starts_on: date
    ends_on: date


def _day(on: date, counts: tuple[int, int]) -> Day:
    samples, good = counts
    if not samples:
        return Day(on, None, f"{day_text(on)}: not measured")
    share = Decimal(100) * good / samples
    # Two places, cut rather than rounded: 99.999 must not read as a day without a failure.
    shown = share.quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    return Day(on, shown, f"{day_text(on)}: {number(shown)} %")


def _summary(measured: Measured, days: tuple[Day, ...], troubled: tuple[Day, ...]) -> str:
    known = sum(one.share is not None for one in days)
    return (
        f"{known} of {len(days)} days to {day_text(measured.last_sample_on)} were measured; "
        f"{known - len(troubled)} at {number(GOOD_PERCENT)} % or more, {len(troubled)} below."
    )


def strip_of(measured: Measured) -> Strip:
    """Return the strip of the last 90 days measured; days before the first one count as not measured."""
    counts = measured.days[-DAYS:]
    counts = ((0, 0),) * (DAYS - len(counts)) + counts
    starts_on = measured.last_sample_on - timedelta(days=DAYS - 1)
    days = tuple(_day(starts_on + timedelta(days=index), one) for index, one in enumerate(counts))
    troubled = tuple(one for one in reversed(days) if one.share is not None and one.share < GOOD_PERCENT)
    return Strip(
        uptime=measured.uptime_percent,
        days=days,
        troubled=troubled,
        summary=_summary(measured, days, troubled),
        samples=measured.samples,
        expected_samples=measured.expected_samples,
        starts_on=starts_on,
        ends_on=measured.last_sample_on,
    )
