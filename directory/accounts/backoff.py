"""How long to wait after wrong passwords or codes. Pure.

The wait doubles and has a limit, so that nobody can keep somebody else out for good; a wait that runs isn't
prolonged by further attempts. What stops guessing for real is the limit by address and by account in the pages.
"""

from datetime import timedelta

FREE = 5
FIRST = timedelta(seconds=30)
LONGEST = timedelta(minutes=15)


def wait_after(failures: int) -> timedelta | None:
    """Return how long to wait after so many failures in a row; None for the first few."""
    if failures < FREE:
        return None
    doublings = min(failures - FREE, 10)
    return min(FIRST * (1 << doublings), LONGEST)
