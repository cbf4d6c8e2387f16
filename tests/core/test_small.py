"""Clock, calendar, pages and the places where shipped files lie."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from directory.core import clock, paths
from directory.core.dates import add_months
from directory.core.errors import DomainError, InvalidInputError
from directory.core.paging import Page


def test_the_clock_gives_the_moment_and_the_day_in_utc() -> None:
    with time_machine.travel("2026-11-03T23:30:00-05:00", tick=False):
        assert clock.now() == datetime(2026, 11, 4, 4, 30, tzinfo=UTC)
        assert clock.today() == date(2026, 11, 4)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 11, 3), 12, date(2027, 11, 3)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 11, 3), 0, date(2026, 11, 3)),
    ],
)
def test_months_are_added_as_a_calendar_does(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60), st.integers(0, 60))
def test_a_later_day_never_ends_earlier(day: date, months: int, later: int) -> None:
    assert add_months(day + timedelta(days=later), months) >= add_months(day, months)


@given(st.integers(0, 5000), st.integers(1, 100))
def test_pages_cover_every_item_once(total: int, size: int) -> None:
    first = Page(1, size, total)
    pages = [Page(number, size, total) for number in range(1, first.count + 1)]
    assert [item for page in pages for item in range(page.start, page.stop)] == list(range(total))
    assert not any(page.is_past_end for page in pages)
    assert Page(first.count + 1, size, total).is_past_end


def test_a_page_knows_its_neighbours() -> None:
    assert (Page(1, 20, 41).previous, Page(1, 20, 41).next) == (None, 2)
    assert (Page(2, 20, 41).previous, Page(2, 20, 41).next) == (1, 3)
    assert (Page(3, 20, 41).previous, Page(3, 20, 41).next) == (2, None)
    assert (Page(1, 20, 0).count, Page(1, 20, 0).is_past_end, Page(2, 20, 0).is_past_end) == (1, False, True)


def test_an_input_error_names_the_field() -> None:
    error = InvalidInputError("min_uptime", "must be a number")
    assert isinstance(error, DomainError)
    assert (error.field, error.message, str(error)) == (
        "min_uptime",
        "must be a number",
        "min_uptime: must be a number",
    )


@pytest.mark.parametrize("name", ["templates", "static", "data"])
def test_shipped_folders_lie_beside_the_package_in_a_checkout(name: str) -> None:
    assert paths.shipped(name) == paths.PACKAGE.parent / name
    assert paths.shipped(name).is_dir()
