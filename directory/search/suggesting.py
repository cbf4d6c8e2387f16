"""Suggestions while somebody types: providers by name, and values of filters by label. Nothing here reads the index.

Every typed word must begin a word of the name or label.
"""

from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap

from directory.catalogue.services import Catalogue
from directory.search.bitmaps import NOBODY, bitmap, providers_of
from directory.search.document import qualified
from directory.search.generation import Generation
from directory.search.query import FACET_PARAMETERS, Query
from directory.search.results import FacetValue
from directory.search.tokens import WORD, folded, tokens
from directory.search.values import all_choices

MOST_PROVIDERS = 5
MOST_VALUES = 6
SHORTEST = 2
"""Fewer letters are not enough to guess from."""
MOST_WORDS = 8
MOST_BEGINNINGS = 50
SUGGESTED = (*(facet for facet in FACET_PARAMETERS if facet != "size"), "criterion")
BY_LEVEL = ("certification", "criterion")


@dataclass(frozen=True, slots=True)
class SuggestedValue:
    """A filter's value, how many providers it gives, and the search for them."""

    parameter: str
    value: FacetValue
    query: Query


@dataclass(frozen=True, slots=True)
class Suggested:
    """Ids of providers whose name fits, the proven first, and values of filters, the fullest first."""

    provider_ids: tuple[int, ...]
    values: tuple[SuggestedValue, ...]


def suggested(generation: Generation, text: str, catalogue: Catalogue) -> Suggested:
    """Return what somebody who typed this may mean."""
    typed = WORD.findall(folded(text))[:MOST_WORDS]
    if sum(map(len, typed)) < SHORTEST:
        return Suggested((), ())
    return Suggested(_providers(generation, typed), _values(generation, typed, catalogue))


def _providers(generation: Generation, typed: list[str]) -> tuple[int, ...]:
    members = generation.alive
    for word in typed:
        members = members & _named(generation, word)
    who = providers_of(members)
    providers = generation.providers
    order = np.lexsort(
        (generation.slug_rank[who], -providers.passes[who].astype(int), -providers.tier[who].astype(int))
    )
    return tuple(int(one) for one in providers.id[who[order[:MOST_PROVIDERS]]])


def _named(generation: Generation, word: str) -> BitMap:
    return generation.memory.recall(("named", word), lambda: _named_anew(generation, word))


def _named_anew(generation: Generation, word: str) -> BitMap:
    """Return whose name has a word that begins so, or the same word in another form."""
    found, offset = BitMap(), 0
    for segment, _ in generation.parts:
        begun = sorted(segment.words.starting("name", word), key=lambda one: (-one[1], one[0]))
        for one in {*tokens(word), *(name for name, _ in begun[:MOST_BEGINNINGS])}:
            found |= bitmap(segment.words.postings("name", one)[0] + np.uint32(offset))
        offset += segment.size
    return found


def _values(generation: Generation, typed: list[str], catalogue: Catalogue) -> tuple[SuggestedValue, ...]:
    known = all_choices(catalogue)
    found = []
    for parameter in SUGGESTED:
        for value, label in known[parameter].items():
            if _fits(typed, label):
                term = qualified(value, 0) if parameter in BY_LEVEL else value
                members = generation.terms[parameter].get(term, NOBODY)
                count = generation.alive.intersection_cardinality(members)
                if count:
                    found.append((parameter, FacetValue(value, label, count, is_selected=False)))
    found.sort(key=lambda one: (-one[1].count, one[1].label.casefold(), one[0]))
    return tuple(SuggestedValue(name, value, _query(name, value.value)) for name, value in found[:MOST_VALUES])


def _fits(typed: list[str], label: str) -> bool:
    words = WORD.findall(folded(label))
    return all(any(word.startswith(one) for word in words) for one in typed)


def _query(parameter: str, value: str) -> Query:
    return Query(criteria=(value,)) if parameter == "criterion" else Query().with_facet(parameter, [value])
