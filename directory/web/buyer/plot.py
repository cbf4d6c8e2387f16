"""Volume against uptime of all results: a dot for each, or where they are many a disc for each pair of bands."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from directory.catalogue.schema import MetricReaches, Rules
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.wording import band, number, quantity
from directory.search.plotting import AXES, Cell, Point, Spread

LEFT, TOP, WIDTH, HEIGHT = 34, 6, 262, 84
"""The plotting area in the picture's own units."""

LEAST_VOLUME, MOST_VOLUME = 100, 1_000_000
LEAST_UPTIME, MOST_UPTIME = 97.0, 99.995
X_TICKS = ((100, "100/day"), (1_000, "1k"), (10_000, "10k"), (100_000, "100k"), (1_000_000, "1M"))
Y_TICKS = (99.99, 99.9, 99.0)
FEWEST = 3
"""Fewer make no picture."""
LARGEST, SMALLEST = 6.5, 1.2
"""Radii of discs: the largest just fits its row, the smallest can still be seen."""
DEGREES = ("", "is-proven", "is-proven is-scaled")
"""How a dot looks, by the rank of the tier."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One provider; `x` and `y` in the picture's units."""

    x: float
    y: float
    name: str
    volume: str
    uptime: str
    look: str


@dataclass(frozen=True, slots=True)
class Disc:
    """All providers in a pair of bands: the area says how many, the area of its core how many are proven."""

    x: float
    y: float
    radius: float
    core: float
    title: str


@dataclass(frozen=True, slots=True)
class Plot:
    """The whole picture, with dots or discs. `edge_x`, `edge_y`: the lower left corner of At scale's region.

    `columns` and `rows` say the same as discs do, by bands, the best first.
    """

    dots: tuple[Dot, ...]
    discs: tuple[Disc, ...]
    edge_x: float
    edge_y: float
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    summary: str


def x_of(volume: Decimal | float) -> float:
    """Return where a volume stands: logarithmic, what lies outside at the border."""
    inside = min(max(float(volume), LEAST_VOLUME), MOST_VOLUME)
    share = math.log10(inside / LEAST_VOLUME) / math.log10(MOST_VOLUME / LEAST_VOLUME)
    return round(LEFT + share * WIDTH, 1)


def y_of(uptime: Decimal | float) -> float:
    """Return where an uptime stands: by the logarithm of what it lacks to 100, so that each nine counts alike."""
    inside = min(max(float(uptime), LEAST_UPTIME), MOST_UPTIME)
    span = math.log10((100 - LEAST_UPTIME) / (100 - MOST_UPTIME))
    share = math.log10((100 - LEAST_UPTIME) / (100 - inside)) / span
    return round(TOP + HEIGHT - share * HEIGHT, 1)


def banded(metric: Metric, value: Decimal) -> float:
    """Return which share of a metric's bands lies below a value, every band as wide as any other."""
    edges = DEFINITIONS[metric].edges
    below = sum(edge <= value for edge in edges)
    low, high = DEFINITIONS[metric].band(value)
    inside = (value - low) / (high - low) if high is not None else Decimal(0)
    return float(below + inside) / (len(edges) + 1)


def thresholds(rules: Rules) -> tuple[Decimal, Decimal]:
    """Return the volume and uptime that the highest tier asks for; what it doesn't ask for is zero."""
    found = {Metric.REQUESTS_PER_DAY: Decimal(0), Metric.UPTIME_PERCENT: Decimal(0)}
    for rule in rules.production.tiers[-1].rules:
        condition = rule.condition
        if isinstance(condition, MetricReaches) and condition.at_least is not None:
            found[Metric(condition.metric)] = condition.at_least
    return found[Metric.REQUESTS_PER_DAY], found[Metric.UPTIME_PERCENT]


