"""A circuit breaker for the mail server: one that is away isn't knocked at by every mail that waits. Pure."""

from datetime import datetime, timedelta

FAILURES = 3
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)


class Breaker:
    """Counts failures in a row. From the third on it is open for a while, ever longer; then one try is let through."""

    def __init__(self) -> None:
        """Begin closed."""
        self._failures = 0
        self._open_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether nothing is to be tried now."""
        return self._open_until is not None and now < self._open_until

    def succeeded(self) -> None:
        """Close it: the server answers."""
        self._failures, self._open_until = 0, None

    def failed(self, now: datetime) -> datetime:
        """Count a failure and return when to try again."""
        self._failures += 1
        beyond = self._failures - FAILURES
        pause = FIRST_PAUSE if beyond < 0 else min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(beyond, 10)))
        if beyond >= 0:
            self._open_until = now + pause
        return now + pause
