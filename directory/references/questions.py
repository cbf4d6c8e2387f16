"""What a referee is asked, in words, and what their answers are worth as numbers and bands: pure.

Nothing here knows a vendor's figures: whoever answers gives their own, blind.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from directory.core.errors import InvalidInputError
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.evidence.wording import band as band_text
from directory.evidence.wording import number, quantity

LONGEST_NUMBER = 30
BLANKS = re.compile(r"[\s\u00a0\u2009\u202f'’_]+")
GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
GROUPED_WITH_DECIMALS = re.compile(r"\d{1,3}(?:(?P<group>[.,])\d{3})(?:(?P=group)\d{3})*(?!(?P=group))[.,]\d+")
PLAIN = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Question:
    """How a metric is asked for. `unit` stands behind the place for the number."""

    metric: Metric
    text: str
    hint: str
    unit: str


QUESTIONS: Mapping[Metric, Question] = {
    one.metric: one
    for one in (
        Question(
            Metric.REQUESTS_PER_DAY,
            "How many requests does it handle on an ordinary day?",
            "What people or your other systems send it in production: the middle of the last 30 days. Retries, "
            "tests and health checks don’t count.",
            "requests a day",
        ),
        Question(
            Metric.UPTIME_PERCENT,
            "How much of the time does it work?",
            "In percent over the last 90 days, with as many decimals as you know. Planned maintenance counts as "
            "time in which it doesn’t work.",
            "percent",
        ),
        Question(
            Metric.DEPLOY_MINUTES,
            "How long does it take to bring a change into production?",
            "In minutes, from the start of the deployment until the change runs there: the usual time over the last "
            "90 days.",
            "minutes",
        ),
        Question(
            Metric.RESPONSE_MINUTES,
            "When something serious breaks, how soon does one of their people respond?",
            "In minutes from the alert: the time that they have committed to.",
            "minutes",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Band:
    """One choice of a range: `id` names it in a form; it runs up to, not including, `high` (None: no end)."""

    id: str
    label: str
    low: Decimal
    high: Decimal | None

    def holds(self, value: Decimal) -> bool:
        """Whether a value lies in it."""
        return self.low <= value and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True)
class Told:
    """What a referee said of a metric: a number (`low` equals `high`) or a band, and when a response time holds."""

    low: Decimal
    high: Decimal | None
    is_band: bool
    coverage: Coverage | None = None

    def in_words(self, metric: Metric) -> str:
        """Return it as pages write it."""
        if not self.is_band:
            return quantity(metric, self.low, self.coverage)
        text = band_text(metric, self.low, self.high)
        return f"{text}, {quantity(metric, self.low, self.coverage).rpartition(', ')[2]}" if self.coverage else text


def bands(metric: Metric) -> tuple[Band, ...]:
    """Return the bands of a metric, lowest first; together they hold every value that it may have."""
    edges: tuple[Decimal, ...] = (Decimal(0), *DEFINITIONS[metric].edges)
    uppers: tuple[Decimal | None, ...] = (*edges[1:], None)
    return tuple(
        Band(f"from-{low}", band_text(metric, low, high), low, high) for low, high in zip(edges, uppers, strict=True)
    )


def band_of(metric: Metric, band_id: str) -> Band | None:
    """Return a metric's band by its id."""
    return next((one for one in bands(metric) if one.id == band_id), None)


def read_value(metric: Metric, typed: str) -> Decimal:
    """Return the number somebody typed: 48,000 and 48 000, 99.95 and 99,95, with or without a percent sign.

    Raises:
        InvalidInputError: it isn't a number, out of range, or finer than the metric is stated.

    """
    definition = DEFINITIONS[metric]
    text = _ungrouped(BLANKS.sub("", typed).removesuffix("%"), metric)
    if len(text) > LONGEST_NUMBER or not PLAIN.fullmatch(text) or not text.isascii():
        raise InvalidInputError(metric, f"Write {definition.unit} as a number, or choose a range.")
    value = Decimal(text)
    if value > definition.highest:
        raise InvalidInputError(metric, f"That is more than {number(definition.highest)}.")
    if not definition.is_acceptable(value):
        raise InvalidInputError(metric, _too_fine(definition.step))
    return value


def _ungrouped(text: str, metric: Metric) -> str:
    """Return a number without what groups its thousands, and with a point before its decimals."""
    with_decimals = GROUPED_WITH_DECIMALS.fullmatch(text)
    if with_decimals:
        return text.replace(with_decimals["group"], "").replace(",", ".")
    if metric is not Metric.UPTIME_PERCENT and GROUPED.fullmatch(text):
        return text.replace(",", "").replace(".", "")
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def _too_fine(step: Decimal) -> str:
    places = -int(step.as_tuple().exponent)
    return "Write a whole number." if places == 0 else f"Use {places} decimal{'s' if places > 1 else ''} at most."


def told_of(answers: Mapping[str, Any], metric: Metric) -> Told | None:
    """Return what a referee said of a metric, from what is kept of it; None for "I can't say"."""
    raw = answers.get(metric)
    if not raw:
        return None
    coverage = Coverage(raw["coverage"]) if raw.get("coverage") else None
    if "value" in raw:
        value = Decimal(raw["value"])
        return Told(value, value, is_band=False, coverage=coverage)
    high = None if raw["high"] is None else Decimal(raw["high"])
    return Told(Decimal(raw["low"]), high, is_band=True, coverage=coverage)


def kept(told: Told) -> dict[str, Any]:
    """Return what is kept of an answer: plain JSON, numbers as text."""
    if told.is_band:
        found: dict[str, Any] = {"low": str(told.low), "high": None if told.high is None else str(told.high)}
    else:
        found = {"value": str(told.low)}
    return found | ({"coverage": told.coverage.value} if told.coverage else {})
