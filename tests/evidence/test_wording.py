"""How values, bands and ages read."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from directory.evidence.metrics import Coverage, Metric
from directory.evidence.wording import age, band, day, number, quantity

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("48200", "48,200"),
        ("99.9600", "99.96"),
        ("100", "100"),
        ("0", "0"),
        ("1000000", "1,000,000"),
        ("1E+3", "1,000"),
    ],
)
def test_numbers_are_grouped_and_end_in_no_zeros_of_their_own(value: str, text: str) -> None:
    assert number(Decimal(value)) == text


def test_quantities_carry_their_unit() -> None:
    assert quantity(Metric.REQUESTS_PER_DAY, Decimal(48200)) == "48,200/day"
    assert quantity(Metric.UPTIME_PERCENT, Decimal("99.96")) == "99.96 %"
    assert quantity(Metric.RESPONSE_MINUTES, Decimal(15), Coverage.ROUND_THE_CLOCK) == "15 min, 24×7"


def test_bands_say_what_lies_in_them() -> None:
    assert band(Metric.REQUESTS_PER_DAY, Decimal(10_000), Decimal(100_000)) == "10,000–99,999/day"
    assert band(Metric.REQUESTS_PER_DAY, Decimal(10**6), None) == "1,000,000/day or more"
    assert band(Metric.DEPLOY_MINUTES, Decimal(0), Decimal(10)) == "below 10 min"
    assert band(Metric.UPTIME_PERCENT, Decimal("99.9"), Decimal("99.95")) == "99.9 to below 99.95 %"


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "2 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (29, "4 weeks ago"),
        (30, "1 month ago"),
        (364, "12 months ago"),
        (365, "1 year ago"),
        (800, "2 years ago"),
        (-3, "from 26 Nov 2026"),
    ],
)
def test_ages(days: int, text: str) -> None:
    assert age(TODAY - timedelta(days=days), TODAY) == text


def test_days_are_written_out() -> None:
    assert day(date(2026, 11, 3)) == "3 Nov 2026"
