"""Sets of ordinals as roaring bitmaps, to and from arrays."""

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

Ordinals = NDArray[np.uint32]
NOBODY = BitMap()
CONTAINER = 1 << 16
"""A roaring bitmap is kept in parts of so many ordinals."""
LONGEST_LIST = 4096
"""A part with more members than this is written as bits, one with fewer as a list."""
WITHOUT_RUNS = 12346
"""The cookie of the format for bitmaps without runs. Source: the Roaring Bitmap format specification."""
SPARSE = 32
"""Where fewer than one in so many is a member, a list is the faster way."""


def bitmap(ordinals: NDArray[Any]) -> BitMap:
    """Return ordinals as a bitmap; through an array, which pyroaring takes at once."""
    return BitMap(array("I", ordinals.astype(np.uint32).tobytes()))


def ordinals_of(members: BitMap) -> Ordinals:
    """Return a bitmap's members, ascending."""
    return np.frombuffer(members.to_array(), np.uint32)


def providers_of(members: BitMap) -> NDArray[np.int64]:
    """Return ordinals for indexing arrays, ascending."""
    return ordinals_of(members).astype(np.int64)


def mask_of(members: BitMap, size: int) -> NDArray[np.bool_]:
    """Return for each of so many ordinals whether it is a member."""
    mask = np.zeros(size, np.bool_)
    mask[ordinals_of(members)] = True
    return mask


def is_among(ordinals: Ordinals, some: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Return for each of a few ordinals whether it is one of many, which ascend."""
    if not len(ordinals):
        return np.zeros(len(some), np.bool_)
    places = np.minimum(np.searchsorted(ordinals, some), len(ordinals) - 1)
    found: NDArray[np.bool_] = ordinals[places] == some
    return found


def firsts_of(ascending: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the places at which each different value of an ascending array first stands."""
    is_first = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=is_first[1:])
    found: NDArray[np.int64] = np.flatnonzero(is_first)
    return found


def members_of(mask: NDArray[np.bool_]) -> BitMap:
    """Return the ordinals at which a mask is true.

    Many at once are handed over in the portable format, as bits, which takes a third of the time or less.
    """
    if np.count_nonzero(mask) * SPARSE < len(mask):
        return bitmap(np.flatnonzero(mask))
    parts = [mask[start : start + CONTAINER] for start in range(0, len(mask), CONTAINER)]
    counts = [int(np.count_nonzero(part)) for part in parts]
    held = [(number, count) for number, count in enumerate(counts) if count]
    bodies = [_body(parts[number], count) for number, count in held]
    head = np.array([WITHOUT_RUNS, len(held)], "<u4").tobytes()
    head += np.array([(number, count - 1) for number, count in held], "<u2").tobytes()
    starts = np.cumsum([len(head) + 4 * len(held), *map(len, bodies[:-1])]).astype("<u4").tobytes()
    return BitMap.deserialize(head + starts + b"".join(bodies))


def places_of(mask: NDArray[np.bool_]) -> Ordinals:
    """Return the ordinals at which a mask is true, ascending; by way of a bitmap, which reads bits faster."""
    return ordinals_of(members_of(mask))


def _body(part: NDArray[np.bool_], count: int) -> bytes:
    if count <= LONGEST_LIST:
        return np.flatnonzero(part).astype("<u2").tobytes()
    return np.packbits(part, bitorder="little").tobytes().ljust(CONTAINER // 8, b"\0")