def plot(spread: Spread, names: Mapping[int, str], rules: Rules) -> Plot | None:
    """Return the picture of all results of whom both figures are known, or None where fewer than three are.

    `names` are those of the points' providers; one that has none isn't public any more and is left out.
    """
    if spread.known < FEWEST:
        return None
    proven, scaled = (tier.name.lower() for tier in rules.production.tiers)
    counts = f"{number(spread.proven)} of them {proven}, {number(spread.at_scale)} {scaled}"
    summary = f"Requests a day against uptime for {number(spread.known)} providers, {counts}"
    return _dotted(spread, names, rules, summary) if spread.points else _banded(spread, rules, summary, proven)


def _dotted(spread: Spread, names: Mapping[int, str], rules: Rules, summary: str) -> Plot:
    points = sorted((one for one in spread.points if one.provider_id in names), key=lambda one: one.tier)
    volume, uptime = thresholds(rules)
    return Plot(
        dots=tuple(_dot(one, names[one.provider_id]) for one in points),
        discs=(),
        edge_x=x_of(volume),
        edge_y=y_of(uptime),
        x_ticks=tuple((x_of(value), text) for value, text in X_TICKS),
        y_ticks=tuple((y_of(value), number(Decimal(str(value)))) for value in Y_TICKS),
        columns=(),
        rows=(),
        summary=summary,
    )


def _dot(point: Point, name: str) -> Dot:
    return Dot(
        x=x_of(point.volume),
        y=y_of(point.uptime),
        name=name,
        volume=quantity(Metric.REQUESTS_PER_DAY, point.volume),
        uptime=quantity(Metric.UPTIME_PERCENT, point.uptime),
        look=DEGREES[point.tier],
    )


def _banded(spread: Spread, rules: Rules, summary: str, proven: str) -> Plot:
    volumes, uptimes = (_bands(metric) for metric in AXES)
    most = max(cell.number for cell in spread.cells)
    told = {(cell.volume, cell.uptime): _told(cell, proven) for cell in spread.cells}
    volume, uptime = thresholds(rules)
    edges = DEFINITIONS[Metric.UPTIME_PERCENT].edges
    return Plot(
        dots=(),
        discs=tuple(
            _disc(cell, most, f"{volumes[cell.volume]}, {uptimes[cell.uptime]}: {told[cell.volume, cell.uptime]}")
            for cell in spread.cells
        ),
        edge_x=_across(banded(Metric.REQUESTS_PER_DAY, volume)),
        edge_y=_up(banded(Metric.UPTIME_PERCENT, uptime)),
        x_ticks=tuple((_across(banded(Metric.REQUESTS_PER_DAY, Decimal(value))), text) for value, text in X_TICKS),
        y_ticks=tuple((_up(banded(Metric.UPTIME_PERCENT, edge)), number(edge)) for edge in reversed(edges)),
        columns=uptimes,
        rows=tuple(
            (words, tuple(told.get((place, column), "none") for column in range(len(uptimes))))
            for place, words in reversed(list(enumerate(volumes)))
        ),
        summary=summary,
    )


def _bands(metric: Metric) -> tuple[str, ...]:
    edges = DEFINITIONS[metric].edges
    pairs = zip((Decimal(0), *edges), (*edges, None), strict=True)
    return tuple(band(metric, low, high) for low, high in pairs)


def _told(cell: Cell, proven: str) -> str:
    counted = f"{number(cell.number)} provider{'' if cell.number == 1 else 's'}"
    return f"{counted}, {number(cell.proven)} {proven}" if cell.proven else counted


def _disc(cell: Cell, most: int, title: str) -> Disc:
    columns, rows = (len(DEFINITIONS[metric].edges) + 1 for metric in AXES)
    radius = max(SMALLEST, LARGEST * math.sqrt(cell.number / most))
    core = radius * math.sqrt(cell.proven / cell.number)
    x, y = _across((cell.volume + 0.5) / columns), _up((cell.uptime + 0.5) / rows)
    return Disc(x, y, round(radius, 1), round(core, 1), title)


def _across(share: float) -> float:
    return round(LEFT + share * WIDTH, 1)


def _up(share: float) -> float:
    return round(TOP + HEIGHT - share * HEIGHT, 1)
