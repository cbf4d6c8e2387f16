"""Did you mean: where words find nothing, the nearest ones that do.

Only words that nobody holds are replaced. The index has stems; how the word is written is read from the text of
a provider who holds it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from whoosh.support.levenshtein import damerau_levenshtein

from directory.search.document import TEXT_FIELDS
from directory.search.generation import Generation
from directory.search.tokens import WORD, tokens
from directory.search.words import LONGEST_ENDING, holders_of

NEAREST = 3
"""So many of the nearest words are looked at: the index may still have one that only deleted entries held."""

SHORTEST_BEFORE_ENDING = 5


@dataclass(frozen=True, slots=True)
class Respelling:
    """A typed word (from `start` to `end` of the text), the stem it may have meant, and somebody who holds that."""

    start: int
    end: int
    stem: str
    provider_id: int


def reach(word: str) -> int:
    """Return how many letters of a word may be wrong: none of three, one of up to five, two of more."""
    return 0 if len(word) < 4 else 1 if len(word) < 6 else 2


def respellings(generation: Generation, text: str) -> tuple[Respelling, ...]:
    """Return what to replace so that every word is somebody's; empty where a word is like none."""
    found = []
    for place in WORD.finditer(text):
        stems = tokens(place[0])
        if len(stems) != 1 or len(holders_of(generation, stems[0])):
            continue
        nearest = _nearest(generation, stems[0])
        if nearest is None:
            return ()
        found.append(Respelling(place.start(), place.end(), *nearest))
    return tuple(found)


def _nearest(generation: Generation, stem: str) -> tuple[str, int] | None:
    """Return the nearest stem that somebody living holds, and who: fewest letters wrong, then the commonest."""
    limit = reach(stem)
    if not limit:
        return None
    for word in _near(_lexicon(generation, stem), stem, limit)[:NEAREST]:
        holders = holders_of(generation, word)
        if len(holders):
            return word, int(generation.providers.id[holders[0]])
    return None


def _lexicon(generation: Generation, stem: str) -> Counter[str]:
    """Return the words that begin with the same letter, with how many providers hold each."""
    counts: Counter[str] = Counter()
    for segment, _ in generation.parts:
        for field in TEXT_FIELDS:
            counts.update(dict(segment.words.starting(field, stem[0])))
    return counts


def _near(lexicon: Counter[str], stem: str, limit: int) -> list[str]:
    near = []
    for word, count in lexicon.items():
        distance = _distance(stem, word, limit)
        if distance <= limit:
            near.append((distance, -count, word))
    return [word for _, _, word in sorted(near)]


def _distance(stem: str, word: str, limit: int) -> int:
    """Return how many letters differ; an ending that only the misspelt word kept counts as one of them.

    A wrong letter often keeps the ending from being taken off: univeristi for univers.
    """
    longer = len(stem) - len(word)
    if abs(longer) <= limit:
        found: int = damerau_levenshtein(stem, word, limit)
        if found <= limit:
            return found
    if SHORTEST_BEFORE_ENDING <= len(word) < len(stem) <= len(word) + LONGEST_ENDING:
        return 1 + int(damerau_levenshtein(stem[: len(word)], word, limit))
    return limit + 1


def spelled(stem: str, texts: Iterable[str]) -> str:
    """Return how the word of this stem is written, most often, in texts that hold it; the stem where none does."""
    written = Counter(word for text in texts for word in WORD.findall(text) if tokens(word) == [stem])
    return min(written, key=lambda word: (-written[word], word)).lower() if written else stem


def respelled(text: str, found: Iterable[Respelling], texts: Mapping[int, Iterable[str]]) -> str:
    """Return the text with every respelling made; `texts` are those of the providers, by id."""
    for one in sorted(found, key=lambda one: -one.start):
        text = text[: one.start] + spelled(one.stem, texts.get(one.provider_id, ())) + text[one.end :]
    return text
