"""Random figures, answers and evidence round one frozen day, near enough to every edge to hit it."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from directory.evidence.facts import FigureFacts, Support
from directory.evidence.levels import Source
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric

TODAY = date(2026, 11, 23)
days = st.integers(-500, 3).map(lambda offset: TODAY + timedelta(days=offset))


def values(metric: Metric) -> st.SearchStrategy[Decimal]:
    """Values of a metric: plausible, and at and beside the edges of its bands."""
    definition = DEFINITIONS[metric]
    edges = [edge + step for edge in definition.edges for step in (-definition.step, Decimal(0), definition.step)]
    if metric is Metric.UPTIME_PERCENT:
        free = st.integers(900_000, 1_000_000).map(lambda scaled: Decimal(scaled) / 10_000)
    else:
        free = st.integers(0, 200_000).map(Decimal)
    return st.sampled_from(edges) | free


@st.composite
def supports(draw: st.DrawFn, metric: Metric) -> Support:
    """One piece of evidence on a figure, in force or not."""
    source = draw(st.sampled_from(Source))
    value = draw(values(metric))
    is_band = source is Source.REFERENCE and draw(st.booleans())
    low, high = DEFINITIONS[metric].band(value) if is_band else (value, value)
    dated_on = draw(days)
    coverage = draw(st.sampled_from(Coverage) | st.none()) if metric is Metric.RESPONSE_MINUTES else None
    return Support(
        id=draw(st.integers(1, 10**6)),
        source=source,
        dated_on=dated_on,
        from_on=dated_on,
        until_on=draw(st.none() | days) if source is Source.DOCUMENT else None,
        low=low,
        high=high,
        is_band=is_band,
        coverage=coverage,
        is_sufficient=draw(st.booleans()) if source is Source.OBSERVATION else True,
    )


@st.composite
def figures(draw: st.DrawFn) -> FigureFacts:
    """One current figure with some evidence."""
    metric = draw(st.sampled_from(Metric))
    return FigureFacts(
        id=1,
        metric=metric,
        value=draw(values(metric)),
        as_of_on=draw(days),
        coverage=draw(st.sampled_from(Coverage)) if metric is Metric.RESPONSE_MINUTES else None,
        supports=tuple(draw(st.lists(supports(metric), max_size=4, unique_by=lambda one: one.id))),
    )
