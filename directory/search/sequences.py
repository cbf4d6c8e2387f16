"""The order of a provider's words, packed: what tells whether words stand next to each other.

Each word is four bytes of its checksum, each field ends with the checksum of nothing. Kept so, the order makes the
index a third larger and costs no time that could be measured; a term for each two neighbours made it six times as
large and took twice as long. Two different words share a checksum once in four thousand million pairs.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from zlib import crc32

END = crc32(b"")
WIDTH = 4


@lru_cache(maxsize=50_000)
def _checksum(word: str) -> int:
    return crc32(word.encode()) or 1  # 0 is the end of a field


def pack(fields: Iterable[Sequence[str]]) -> bytes:
    """Return the words of all fields, in order."""
    packed = array("I")
    for words in fields:
        packed.extend(map(_checksum, words))
        packed.append(END)
    return packed.tobytes()


def holds(packed: bytes, words: Sequence[str]) -> bool:
    """Whether the words stand next to each other, in this order, in one field."""
    wanted = array("I", map(_checksum, words)).tobytes()
    at = packed.find(wanted)
    while at >= 0 and at % WIDTH:
        at = packed.find(wanted, at + 1)
    return at >= 0
