"""Text: who satisfies what was asked for in words, and how well (BM25F).

Source: Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.6.
Only living providers count towards lengths and frequencies, so that the same documents give the same scores
however they lie in segments. Several ways to satisfy one wish (a synonym, the beginning of a word) count as
occurrences of one word, the less literal ones for less.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import log

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from directory.search.document import TEXT_FIELDS
from directory.search.expression import Way, Wish, read
from directory.search.generation import NOBODY, Generation
from directory.search.segment import bitmap, ordinals_of
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

Holders = tuple[NDArray[np.uint32], NDArray[np.float64]]
"""Ordinals of the living who hold something, ascending, and beside each how much, by field and length."""
NOTHING: Holders = (np.empty(0, np.uint32), np.empty(0))


@dataclass(frozen=True, slots=True)
class Matched:
    """Who satisfies every wish: `members`, and beside each, ascending, its score."""

    members: BitMap
    scores: NDArray[np.float64]


def match(generation: Generation, text: str) -> Matched:
    """Return who satisfies a text. Text without a word in it matches nobody."""
    expression = read(text)
    if not expression.wishes and not expression.unwanted:
        return Matched(NOBODY, np.empty(0))
    found = [_wished(generation, wish) for wish in expression.wishes]
    by_size = sorted((bitmap(holders) for holders, _ in found), key=len)
    members = BitMap.intersection(*by_size) if by_size else generation.alive.copy()
    for way in expression.unwanted:
        members -= bitmap(_satisfied(generation, way)[0])
    ordinals = ordinals_of(members)
    scores = np.zeros(len(ordinals))
    for holders, weight in found:
        scores += _idf(len(generation.alive), len(holders)) * _saturated(weight[np.searchsorted(holders, ordinals)])
    return Matched(members, scores)


def _wished(generation: Generation, wish: Wish) -> Holders:
    """Return who satisfies a wish in any of its ways, the first being the literal one."""
    typed, *others = wish.ways
    if not others:
        return _satisfied(generation, typed)
    parts = [_satisfied(generation, typed), *(_lessened(_satisfied(generation, one), SYNONYM_SHARE) for one in others)]
    return _together(parts)


def _satisfied(generation: Generation, way: Way) -> Holders:
    """Return who holds all the words of a way, next to each other where it is quoted, or a word that begins so."""
    found = [_recalled(generation, word) for word in way.words]
    all_of = found[0] if len(found) == 1 else _all_of(found)
    if way.is_quoted:
        all_of = _quoted(generation, way, all_of)
    return _together([all_of, _begun(generation, way)]) if way.prefix else all_of


def _all_of(found: Sequence[Holders]) -> Holders:
    """Return who holds everything, as much as of the scarcest."""
    ordinals = reduce(np.intersect1d, (holders for holders, _ in found))
    weights = [weight[np.searchsorted(holders, ordinals)] for holders, weight in found]
    return ordinals, np.minimum.reduce(weights)


def _only(found: Holders, members: BitMap) -> Holders:
    holders, weight = found
    kept = ordinals_of(bitmap(holders) & members)
    return kept, weight[np.searchsorted(holders, kept)]


def _together(parts: Sequence[Holders]) -> Holders:
    """Return who holds any, each with the sum of what they hold."""
    if not parts:
        return NOTHING
    ordinals = np.unique(np.concatenate([holders for holders, _ in parts]))
    weight = np.zeros(len(ordinals))
    for holders, amount in parts:
        weight[np.searchsorted(ordinals, holders)] += amount
    return ordinals, weight


def _lessened(found: Holders, share: float) -> Holders:
    return found[0], found[1] * share


def _adjacent(generation: Generation, found: Holders, words: Sequence[str]) -> Holders:
    """Return those of the holders who have the words next to each other in one field."""
    holders, weight = found
    kept = np.zeros(len(holders), np.bool_)
    offset = 0
    for segment, _ in generation.parts:
        begin, end = np.searchsorted(holders, [offset, offset + segment.size])
        sequences = segment.words.sequences(holders[begin:end] - np.uint32(offset)) if begin < end else []
        kept[begin:end] = [holds(sequence, words) for sequence in sequences]
        offset += segment.size
    return holders[kept], weight[kept]


def _quoted(generation: Generation, way: Way, found: Holders) -> Holders:
    return generation.memory.recall(("quoted", way), lambda: _adjacent(generation, found, way.words))


def _begun(generation: Generation, way: Way) -> Holders:
    return generation.memory.recall(("begun", way), lambda: _begun_anew(generation, way))


def _begun_anew(generation: Generation, way: Way) -> Holders:
    """Return who holds a word that begins as typed, the word itself left out."""
    words = [word for word in beginning_with(generation, way.prefix) if word not in way.words]
    found = [_found(generation, word) for word in words]
    return _lessened(_together(found), BEGINNING_SHARE)


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
    return next(((stem,) for stem in stems if len(_recalled(generation, stem)[0])), ())


def _means(generation: Generation) -> NDArray[np.float64]:
    """Return the mean length of each field over living providers."""
    alive = ordinals_of(generation.alive)
    totals = generation.providers.lengths[:, alive].sum(axis=1, dtype=np.int64)
    means: NDArray[np.float64] = np.maximum(totals / max(1, len(alive)), 1e-9)
    return means


def _found(generation: Generation, word: str) -> Holders:
    """Return who of the living holds a word, and how much."""
    means = generation.memory.recall("means", lambda: _means(generation))
    parts: list[Holders] = []
    for number, field in enumerate(TEXT_FIELDS):
        offset = 0
        for segment, _ in generation.parts:
            ordinals, counts = segment.words.postings(field, word)
            if len(ordinals):
                at = ordinals + np.uint32(offset)
                length = generation.providers.lengths[number, at] / means[number]
                parts.append((at, WEIGHTS[field] * counts / (1 - LENGTH_SHARE + LENGTH_SHARE * length)))
            offset += segment.size
    return _only(_summed(parts, generation.size), generation.alive)


def _summed(parts: Sequence[Holders], size: int) -> Holders:
    """Return who is in any part, each with the sum: over everybody where many are, else over those alone."""
    if sum(len(holders) for holders, _ in parts) * FEW < size:
        return _together(parts)
    weight = np.zeros(size)
    for holders, amount in parts:
        weight[holders] += amount
    ordinals = np.flatnonzero(weight).astype(np.uint32)
    return ordinals, weight[ordinals]


def _recalled(generation: Generation, word: str) -> Holders:
    return generation.memory.recall(("word", word), lambda: _found(generation, word))


def holders_of(generation: Generation, word: str) -> NDArray[np.uint32]:
    """Return the ordinals of the living who hold a word, given as the index has it, ascending."""
    return _recalled(generation, word)[0]


def _idf(everybody: int, holders: int) -> float:
    return log(1 + (everybody - holders + 0.5) / (holders + 0.5))


def _saturated(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = weight * (SATURATION + 1) / (weight + SATURATION)
    return result


def micro(scores: Sequence[float] | NDArray[np.float64]) -> NDArray[np.int64]:
    """Return scores in whole millionths: what orders by relevance compare."""
    millionths: NDArray[np.int64] = np.rint(np.asarray(scores) * 1_000_000).astype(np.int64)
    return millionths
