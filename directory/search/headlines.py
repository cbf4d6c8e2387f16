"""Headlines: of each provider the one live system whose figures stand for it in a list.

It meets the numeric filters. Of several it is the best in the sorted metric, else the first by rank, which is the
order in which a generation has them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.search.bitmaps import firsts_of
from directory.search.document import METRICS
from directory.search.generation import Generation
from directory.search.matching import Bounds, meeting

Array = NDArray[np.int64]
NO_VALUE = 2**58
"""How bad a system is that has no value at the level: worse than any that has one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What headlines depend on beside the generation: numeric filters, the metric sorted by, and at which level."""

    bounds: Bounds
    level: Level
    metric: Metric | None

    @property
    def key(self) -> tuple[object, ...]:
        """What results that depend on it alone are remembered by."""
        level = self.level if self.bounds or self.metric else None
        return (self.bounds, level, self.metric)


def badness(generation: Generation, systems: NDArray[np.integer], metric: Metric, level: Level) -> Array:
    """Return how bad each system's value is, the best lowest; without one at the level, NO_VALUE."""
    number = METRICS.index(metric)
    values = generation.systems.values[number][systems]
    bad = 2**55 - values if DEFINITIONS[metric].is_more_better else values
    result: Array = np.where(generation.systems.levels[number][systems] >= int(level), bad, NO_VALUE)
    return result


def headlines(generation: Generation, reading: Reading, who: NDArray[np.integer]) -> Array:
    """Return the headline of each of some providers as an ordinal of systems, −1 where there is none.

    Without numeric filters those of all providers are worked out once for a generation.
    """
    if reading.bounds:
        return _headlines(generation, reading, who)
    found = generation.memory.recall(("headlines", *reading.key), lambda: _all_headlines(generation, reading))
    result: Array = found[who].astype(np.int64)
    return result


def _all_headlines(generation: Generation, reading: Reading) -> NDArray[np.int32]:
    return _headlines(generation, reading, np.arange(generation.size)).astype(np.int32)


def _headlines(generation: Generation, reading: Reading, who: NDArray[np.integer]) -> Array:
    systems, owners = _systems_of(generation, who)
    if reading.bounds:
        meets = meeting(generation, reading.bounds, reading.level)[systems]
        systems, owners = systems[meets], owners[meets]
    if reading.metric:
        order = np.lexsort((systems, badness(generation, systems, reading.metric, reading.level), owners))
        systems, owners = systems[order], owners[order]
    firsts = firsts_of(owners)
    found = np.full(len(who), -1, np.int64)
    found[owners[firsts]] = systems[firsts]
    return found


def _systems_of(generation: Generation, who: NDArray[np.integer]) -> tuple[Array, Array]:
    """Return the live systems of some providers, those of each together and by rank, and each one's place in `who`."""
    starts = generation.memory.recall("starts", lambda: _starts(generation))
    counts = starts[who + 1] - starts[who]
    owners = np.repeat(np.arange(len(who)), counts)
    before = np.cumsum(counts) - counts
    return np.arange(len(owners)) + np.repeat(starts[who] - before, counts), owners


def _starts(generation: Generation) -> NDArray[np.int32]:
    """Return where each provider's systems begin, and behind them where the last one's end."""
    return np.searchsorted(generation.systems.parent, np.arange(generation.size + 1)).astype(np.int32)
