"""Words of the field that mean the same, from `data/search/synonyms.yaml`."""

from collections.abc import Mapping, Sequence
from functools import cache

import yaml

from directory.core import paths
from directory.search.tokens import tokens

Phrase = tuple[str, ...]
"""Words as the index holds them."""


def read_groups(text: str) -> dict[Phrase, tuple[Phrase, ...]]:
    """Return every phrase with the others of its group; raise ValueError where the file isn't what it should be."""
    found = yaml.safe_load(text)
    groups = found.get("groups") if isinstance(found, Mapping) else None
    if not isinstance(groups, list):
        raise ValueError("synonyms: a list of groups is needed")  # noqa: TRY004 - the file is wrong, not the caller
    table: dict[Phrase, tuple[Phrase, ...]] = {}
    for group in groups:
        phrases = tuple(dict.fromkeys(tuple(tokens(str(member))) for member in group))
        for phrase in phrases:
            if not phrase or phrase in table:
                raise ValueError(f"synonyms: {' '.join(phrase) or 'an empty text'} stands in two places, or alone")
            table[phrase] = tuple(other for other in phrases if other != phrase)
    return table


@cache
def _table() -> dict[Phrase, tuple[Phrase, ...]]:
    return read_groups((paths.shipped("data") / "search" / "synonyms.yaml").read_text(encoding="utf-8"))


@cache
def _longest() -> int:
    return max(map(len, _table()), default=0)


def synonyms_of(phrase: Phrase) -> tuple[Phrase, ...]:
    """Return what else a phrase is called."""
    return _table().get(phrase, ())


def longest_synonym(words: Sequence[str], at: int) -> int:
    """Return how many words from a place on are together one name that has others; 0 where none is."""
    for length in range(min(_longest(), len(words) - at), 0, -1):
        if tuple(words[at : at + length]) in _table():
            return length
    return 0
