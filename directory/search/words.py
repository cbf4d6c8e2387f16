"""Text: who holds all the words, and how well (BM25F).

Source: Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.6.
Only living providers count towards lengths and frequencies, so that the same documents give the same scores
however they lie in segments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from directory.search.document import TEXT_FIELDS
from directory.search.generation import NOBODY, Generation
from directory.search.segment import bitmap, ordinals_of
from directory.search.tokens import tokens

WEIGHTS = {"name": 5.0, "summary": 2.0, "description": 1.0, "systems": 1.5}
LENGTH_SHARE = 0.75
"""BM25's b: how much a field's length discounts what is found in it."""
SATURATION = 1.2
"""BM25's k1: how soon more of the same word stops counting."""
MOST_WORDS = 32
"""More different words than this aren't looked for."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Who holds all the words: `members`, and beside each, ascending, its score."""

    members: BitMap
    scores: NDArray[np.float64]


def distinct(text: str) -> tuple[str, ...]:
    """Return the different words of a query, in order."""
    return tuple(dict.fromkeys(tokens(text)))[:MOST_WORDS]


def _means(generation: Generation) -> NDArray[np.float64]:
    """Return the mean length of each field over living providers."""
    alive = ordinals_of(generation.alive)
    totals = generation.providers.lengths[:, alive].sum(axis=1, dtype=np.int64)
    means: NDArray[np.float64] = np.maximum(totals / max(1, len(alive)), 1e-9)
    return means


def _found(generation: Generation, word: str) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """Return who of the living holds a word, ascending, and its count, weighed by field and length."""
    means = generation.memory.recall("means", lambda: _means(generation))
    weight = np.zeros(generation.size)
    for number, field in enumerate(TEXT_FIELDS):
        offset = 0
        for segment, _ in generation.parts:
            ordinals, counts = segment.words.postings(field, word)
            if len(ordinals):
                at = ordinals + np.uint32(offset)
                length = generation.providers.lengths[number, at] / means[number]
                weight[at] += WEIGHTS[field] * counts / (1 - LENGTH_SHARE + LENGTH_SHARE * length)
            offset += segment.size
    holders = ordinals_of(bitmap(np.flatnonzero(weight)) & generation.alive)
    return holders, weight[holders]


def match(generation: Generation, text: str) -> Matched:
    """Return who holds every word of the text. Text without a word in it matches nobody."""
    words = distinct(text)
    if not words:
        return Matched(NOBODY, np.empty(0))
    found = [_recalled(generation, word) for word in words]
    found_by_size = sorted((bitmap(holders) for holders, _ in found), key=len)
    members = BitMap.intersection(*found_by_size)
    ordinals = ordinals_of(members)
    scores = np.zeros(len(ordinals))
    for holders, weight in found:
        scores += _idf(len(generation.alive), len(holders)) * _saturated(weight[np.searchsorted(holders, ordinals)])
    return Matched(members, scores)


def _recalled(generation: Generation, word: str) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    return generation.memory.recall(("word", word), lambda: _found(generation, word))


def _idf(everybody: int, holders: int) -> float:
    return log(1 + (everybody - holders + 0.5) / (holders + 0.5))


def _saturated(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = weight * (SATURATION + 1) / (weight + SATURATION)
    return result


def micro(scores: Sequence[float] | NDArray[np.float64]) -> NDArray[np.int64]:
    """Return scores in whole millionths: what orders by relevance compare."""
    millionths: NDArray[np.int64] = np.rint(np.asarray(scores) * 1_000_000).astype(np.int64)
    return millionths
