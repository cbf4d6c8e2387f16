"""What was typed, taken apart: words that must be there, quoted text, what is left out, the word still being typed.

    invoices zurich      both words, in any form; the last one may still be growing: "zur" finds Zürich
    "language model"     these words next to each other
    -chatbots            without this word; a minus before quoted text works as well

Anything else means itself: no input is an error.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from directory.search.synonyms import longest_synonym, synonyms_of
from directory.search.tokens import LONGEST, WORD, folded, tokens

PIECE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))')
QUOTES = str.maketrans("“”„«»", '"""""')
SHORTEST_PREFIX = 3
"""Fewer letters begin too many words to mean one."""
MOST_WORDS = 32
"""More different words than this aren't looked for."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to satisfy a wish: all these words, as the index holds them; next to each other when quoted.

    `prefix` is the beginning of a word, folded, that also satisfies it.
    """

    words: tuple[str, ...]
    is_quoted: bool = False
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What must be there, in one of several ways: first as it was typed, then in words that mean the same."""

    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """Every wish must be satisfied, and nothing that is unwanted may be there."""

    wishes: tuple[Wish, ...]
    unwanted: tuple[Way, ...]


def read(text: str) -> Expression:
    """Return what a text asks for; of many words the first ones."""
    pieces = list(PIECE.finditer(text.translate(QUOTES)))
    wishes: list[Wish] = []
    unwanted: list[Way] = []
    plain: list[str] = []
    for piece in pieces:
        quoted, words = piece["quoted"], tokens(piece["quoted"] or piece["plain"] or "")
        if piece["minus"]:
            unwanted += _quoted(words)
        elif quoted is not None:
            wishes += _plain(plain)
            plain = []
            wishes += [Wish((way,)) for way in _quoted(words)]
        else:
            plain += words
    is_open = bool(pieces) and pieces[-1]["plain"] is not None and not pieces[-1]["minus"]
    wishes += _plain(plain, _beginning(pieces[-1]["plain"]) if is_open else "")
    return Expression(tuple(dict.fromkeys(wishes))[:MOST_WORDS], tuple(dict.fromkeys(unwanted))[:MOST_WORDS])


def _quoted(words: list[str]) -> list[Way]:
    return [Way(tuple(words), is_quoted=len(words) > 1)] if words else []


def _beginning(piece: str) -> str:
    """Return the last word of a piece as far as it is typed, where it is long enough to stand for others."""
    found = WORD.findall(folded(piece))
    last = found[-1][:LONGEST] if found else ""
    return last if len(last) >= SHORTEST_PREFIX else ""


def _plain(words: list[str], prefix: str = "") -> Iterator[Wish]:
    """Yield a wish for each word, or for several that have another name together."""
    at = 0
    while at < len(words):
        length = longest_synonym(words, at) or 1
        taken = tuple(words[at : at + length])
        at += length
        is_last = at == len(words)
        others = (Way(other, is_quoted=len(other) > 1) for other in synonyms_of(taken))
        typed = Way(taken, prefix=prefix if is_last and length == 1 else "")
        yield Wish((typed, *others))
