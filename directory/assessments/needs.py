"""What a buyer's system must carry: asked of one and the same live system of a provider. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from directory.evidence.levels import Level
from directory.evidence.metrics import Metric
from directory.evidence.wording import quantity
from directory.search.query import Query

FOUR = (
    (Metric.REQUESTS_PER_DAY, "How many requests does it process a day?"),
    (Metric.UPTIME_PERCENT, "What was its uptime over the last 90 days?"),
    (
        Metric.DEPLOY_MINUTES,
        "How long does a deployment take, from the start of the pipeline to healthy in production?",
    ),
    (Metric.RESPONSE_MINUTES, "How quickly does a person acknowledge an incident, by day and by night?"),
)
"""The questions that everybody should ask, about one concrete system that runs today."""
WHERE = "Where is our data processed and stored, and does any of it leave that place?"


@dataclass(frozen=True, slots=True)
class Needs:
    """What is asked; None where it isn't known or doesn't matter.

    Requests a day, uptime in percent, minutes to an acknowledgement round the clock, and the region, an id of the
    taxonomy, in which data must stay.
    """

    requests_per_day: int | None = None
    uptime_percent: Decimal | None = None
    response_minutes: Decimal | None = None
    region: str | None = None

    @property
    def has_figures(self) -> bool:
        """Whether a system's figures matter."""
        return bool(self.figures)

    @property
    def figures(self) -> dict[Metric, Decimal]:
        """The figures that are needed, by metric."""
        asked = {
            Metric.REQUESTS_PER_DAY: self.requests_per_day,
            Metric.UPTIME_PERCENT: self.uptime_percent,
            Metric.RESPONSE_MINUTES: self.response_minutes,
        }
        return {metric: Decimal(value) for metric, value in asked.items() if value is not None}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is needed in particular."""
        return not self.has_figures and self.region is None

    def query(self, level: Level) -> Query:
        """Return the search for who meets all of it, its figures at the level; without figures no level is asked."""
        found = Query(
            min_requests_per_day=self.requests_per_day,
            min_uptime=self.uptime_percent,
            max_response_minutes=self.response_minutes,
            level=level if self.has_figures else Level.STATED,
        )
        return found.with_facet("region", (self.region,)) if self.region else found


def questions(needs: Needs, region: str = "") -> tuple[str, ...]:
    """Return what to ask about one live system, each with what is needed; `region` is the label of the needed one."""
    figures = needs.figures
    asked = [
        f"{text} We need {_bound(metric, figures[metric])}." if metric in figures else text for metric, text in FOUR
    ]
    return (*asked, f"{WHERE} Ours must stay here: {region}." if region else WHERE)


def _bound(metric: Metric, value: Decimal) -> str:
    word = "at most" if metric is Metric.RESPONSE_MINUTES else "at least"
    return f"{word} {quantity(metric, value)}"
