"""Text: who satisfies what was asked for in words, and how well (BM25F).

Source: Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.6.
Only living providers count towards lengths and frequencies, so that the same documents give the same scores
however they lie in segments. Several ways to satisfy one wish (a synonym, the beginning of a word) count as
occurrences of one word, the less literal ones for less.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from directory.search.bitmaps import NOBODY, Ordinals, bitmap, ordinals_of
from directory.search.document import TEXT_FIELDS
from directory.search.expression import Way, Wish, read
from directory.search.generation import Generation
from directory.search.sequences import holds

WEIGHTS = {"name": 5.0, "summary": 2.0, "description": 1.0, "systems": 1.5}
LENGTH_SHARE = 0.75
"""BM25's b: how much a field's length discounts what is found in it."""
SATURATION = 1.2
"""BM25's k1: how soon more of the same word stops counting."""
SYNONYM_SHARE = 0.7
"""For how much a word that means the same counts."""
BEGINNING_SHARE = 0.4
"""For how much a word counts that only begins as what was typed."""
MOST_ENDINGS = 100
"""Of the words that begin so, as many of the commonest are taken."""
LONGEST_ENDING = 4
"""While a word is being typed, so many letters of its ending may be there that its stem lacks (invoicin|g)."""
SHORTEST_STEM = 4

FEW = 16
"""Where fewer than one in so many hold a word, only they are looked at."""


@dataclass(frozen=True, slots=True)
class Holders:
    """The living who hold something: ordinals ascending, beside each how much, by field and length."""

    ordinals: Ordinals
    amounts: NDArray[np.float64]
    members: BitMap

    @property
    def nbytes(self) -> int:
        """How much memory it takes, about."""
        return 14 * len(self.ordinals)

    def amounts_of(self, ordinals: Ordinals) -> NDArray[np.float64]:
        """Return how much each of some holders holds."""
        result: NDArray[np.float64] = self.amounts[np.searchsorted(self.ordinals, ordinals)]
        return result

    def lessened(self, share: float) -> "Holders":
        """Return the same holders, of whom each counts for less."""
        return Holders(self.ordinals, self.amounts * share, self.members)


def _holders(ordinals: Ordinals, amounts: NDArray[np.float64]) -> Holders:
    return Holders(ordinals, amounts, bitmap(ordinals))


NOTHING = _holders(np.empty(0, np.uint32), np.empty(0))


@dataclass(frozen=True, slots=True)
class Matched:
    """Who satisfies a text: its `members` satisfy all the wishes. `everybody` is how many are looked at."""

    members: BitMap
    wishes: tuple[Holders, ...]
    everybody: int

    def scores(self, ordinals: Ordinals) -> NDArray[np.float64]:
        """Return how well some of the members satisfy it; asked for those alone that are to be put in order."""
        total = np.zeros(len(ordinals))
        for wish in self.wishes:
            total += _idf(self.everybody, len(wish.ordinals)) * _saturated(wish.amounts_of(ordinals))
        return total


def match(generation: Generation, text: str) -> Matched:
    """Return who satisfies a text. Text without a word in it matches nobody."""
    expression = read(text)
    if not expression.wishes and not expression.unwanted:
        return Matched(NOBODY, (), len(generation.alive))
    found = tuple(_wished(generation, wish) for wish in expression.wishes)
    by_size = sorted((one.members for one in found), key=len)
    members = BitMap.intersection(*by_size) if by_size else generation.alive
    for way in expression.unwanted:
        members = members - _satisfied(generation, way).members
    return Matched(members, found, len(generation.alive))


def _wished(generation: Generation, wish: Wish) -> Holders:
    """Return who satisfies a wish in any of its ways, the first being the literal one."""
    typed, *others = wish.ways
    if not others:
        return _satisfied(generation, typed)
    return generation.memory.recall(("wish", wish), lambda: _wished_anew(generation, typed, others))


def _wished_anew(generation: Generation, typed: Way, others: Sequence[Way]) -> Holders:
    lesser = [_satisfied(generation, one).lessened(SYNONYM_SHARE) for one in others]
    return _together([_satisfied(generation, typed), *lesser], generation.size)


def _satisfied(generation: Generation, way: Way) -> Holders:
    """Return who holds all the words of a way, next to each other where it is quoted, or a word that begins so."""
    if len(way.words) == 1 and not way.prefix:
        return _recalled(generation, way.words[0])
    return generation.memory.recall(("way", way), lambda: _satisfied_anew(generation, way))


def _satisfied_anew(generation: Generation, way: Way) -> Holders:
    found = [_recalled(generation, word) for word in way.words]
    all_of = found[0] if len(found) == 1 else _all_of(found)
    if way.is_quoted:
        all_of = _adjacent(generation, all_of, way.words)
    return _together([all_of, _begun(generation, way)], generation.size) if way.prefix else all_of


def _all_of(found: Sequence[Holders]) -> Holders:
    """Return who holds everything, as much as of the scarcest."""
    members = BitMap.intersection(*(one.members for one in found))
    ordinals = ordinals_of(members)
    return Holders(ordinals, np.minimum.reduce([one.amounts_of(ordinals) for one in found]), members)


