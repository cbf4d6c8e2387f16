"""Which segments are joined, and when.

Taking in a change writes a segment of its own and joins nothing, so that it is seen soon. Joining is done afterwards,
a step at a time, by a worker that has nothing else to do; and after a change only where there are very many segments.
A step is bounded by the rows that it writes, and with it how long the next change may have to wait for it.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Protocol, TypeVar

TOGETHER = 8
"""So many segments of about the same size are joined into one."""
MOST = 32
"""With more segments than this, joining doesn't wait for a quiet moment."""
STEP = 20_000
"""The most rows that a step writes: some 8,000 providers with their systems, about a second's work."""


BUSY_STEP = STEP // 4
"""The same while more changes are waiting."""


class Sized(Protocol):
    """A segment, as far as this needs to know it."""

    def doc_count(self) -> int:
        """Return how many rows live."""

    def doc_count_all(self) -> int:
        """Return how many rows there are."""


Segment = TypeVar("Segment", bound=Sized)


def due(segments: Sequence[Segment], most_rows: int = STEP) -> list[Segment]:
    """Return what the next step joins, smallest first, or nothing.

    Of the segments of about the same size, the smallest that are many; else one that is mostly deleted.
    """
    by_size: dict[int, list[Segment]] = {}
    for one in sorted(segments, key=lambda one: one.doc_count()):
        by_size.setdefault(_size(one.doc_count()), []).append(one)
    for alike in by_size.values():
        fitting = [one for one, rows in _with_sum(alike) if rows <= most_rows]
        if len(alike) >= TOGETHER and len(fitting) > 1:
            return fitting
    mostly_gone = [one for one in segments if one.doc_count() * 2 < one.doc_count_all()]
    return [one for one in mostly_gone if one.doc_count() <= most_rows][:1]


def urgent(segments: Sequence[Segment]) -> list[Segment]:
    """Return what is joined at once although more is to be taken in: little, and only of very many segments."""
    return due(segments, BUSY_STEP) if len(segments) > MOST else []


def _size(rows: int) -> int:
    """Return what segments of about the same size share: 0 up to 31 rows, then one more for eight times as many."""
    return max(0, rows.bit_length() - 3) // 3


def _with_sum(segments: Sequence[Segment]) -> Iterator[tuple[Segment, int]]:
    return zip(segments, accumulate(one.doc_count() for one in segments), strict=True)
