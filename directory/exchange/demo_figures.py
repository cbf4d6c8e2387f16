"""Figures and references of composed entries: long-tailed volumes, ageing figures, evidence by stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log10
from random import Random
from typing import Any

from directory.exchange.demo_spec import FigureSpec, Ingredients, PaperSpec, ReferenceSpec


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a kind of entry has come; `share` is how common it is, the rest are probabilities and middles.

    `systems` weighs having 0, 1, 2, 3, 4, 6 or 12 of them.
    """

    share: float
    systems: tuple[float, ...]
    stated: tuple[float, float, float, float]
    volume: float
    uptime_lost: float
    round_the_clock: float
    papers: float
    references: float
    customers: float
    answers: float
    certified: float
    observed: float
    age: float
    secured: float = 0


CLASSES = {
    "bare": Stage(0.22, (70, 25, 5, 0, 0, 0, 0), (0.4, 0.1, 0.05, 0.05), 400, 0.6, 0.3, 0, 0, 0.2, 0, 0.1, 0, 150),
    "stated": Stage(
        0.38, (8, 55, 24, 8, 3, 1, 1), (0.85, 0.7, 0.6, 0.5), 600, 0.5, 0.35, 0.05, 0.05, 0.7, 7, 0.5, 0, 110
    ),
    "documented": Stage(
        0.19, (0, 50, 30, 12, 5, 2, 1), (0.95, 0.9, 0.8, 0.8), 1_800, 0.3, 0.5, 0.6, 0.15, 0.9, 13, 1.5, 0.005, 80, 0.08
    ),
    "confirmed": Stage(
        0.16, (0, 50, 30, 12, 5, 2, 1), (1, 0.97, 0.9, 0.9), 3_500, 0.2, 0.6, 0.4, 0.8, 1, 16, 1.8, 0.02, 60, 0.12
    ),
    "scale": Stage(
        0.05, (0, 10, 45, 25, 12, 6, 2), (1, 1, 1, 1), 30_000, 0.05, 0.92, 0.8, 0.93, 1, 30, 4, 0.1, 40, 0.45
    ),
}


def days_ago(random: Random, middle: float) -> int:
    """Return an age in days, a few of them long ago."""
    return min(int(random.expovariate(1 / middle)), 900)


def significant(value: float, digits: int = 3) -> Decimal:
    """Return a whole number with so many significant digits."""
    if value < 10:
        return Decimal(max(1, round(value)))
    return Decimal(int(round(value, digits - 1 - int(log10(value)))))


def _volume(random: Random, stage: Stage) -> Decimal:
    value = min(random.lognormvariate(0, 1.7) * stage.volume, 40_000_000)
    return significant(value, random.choice((1, 2, 2, 3, 3)))


def _uptime(random: Random, stage: Stage) -> Decimal:
    lost = min(random.lognormvariate(0, 1) * stage.uptime_lost, 9)
    return Decimal(100) - Decimal(max(round(lost * 100), 1)) / 100


def _deploy(random: Random, stage: Stage) -> Decimal:
    middle = 18 if stage.papers > 0.5 else 40
    return significant(min(random.lognormvariate(0, 1) * middle, 5_000), 2)


def _paper(random: Random, stage: Stage, value: Decimal) -> PaperSpec | None:
    if random.random() > stage.papers:
        return None
    is_off = random.random() < 0.05
    return PaperSpec(
        ago=days_ago(random, 70),
        value=significant(float(value) * 0.6) if is_off and value > 100 else None,
        checked=random.random() < 0.93,
    )


def _earlier(random: Random, value: Decimal, ago: int) -> tuple[tuple[Decimal, int], ...]:
    if random.random() > 0.12:
        return ()
    return ((significant(float(value) * random.uniform(0.4, 0.95)), ago + random.randint(60, 200)),)


def compose_figures(random: Random, stage: Stage) -> dict[str, Any]:
    """Return figures by their names in `SystemSpec`; what isn't stated is left out."""
    ago = days_ago(random, stage.age)
    found: dict[str, Any] = {}
    chances = dict(zip(("volume", "uptime", "deploy", "response"), stage.stated, strict=True))
    if random.random() < chances["volume"]:
        value = _volume(random, stage)
        was = _earlier(random, value, ago)
        found["volume"] = FigureSpec(value=value, ago=ago, paper=_paper(random, stage, value), was=was)
    if random.random() < chances["uptime"]:
        value = _uptime(random, stage)
        found["uptime"] = FigureSpec(value=value, ago=ago, paper=_paper(random, stage, value))
    if random.random() < chances["deploy"]:
        value = _deploy(random, stage)
        found["deploy"] = FigureSpec(value=value, ago=ago, paper=_paper(random, stage, value))
    if random.random() < chances["response"]:
        value = Decimal(random.choice((5, 10, 15, 15, 30, 30, 30, 45, 60, 60, 90, 120, 240, 480)))
        coverage = "24x7" if random.random() < stage.round_the_clock else "business-hours"
        found["response"] = FigureSpec(value=value, ago=ago, coverage=coverage, paper=_paper(random, stage, value))
    return found


STATES = ("verified", "asked", "answered", "declined", "rejected", "withdrawn")
STATE_WEIGHTS = (78, 6, 5, 6, 2, 3)


def compose_references(
    random: Random,
    stage: Stage,
    figures: dict[str, Any],
    ingredients: Ingredients,
    criteria: Sequence[str],
) -> tuple[ReferenceSpec, ...]:
    """Return what the system's customer says of it: mostly that it agrees, sometimes much less."""
    if random.random() > stage.references:
        return ()
    says: dict[str, Any] = {}
    volume = figures.get("volume")
    if volume is not None and volume.value > 50 and random.random() < 0.07:
        says["volume"] = int(significant(float(volume.value) * random.choice((0.2, 0.4, 0.6, 3))))
    if random.random() < 0.1:
        says[random.choice(criteria)] = random.choice(("partly", "unmet"))
    agreed = [name for name in figures if name not in says and random.random() < 0.9]
    agreed += [one for one in random.sample(criteria, random.randint(0, 5)) if one not in says]
    return (
        ReferenceSpec(
            ago=min(days_ago(random, 130), 700),
            state=random.choices(STATES, weights=STATE_WEIGHTS)[0],
            title=random.choice(ingredients.titles),
            confirms=tuple(agreed),
            says=says,
            named=random.random() < 0.5,
            quote=random.choice(ingredients.quotes) if random.random() < 0.3 else "",
        ),
    )
