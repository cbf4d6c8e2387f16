"""What is asked of us and of every peer, and what each answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from bench.search_corpus import Corpus
from directory.search.expression import read
from directory.search.query import Query

Counts = dict[str, dict[str, int]]
"""How many results have each value, by facet."""
UNPROVEN = 1 << 60
"""Added to the key of a provider without a tier: whatever it is sorted by, it stands behind."""


class Word(NamedTuple):
    """A word to look for; `beginning` is what other words that are meant, too, begin with, or empty."""

    stem: str
    beginning: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, with the counts of twelve facets or with its first page alone.

    Words are quoted, one by one, where they are to be looked for as they stand.
    """

    query: Query
    has_counts: bool = True

    @property
    def words(self) -> list[Word]:
        """The words as the index holds them, the last one with its beginning where it may still grow."""
        wishes = read(self.query.words).wishes
        return [Word(way.words[0], way.prefix) for way in (wish.ways[0] for wish in wishes)]


@dataclass(frozen=True, slots=True)
class Found:
    """The first twenty of `total`, in order. `keys` are what a metric orders them by, the best lowest.

    A peer that can't tell the total exactly says so.
    """

    total: int
    counts: Counts
    ids: tuple[int, ...]
    keys: tuple[int, ...] = ()
    is_estimate: bool = False


class Peer(Protocol):
    """One way to search the same documents."""

    name: str

    def build(self, corpus: Corpus, folder: Path) -> float:
        """Index everything and open it for questions; return how many seconds of a processor indexing took."""

    def find(self, asked: Asked) -> Found:
        """Answer."""

    def seconds(self) -> float:
        """Return the seconds of a processor spent so far, wherever the peer spends them."""

    def answers(self, asked: Asked) -> bool:
        """Whether the peer can answer this at all."""

    def close(self) -> None:
        """Let go of everything."""


def quoted(words: list[str]) -> str:
    """Return words as they are typed to be looked for as they stand."""
    return " ".join(f'"{word}"' for word in words)