def _together(parts: Sequence[Holders], size: int) -> Holders:
    """Return who holds any, each with the sum of what they hold."""
    return _holders(*_summed([(one.ordinals, one.amounts) for one in parts], size))


def _adjacent(generation: Generation, found: Holders, words: Sequence[str]) -> Holders:
    """Return those of the holders who have the words next to each other in one field."""
    holders = found.ordinals
    kept = np.zeros(len(holders), np.bool_)
    offset = 0
    for segment, _ in generation.parts:
        begin, end = np.searchsorted(holders, [offset, offset + segment.size])
        sequences = segment.words.sequences(holders[begin:end] - np.uint32(offset)) if begin < end else []
        kept[begin:end] = [holds(sequence, words) for sequence in sequences]
        offset += segment.size
    return _holders(holders[kept], found.amounts[kept])


def _begun(generation: Generation, way: Way) -> Holders:
    """Return who holds a word that begins as typed, the word itself left out."""
    words = [word for word in beginning_with(generation, way.prefix) if word not in way.words]
    found = [part for word in words for part in _parts(generation, word)]
    return _living(generation, found).lessened(BEGINNING_SHARE)


def beginning_with(generation: Generation, prefix: str) -> tuple[str, ...]:
    """Return the words of the index that begin so, the commonest first; else the stem of what is half typed."""
    counts: Counter[str] = Counter()
    for segment, _ in generation.parts:
        for field in TEXT_FIELDS:
            for word, count in segment.words.starting(field, prefix):
                counts[word] += count
    if counts:
        return tuple(sorted(counts, key=lambda word: (-counts[word], word))[:MOST_ENDINGS])
    shortest = max(SHORTEST_STEM, len(prefix) - LONGEST_ENDING)
    stems = (prefix[:length] for length in range(len(prefix) - 1, shortest - 1, -1))
    return next(((stem,) for stem in stems if len(_recalled(generation, stem).ordinals)), ())


def _means(generation: Generation) -> NDArray[np.float64]:
    """Return the mean length of each field over living providers."""
    alive = ordinals_of(generation.alive)
    totals = generation.providers.lengths[:, alive].sum(axis=1, dtype=np.int64)
    means: NDArray[np.float64] = np.maximum(totals / max(1, len(alive)), 1e-9)
    return means


Part = tuple[Ordinals, NDArray[np.float64]]
"""Ordinals of one segment and field, ascending, and beside each how much."""


def _parts(generation: Generation, word: str) -> list[Part]:
    """Return who holds a word, and how much, by field and segment; the dead included."""
    means = generation.memory.recall("means", lambda: _means(generation))
    parts: list[Part] = []
    for number, field in enumerate(TEXT_FIELDS):
        offset = 0
        for segment, _ in generation.parts:
            ordinals, counts = segment.words.postings(field, word)
            if len(ordinals):
                at = ordinals + np.uint32(offset)
                length = generation.providers.lengths[number, at] / means[number]
                parts.append((at, WEIGHTS[field] * counts / (1 - LENGTH_SHARE + LENGTH_SHARE * length)))
            offset += segment.size
    return parts


def _living(generation: Generation, parts: Sequence[Part]) -> Holders:
    """Return who of the living is in any part, each with the sum."""
    found = _holders(*_summed(parts, generation.size))
    members = found.members & generation.alive
    if len(members) == len(found.ordinals):
        return found
    ordinals = ordinals_of(members)
    return Holders(ordinals, found.amounts_of(ordinals), members)


def _summed(parts: Sequence[Part], size: int) -> Part:
    """Return who is in any part, each with the sum: over everybody where many are, else over those alone."""
    if not parts:
        return NOTHING.ordinals, NOTHING.amounts
    if sum(len(ordinals) for ordinals, _ in parts) * FEW > size:
        total = np.zeros(size)
        for ordinals, amounts in parts:
            total[ordinals] += amounts
        held = np.flatnonzero(total).astype(np.uint32)
        return held, total[held]
    held = np.unique(np.concatenate([ordinals for ordinals, _ in parts]))
    total = np.zeros(len(held))
    for ordinals, amounts in parts:
        total[np.searchsorted(held, ordinals)] += amounts
    return held, total


def _recalled(generation: Generation, word: str) -> Holders:
    return generation.memory.recall(("word", word), lambda: _living(generation, _parts(generation, word)))


def holders_of(generation: Generation, word: str) -> Ordinals:
    """Return the ordinals of the living who hold a word, given as the index has it, ascending."""
    return _recalled(generation, word).ordinals


def _idf(everybody: int, holders: int) -> float:
    return log(1 + (everybody - holders + 0.5) / (holders + 0.5))


def _saturated(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = weight * (SATURATION + 1) / (weight + SATURATION)
    return result


def micro(scores: Sequence[float] | NDArray[np.float64]) -> NDArray[np.int64]:
    """Return scores in whole millionths: what orders by relevance compare."""
    millionths: NDArray[np.int64] = np.rint(np.asarray(scores) * 1_000_000).astype(np.int64)
    return millionths
