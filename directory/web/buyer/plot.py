"""Volume against uptime: every provider of the page as a dot, the region of At scale tinted."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from directory.catalogue.schema import MetricReaches, Rules
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.wording import number
from directory.web.buyer.cards import Card

LEFT, TOP, WIDTH, HEIGHT = 34, 6, 262, 84
"""The plotting area in the picture's own units."""

LEAST_VOLUME, MOST_VOLUME = 100, 1_000_000
LEAST_UPTIME, MOST_UPTIME = 97.0, 99.995
X_TICKS = ((100, "100/day"), (1_000, "1k"), (10_000, "10k"), (100_000, "100k"), (1_000_000, "1M"))
Y_TICKS = (99.99, 99.9, 99.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """One provider; `x` and `y` in the picture's units."""

    x: float
    y: float
    name: str
    volume: str
    uptime: str
    is_at_scale: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """The whole picture. `edge_x`, `edge_y`: the lower left corner of At scale's region."""

    dots: tuple[Dot, ...]
    edge_x: float
    edge_y: float
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
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


def thresholds(rules: Rules) -> tuple[Decimal, Decimal]:
    """Return the volume and uptime that the highest tier asks for; what it doesn't ask for is zero."""
    found = {Metric.REQUESTS_PER_DAY: Decimal(0), Metric.UPTIME_PERCENT: Decimal(0)}
    for rule in rules.production.tiers[-1].rules:
        condition = rule.condition
        if isinstance(condition, MetricReaches) and condition.at_least is not None:
            found[Metric(condition.metric)] = condition.at_least
    return found[Metric.REQUESTS_PER_DAY], found[Metric.UPTIME_PERCENT]


def plot(cards: Iterable[Card], rules: Rules) -> Plot | None:
    """Return the picture of the cards that have both figures, or None where fewer than three have."""
    top = rules.production.tiers[-1].name
    dots = tuple(_dot(card, card.volume, card.uptime, top) for card in cards if card.volume and card.uptime)
    if len(dots) < 3:
        return None
    volume, uptime = thresholds(rules)
    scaled = sum(dot.is_at_scale for dot in dots)
    return Plot(
        dots=tuple(sorted(dots, key=lambda dot: dot.is_at_scale)),
        edge_x=x_of(volume),
        edge_y=y_of(uptime),
        x_ticks=tuple((x_of(value), text) for value, text in X_TICKS),
        y_ticks=tuple((y_of(value), number(Decimal(str(value)))) for value in Y_TICKS),
        summary=f"Requests a day against uptime for {len(dots)} providers of this page, {scaled} of them {top.lower()}",
    )


def _dot(card: Card, volume: Decimal | None, uptime: Decimal | None, top: str) -> Dot:
    assert volume is not None and uptime is not None  # noqa: S101, PT018 - only such cards are plotted
    return Dot(
        x=x_of(volume),
        y=y_of(uptime),
        name=card.name,
        volume=number(volume) + DEFINITIONS[Metric.REQUESTS_PER_DAY].suffix,
        uptime=number(uptime) + DEFINITIONS[Metric.UPTIME_PERCENT].suffix,
        is_at_scale=card.production.word == top,
    )
