"""Whole answers that are the same for every reader without a cookie, kept in memory until what they depend on changes.

docs/adr/0011 says what that is, and why an answer is never somebody else's.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from cachetools import LRUCache

from directory.providers.membership import ReachKind
from directory.web.compression import compressed, decompressed

MOST_BYTES = 8_000_000
"""So much is kept in a process, and of one answer no more than a fourth of it."""
MOST_SPELLINGS = 4_000
LONGEST_SPELLING = 500
Spelling = tuple[str, str]
"""An address as it was asked for: path and query."""
Shown = tuple[tuple[ReachKind, tuple[int, ...]], ...]
"""Which entries an answer shows, by the way that is counted."""


class State(NamedTuple):
    """Everything beside its address that an answer depends on.

    `position`: the newest event of the log, and with it who is public and the catalogue in force. `generation` and
    `trouble`: the index as this process sees it. `on`: the day.
    """

    position: int
    generation: str
    trouble: str
    on: date


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: `headers` are those it has however it is sent, `bodies` are by encoding.

    "" stands for the body as it was made; it goes once there is a compressed one, which takes a tenth of the room.
    """

    endpoint: str
    etag: str
    headers: tuple[tuple[str, str], ...]
    bodies: Mapping[str, bytes]
    is_compressible: bool
    shown: Shown

    @property
    def size(self) -> int:
        """How many bytes keeping it takes, about."""
        return 2_000 + sum(map(len, self.bodies.values())) + 40 * sum(len(ids) for _, ids in self.shown)

    def encoded(self, encoding: str) -> "Answer":
        """Return the answer with its body compressed in that way too."""
        others = {name: body for name, body in self.bodies.items() if name}
        return replace(self, bodies={**others, encoding: compressed(self.body(""), encoding)})

    def body(self, encoding: str) -> bytes:
        """Return the body in an encoding that there is, or as it was made."""
        if encoding or "" in self.bodies:
            return self.bodies[encoding]
        known, body = next(iter(self.bodies.items()))
        return decompressed(body, known)


class PageCache:
    """The answers of one process, all made in one state; any number of threads may use it. The least used go first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._most = most_bytes
        self._state: State | None = None
        self._answers: LRUCache[str, Answer] = LRUCache(most_bytes, getsizeof=lambda one: one.size)
        self._addresses: LRUCache[Spelling, str] = LRUCache(MOST_SPELLINGS)

    @property
    def size(self) -> int:
        """How many bytes are kept, about."""
        return int(self._answers.currsize)

    def address_of(self, spelling: Spelling) -> str | None:
        """Return the canonical address that a view made of this one before, if it did."""
        with self._lock:
            return self._addresses.get(spelling)

    def find(self, address: str, state: State) -> Answer | None:
        """Return what is kept under a canonical address, if it was made in this very state."""
        with self._lock:
            return self._answers.get(address) if state == self._state else None

    def keep(self, address: str, state: State, answer: Answer) -> None:
        """Keep an answer. A new state throws away what was made before it; what was made in an older one isn't kept."""
        with self._lock:
            if state != self._state:
                if self._state is not None and state.position < self._state.position:
                    return
                self._answers.clear()
                self._state = state
            if answer.size <= self._most // 4:
                self._answers[address] = answer

    def remember(self, spelling: Spelling, address: str) -> None:
        """Remember for which canonical address a view took this one."""
        if sum(map(len, spelling)) <= LONGEST_SPELLING:
            with self._lock:
                self._addresses[spelling] = address


@dataclass(slots=True)
class Offer:
    """What a request that may be answered from the cache carries: a view takes it up, or nothing is kept.

    `address` and `state` are set by the view that takes it up, `answer` once there is one; `is_found` tells one that
    was kept from one just made. `shown` gathers what is counted meanwhile.
    """

    cache: PageCache
    address: str = ""
    state: State | None = None
    answer: Answer | None = None
    is_found: bool = False
    shown: list[tuple[ReachKind, tuple[int, ...]]] = field(default_factory=list)
