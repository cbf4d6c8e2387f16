"""The strip of observed uptime."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from directory.evidence.queries import Measured
from directory.web.profile.strip import DAYS, strip_of

LAST = date(2026, 11, 2)
COUNTS = st.integers(0, 1440).flatmap(lambda samples: st.tuples(st.just(samples), st.integers(0, samples)))


def measured(days: tuple[tuple[int, int], ...]) -> Measured:
    first = LAST - timedelta(days=max(len(days) - 1, 0))
    return Measured(1, first, LAST, sum(one for one, _ in days), 1440 * len(days), Decimal("99.9"), days)


@given(st.lists(COUNTS, max_size=200).map(tuple))
def test_there_are_always_ninety_days_that_end_with_the_last(days: tuple[tuple[int, int], ...]) -> None:
    strip = strip_of(measured(days))
    assert len(strip.days) == DAYS
    assert strip.days[-1].on == strip.ends_on == LAST
    assert strip.days[0].on == strip.starts_on
    assert all(one.share is None or 0 <= one.share <= 100 for one in strip.days)
    assert all(one.share is not None and one.share < Decimal("99.9") for one in strip.troubled)


def test_a_short_measurement_leaves_its_beginning_unknown() -> None:
    strip = strip_of(measured(((100, 100),) * 3))
    assert [one.share for one in strip.days[-4:]] == [None, 100, 100, 100]
    assert strip.days[0].title == "5 Aug 2026: not measured"
    assert strip.summary.startswith("3 of 90 days to 2 Nov 2026 were measured; 3 at 99.9 % or more, 0 below.")


def test_one_lost_probe_never_reads_as_a_whole_day() -> None:
    strip = strip_of(measured(((100_000, 99_999),)))
    assert strip.days[-1].share == Decimal("99.99")
