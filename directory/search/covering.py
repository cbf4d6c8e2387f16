"""Who covers a list of criteria: counting over the bitmaps of a generation, whatever the number of providers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from directory.evidence.levels import Level
from directory.search.bitmaps import providers_of
from directory.search.document import qualified
from directory.search.generation import Generation
from directory.search.matching import conditions
from directory.search.query import Query
from directory.search.ranking import places_by_evidence


@dataclass(frozen=True, slots=True)
class Cover:
    """A provider and those of the criteria that it meets at the level, in the order in which they were given."""

    provider_id: int
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covering:
    """The best covers, and how many providers cover anything at all."""

    covers: tuple[Cover, ...]
    total: int


def meeting_counts(generation: Generation, criterion: str) -> dict[Level, int]:
    """Return how many providers meet a criterion at each level or a higher one: what a search for it finds."""
    return {
        level: generation.alive.intersection_cardinality(generation.members("criterion", qualified(criterion, level)))
        for level in Level
    }


def covering(
    generation: Generation, criteria: Sequence[str], level: Level, needs: Query, *, most: int, start: int = 0
) -> Covering:
    """Return the providers among those that match `needs` that meet most of the criteria at the level.

    Those that meet equally many stand in the order by evidence. `criteria` has none twice; who meets none is left out.
    """
    who = conditions(generation, replace(needs, criteria=())).all_but()
    members = {one: who & generation.members("criterion", qualified(one, level)) for one in criteria}
    counts = np.zeros(generation.size, np.int64)
    for met in members.values():
        counts[providers_of(met)] += 1
    found = np.flatnonzero(counts)
    order = found[np.lexsort((places_by_evidence(generation)[found], -counts[found]))]
    covers = tuple(
        Cover(int(generation.providers.id[one]), tuple(name for name, met in members.items() if one in met))
        for one in order[start : start + most].tolist()
    )
    return Covering(covers, len(found))
