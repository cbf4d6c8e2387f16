"""Volume against uptime over everybody who matches: each by its headline, one by one or counted by bands."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from directory.evidence.metrics import DEFINITIONS, Metric
from directory.rules.evaluator import TierName
from directory.search.bitmaps import providers_of
from directory.search.document import METRICS, SCALE, scaled
from directory.search.generation import Generation
from directory.search.headlines import Reading, headlines
from directory.search.matching import bounds_of, conditions
from directory.search.query import Query

MOST_POINTS = 60
"""Up to so many providers are named one by one; more would hide each other."""
AXES = (Metric.REQUESTS_PER_DAY, Metric.UPTIME_PERCENT)
EDGES = tuple(np.array([scaled(edge) for edge in DEFINITIONS[metric].edges], np.int64) for metric in AXES)
SHAPE = tuple(len(edges) + 1 for edges in EDGES)
Arrays = tuple[NDArray[Any], ...]


class Point(NamedTuple):
    """One provider: the values used of its headline, and the rank of its tier (0: none)."""

    provider_id: int
    volume: Decimal
    uptime: Decimal
    tier: int


class Cell(NamedTuple):
    """How many stand in a band of volume and one of uptime, counted from 0, and how many of them are proven."""

    volume: int
    uptime: int
    number: int
    proven: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Those of whom both figures are known: how many, and how many of them are proven and at scale.

    `cells` are the bands that anybody stands in; `points` is empty where there are more than MOST_POINTS.
    """

    known: int
    proven: int
    at_scale: int
    cells: tuple[Cell, ...]
    points: tuple[Point, ...]


def spread(generation: Generation, query: Query) -> Spread:
    """Return where those who match a query stand; remembered, whatever the page."""
    metric = query.ordering.metric
    key = ("spread", replace(query, page=1, per_page=Query().per_page, sort=None), metric)
    counts, *each = generation.memory.recall(key, lambda: _gathered(generation, query))
    known, proven, at_scale = (int(one.sum()) for one in counts)
    points = (
        Point(int(provider_id), Decimal(int(volume)) / SCALE, Decimal(int(uptime)) / SCALE, int(tier))
        for provider_id, volume, uptime, tier in zip(*each, strict=True)
    )
    cells = (
        Cell(*divmod(int(place), SHAPE[1]), int(counts[0, place]), int(counts[1, place]))
        for place in np.flatnonzero(counts[0])
    )
    return Spread(known, proven, at_scale, tuple(cells), tuple(points))


def _gathered(generation: Generation, query: Query) -> Arrays:
    """Return counts by cell (all, proven, at scale), then id, volume, uptime and tier of each, where they are few.

    They are copies: what is remembered must not hold on to everybody's.
    """
    who = providers_of(conditions(generation, query).all_but())
    headline = headlines(generation, Reading(bounds_of(query), query.level, query.ordering.metric), who)
    has_one = headline >= 0
    who, headline = who[has_one], headline[has_one]
    values = generation.systems.values[[METRICS.index(metric) for metric in AXES]][:, headline]
    is_known = (values >= 0).all(axis=0)
    who, (volume, uptime) = who[is_known], values[:, is_known]
    tier = generation.providers.tier[who]
    bands = [np.searchsorted(edges, one, "right") for edges, one in zip(EDGES, (volume, uptime), strict=True)]
    place = bands[0] * SHAPE[1] + bands[1]
    ranks = (0, TierName.IN_PRODUCTION.rank, TierName.AT_SCALE.rank)
    counts = np.array([np.bincount(place[tier >= rank], minlength=SHAPE[0] * SHAPE[1]) for rank in ranks])
    few = slice(len(who) if len(who) <= MOST_POINTS else 0)
    return counts, generation.providers.id[who[few]], volume[few].copy(), uptime[few].copy(), tier[few].copy()
