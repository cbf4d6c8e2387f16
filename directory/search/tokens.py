"""How text becomes the words of the index: folded, without accents, stemmed; the same for documents and queries."""

import re
import unicodedata
from functools import lru_cache

from whoosh.lang.porter import stem

WORD = re.compile(r"[^\W_]+")
LONGEST = 64
"""Longer words are cut, in documents and queries alike."""
SMALL = {ord("ß"): "ss", ord("ø"): "o", ord("Ø"): "O", ord("ł"): "l", ord("Ł"): "L", ord("đ"): "d", ord("æ"): "ae"}
"""Letters that Unicode doesn't take apart but people type without the stroke."""


def folded(text: str) -> str:
    """Return text in lower case without accents, in compatibility form (é → e, ﬁ → fi, Ø → o)."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.translate(SMALL).casefold())
    return "".join(character for character in apart if not unicodedata.combining(character)).casefold()


@lru_cache(maxsize=50_000)
def _stemmed(word: str) -> str:
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word[:LONGEST]
    root: str = stem(word[:LONGEST])
    return root or word


def tokens(text: str) -> list[str]:
    """Return the words of a text, in order, each as the index holds it. There are no stop words."""
    return [_stemmed(word) for word in WORD.findall(folded(text))]


def sort_key(name: str, slug: str) -> str:
    """Return what names are ordered by: folded, ties broken by slug. No two providers share one."""
    return f"{folded(name)[:200]}\0{slug}"
