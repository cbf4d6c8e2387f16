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

from directory.search.bitmaps import NOBODY, Ordinals, bitmap, firsts_of, ordinals_of
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
MANY = 4
"""Where more than one in so many do, what each holds is kept at its ordinal: nobody needs to be looked for."""


Part = tuple[Ordinals, NDArray[np.float64]]
"""Some ordinals, ascending, and beside each how much it holds."""


@dataclass(frozen=True, slots=True)
class Holders:
    """The living who hold something, and how much each does, by field and length.

    Where many do, `amounts` has a place for everybody, and is as many places long; else one for each member.
    """

    members: BitMap
    amounts: NDArray[np.float64]

    @property
    def nbytes(self) -> int:
        """How much memory it takes, about."""
        return self.amounts.nbytes + 2 * len(self.members)

    @property
    def part(self) -> Part:
        """Who they are, and beside each how much."""
        ordinals = ordinals_of(self.members)
        return ordinals, self.amounts_of(ordinals)

    def amounts_of(self, some: Ordinals) -> NDArray[np.float64]:
        """Return how much each of some members holds."""
        if len(self.amounts) == len(self.members):
            found: NDArray[np.float64] = self.amounts[np.searchsorted(ordinals_of(self.members), some)]
        else:
            found = self.amounts[some]
        return found

    def lessened(self, share: float) -> "Holders":
        """Return the same holders, of whom each counts for less."""
        return Holders(self.members, self.amounts * share)


def _holders(part: Part, size: int, members: BitMap | None = None) -> Holders:
    """Return who holds something of `size` who are looked at."""
    ordinals, amounts = part
    members = bitmap(ordinals) if members is None else members
    if len(ordinals) * MANY <= size or len(ordinals) == size:
        return Holders(members, amounts)
    everywhere = np.zeros(size)
    everywhere[ordinals] = amounts
    return Holders(members, everywhere)


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
            total += _idf(self.everybody, len(wish.members)) * _saturated(wish.amounts_of(ordinals))
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
    all_of = found[0] if len(found) == 1 else _all_of(found, generation.size)
    if way.is_quoted:
        all_of = _adjacent(generation, all_of, way.words)
    return _together([all_of, _begun(generation, way)], generation.size) if way.prefix else all_of


def _all_of(found: Sequence[Holders], size: int) -> Holders:
    """Return who holds everything, as much as of the scarcest."""
    members = BitMap.intersection(*(one.members for one in found))
    ordinals = ordinals_of(members)
    return _holders((ordinals, np.minimum.reduce([one.amounts_of(ordinals) for one in found])), size, members)


def _together(parts: Sequence[Holders], size: int) -> Holders:
    """Return who holds any, each with the sum of what they hold."""
    return _holders(_summed([one.part for one in parts], size), size)


def _adjacent(generation: Generation, found: Holders, words: Sequence[str]) -> Holders:
    """Return those of the holders who have the words next to each other in one field."""
    holders, amounts = found.part
    kept = np.zeros(len(holders), np.bool_)
    offset = 0
    for segment, _ in generation.parts:
        begin, end = np.searchsorted(holders, [offset, offset + segment.size])
        sequences = segment.words.sequences(holders[begin:end] - np.uint32(offset)) if begin < end else []
        kept[begin:end] = [holds(sequence, words) for sequence in sequences]
        offset += segment.size
    return _holders((holders[kept], amounts[kept]), generation.size)


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
    return next(((stem,) for stem in stems if _recalled(generation, stem).members), ())


def _means(generation: Generation) -> NDArray[np.float64]:
    """Return the mean length of each field over living providers."""
    alive = ordinals_of(generation.alive)
    totals = generation.providers.lengths[:, alive].sum(axis=1, dtype=np.int64)
    means: NDArray[np.float64] = np.maximum(totals / max(1, len(alive)), 1e-9)
    return means


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
    ordinals, amounts = _summed(parts, generation.size)
    found = bitmap(ordinals)
    members = found & generation.alive
    if len(members) < len(found):
        kept = ordinals_of(members)
        ordinals, amounts = kept, amounts[np.searchsorted(ordinals, kept)]
    return _holders((ordinals, amounts), generation.size, members)


def _summed(parts: Sequence[Part], size: int) -> Part:
    """Return who is in any part, each with the sum: over everybody where many are, else over those alone."""
    if not parts:
        return np.empty(0, np.uint32), np.empty(0)
    if sum(len(ordinals) for ordinals, _ in parts) * FEW > size:
        total = np.zeros(size)
        for ordinals, amounts in parts:
            total[ordinals] += amounts
        held = np.flatnonzero(total).astype(np.uint32)
        return held, total[held]
    every = np.sort(np.concatenate([ordinals for ordinals, _ in parts]))  # np.unique hashes: several times as long
    held = every[firsts_of(every)]
    total = np.zeros(len(held))
    for ordinals, amounts in parts:
        total[np.searchsorted(held, ordinals)] += amounts
    return held, total


def _recalled(generation: Generation, word: str) -> Holders:
    return generation.memory.recall(("word", word), lambda: _living(generation, _parts(generation, word)))


def holders_of(generation: Generation, word: str) -> Ordinals:
    """Return the ordinals of the living who hold a word, given as the index has it, ascending."""
    return ordinals_of(_recalled(generation, word).members)


def _idf(everybody: int, holders: int) -> float:
    return log(1 + (everybody - holders + 0.5) / (holders + 0.5))


def _saturated(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = weight * (SATURATION + 1) / (weight + SATURATION)
    return result


def micro(scores: Sequence[float] | NDArray[np.float64]) -> NDArray[np.int64]:
    """Return scores in whole millionths: what orders by relevance compare."""
    millionths: NDArray[np.int64] = np.rint(np.asarray(scores) * 1_000_000).astype(np.int64)
    return millionths
