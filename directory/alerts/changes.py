"""Who was there, in which tier, and what has changed since. Pure.

Providers are known by their database ids here, which stay; ordinals of a generation don't.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from pyroaring import BitMap

TIERS = 3
"""No tier, in production, at scale: the ranks of the tiers, and 0."""
LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Seen:
    """Some providers by the rank of the tier that they reach."""

    by_tier: tuple[BitMap, BitMap, BitMap]

    @property
    def everybody(self) -> BitMap:
        """All of them."""
        return reduce(or_, self.by_tier)

    def among(self, some: BitMap) -> "Seen":
        """Return those of them who are among some."""
        none, lower, upper = self.by_tier
        return Seen((none & some, lower & some, upper & some))

    def tier_of(self, provider_id: int) -> int:
        """Return the rank of one's tier; 0 for somebody who isn't among them, too."""
        return next((rank for rank in range(TIERS) if provider_id in self.by_tier[rank]), 0)


@dataclass(frozen=True, slots=True)
class Changes:
    """Who is new, who rose to a higher tier, who fell to a lower one or to none. Nobody stands twice."""

    new: BitMap
    risen: BitMap
    fallen: BitMap

    def __bool__(self) -> bool:
        return bool(self.new or self.risen or self.fallen)


def changes(before: Seen, now: Seen, listed: Seen) -> Changes:
    """Return what changed; `listed` is everybody with their tiers now, whether they still match or not.

    Who was there and isn't listed any more is told of nowhere: that a provider was taken out is not a buyer's news.
    """
    was, none, lower, upper = before.everybody, *listed.by_tier
    return Changes(
        new=now.everybody - was,
        risen=(before.by_tier[0] & (lower | upper)) | (before.by_tier[1] & upper),
        fallen=(before.by_tier[2] & (none | lower)) | (before.by_tier[1] & none),
    )


def pack(seen: Seen) -> bytes:
    """Return what was seen as the database keeps it."""
    parts = [members.serialize() for members in seen.by_tier]
    return b"".join(LENGTH.pack(len(part)) + part for part in parts)


def unpack(packed: bytes) -> Seen:
    """Return what `pack` was given."""
    parts, at = [], 0
    for _ in range(TIERS):
        (length,) = LENGTH.unpack_from(packed, at)
        at += LENGTH.size
        parts.append(BitMap.deserialize(packed[at : at + length]))
        at += length
    return Seen((parts[0], parts[1], parts[2]))


def seen(tiers: Iterable[tuple[int, int]]) -> Seen:
    """Return (provider id, rank of its tier) pairs as what is seen."""
    by_tier = (BitMap(), BitMap(), BitMap())
    for provider_id, rank in tiers:
        by_tier[rank].add(provider_id)
    return Seen(by_tier)
