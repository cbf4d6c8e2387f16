"""The four questions that a provider is asked as far as its figures aren't proved yet. Pure."""

from directory.evidence.levels import Level
from directory.evidence.metrics import Metric
from directory.rules.evaluator import Verdicts

PROVED_FROM = Level.CONFIRMED
"""From this level on somebody other than the provider stands for a figure."""

QUESTIONS: dict[Metric, str] = {
    Metric.REQUESTS_PER_DAY: "How many requests a day does your system handle in production, and who confirms it?",
    Metric.UPTIME_PERCENT: "What was its uptime over the last 90 days, and who confirms it?",
    Metric.DEPLOY_MINUTES: "How long does a deployment take from the start of the pipeline, and who confirms it?",
    Metric.RESPONSE_MINUTES: "How soon does a person acknowledge a severe incident, when, and who confirms it?",
}


def open_metrics(verdicts: Verdicts) -> tuple[Metric, ...]:
    """Return the metrics of the headline system that aren't proved; all of them where there is no such system."""
    figures = verdicts.system.figures if verdicts.system else {}
    return tuple(one for one in Metric if one not in figures or figures[one].level < PROVED_FROM)
