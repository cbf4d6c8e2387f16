"""Pages of a list: which one, how many, what lies around it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number` (from 1) of `total` items, `size` to a page."""

    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are; page 1 of nothing exists."""
        return max(1, -(-self.total // self.size))

    @property
    def is_past_end(self) -> bool:
        """Whether there is no such page."""
        return self.number > self.count

    @property
    def start(self) -> int:
        """Index of the first item on it."""
        return (self.number - 1) * self.size

    @property
    def stop(self) -> int:
        """Index after the last item on it."""
        return min(self.start + self.size, self.total)

    @property
    def previous(self) -> int | None:
        """Number of the page before, if any."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """Number of the page after, if any."""
        return self.number + 1 if self.number < self.count else None
