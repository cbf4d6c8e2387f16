"""The four metrics: what each means, which way is better, its bands. The methodology page is their source."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Metric(StrEnum):
    """The name of a metric, the same in code, pages, API and files."""

    REQUESTS_PER_DAY = "requests_per_day"
    UPTIME_PERCENT = "uptime_percent"
    DEPLOY_MINUTES = "deploy_minutes"
    RESPONSE_MINUTES = "response_minutes"


class Coverage(StrEnum):
    """When the committed response time holds."""

    ROUND_THE_CLOCK = "24x7"
    BUSINESS_HOURS = "business-hours"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a metric measures. `edges` bound its half-open bands; `step` is the finest difference it states."""

    metric: Metric
    label: str
    short: str
    unit: str
    suffix: str
    definition: str
    is_more_better: bool
    step: Decimal
    highest: Decimal
    window_days: int
    edges: tuple[Decimal, ...]

    def worse(self, one: Decimal, other: Decimal) -> Decimal:
        """Return the worse of two values."""
        return min(one, other) if self.is_more_better else max(one, other)

    def is_worse(self, one: Decimal, other: Decimal) -> bool:
        """Whether `one` is strictly worse than `other`."""
        return one < other if self.is_more_better else one > other

    def is_acceptable(self, value: Decimal) -> bool:
        """Whether `value` is in range and no finer than the step."""
        return value.is_finite() and 0 <= value <= self.highest and value % self.step == 0

    def band(self, value: Decimal) -> tuple[Decimal, Decimal | None]:
        """Return the band a value lies in: from its lower edge up to, not including, its upper one (None: no end)."""
        low = Decimal(0)
        for edge in self.edges:
            if value < edge:
                return low, edge
            low = edge
        return low, None


def _decimals(*texts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(text) for text in texts)


DEFINITIONS: dict[Metric, Definition] = {
    Metric.REQUESTS_PER_DAY: Definition(
        metric=Metric.REQUESTS_PER_DAY,
        label="Requests a day",
        short="volume",
        unit="requests/day",
        suffix="/day",
        definition=(
            "Top-level agent invocations that customers cause in production, as the median over the trailing "
            "30 days. Retries, health checks, tests and a system's own model calls don't count, and systems "
            "are never added up."
        ),
        is_more_better=True,
        step=Decimal(1),
        highest=Decimal(10**12),
        window_days=30,
        edges=_decimals("100", "1000", "10000", "100000", "1000000"),
    ),
    Metric.UPTIME_PERCENT: Definition(
        metric=Metric.UPTIME_PERCENT,
        label="Uptime",
        short="uptime",
        unit="percent",
        suffix=" %",
        definition=(
            "Good requests divided by valid requests over the trailing 90 days; where requests aren't counted, "
            "the share of minutes without downtime. Planned maintenance counts as downtime."
        ),
        is_more_better=True,
        step=Decimal("0.0001"),
        highest=Decimal(100),
        window_days=90,
        edges=_decimals("99", "99.5", "99.9", "99.95", "99.99"),
    ),
    Metric.DEPLOY_MINUTES: Definition(
        metric=Metric.DEPLOY_MINUTES,
        label="Deployment",
        short="deployment",
        unit="minutes",
        suffix=" min",
        definition="From the start of the pipeline to healthy in production, as the median over 90 days.",
        is_more_better=False,
        step=Decimal("0.1"),
        highest=Decimal(1_000_000),
        window_days=90,
        edges=_decimals("10", "30", "60", "240"),
    ),
    Metric.RESPONSE_MINUTES: Definition(
        metric=Metric.RESPONSE_MINUTES,
        label="Incident response",
        short="response",
        unit="minutes",
        suffix=" min",
        definition=(
            "The committed time from a severity-1 alert to a human's acknowledgement, with its coverage: "
            "round the clock or in business hours."
        ),
        is_more_better=False,
        step=Decimal("0.1"),
        highest=Decimal(1_000_000),
        window_days=90,
        edges=_decimals("15", "30", "60", "240"),
    ),
}
