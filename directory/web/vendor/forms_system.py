"""What is asked about one system and its four figures."""

from collections.abc import Callable, Mapping
from typing import Any

from directory.catalogue.schema import Taxonomy
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.web.vendor.forms_edit import Asked, AskedGroup, Choices, Typed, terms

YES_NO: Choices = (("", "Not stated"), ("yes", "Yes"), ("no", "No"))
COVERAGES: Choices = (
    ("", "Not stated"),
    (Coverage.ROUND_THE_CLOCK, "24×7"),
    (Coverage.BUSINESS_HOURS, "Business hours"),
)
FIGURE_KEYS = ("value", "as_of", "window_days", "method", "source_url")


def system_groups(taxonomy: Taxonomy) -> tuple[AskedGroup, ...]:
    """Return what is asked about one system: what it is, for whom it runs, its four figures."""
    none = (("", "Not stated"),)
    return (
        AskedGroup(
            "what",
            "What it is",
            (
                Asked("name", "Name", hint="Short, as you would say it: Claims triage.", is_needed=True),
                Asked("summary", "One sentence", "area", "What it does. Up to 500 characters.", rows=2),
                Asked("industry", "Industry", "choice", choices=(*none, *terms(taxonomy, "industry"))),
                Asked("agent_type", "Kind of agent", "choice", choices=(*none, *terms(taxonomy, "agent_type"))),
                Asked("live_since", "Live since", "day", "The first day on which real users used it."),
                Asked(
                    "retired_on",
                    "Retired on",
                    "day",
                    "Only when it no longer runs: it then counts for nothing, and stays in the history.",
                ),
            ),
        ),
        AskedGroup(
            "customer",
            "The customer",
            (
                Asked("customer_name", "Name"),
                Asked("customer_website", "Website", "address"),
                Asked("customer_employees", "Employees", "number"),
                Asked("customer_regulated", "Regulated", "choice", "A bank, an insurer, a hospital …", YES_NO),
                Asked("customer_public", "The customer may be named on public pages", "tick"),
            ),
            "Name and website are published only if you say that they may be.",
        ),
        *(_figure_group(metric) for metric in Metric),
    )


def _figure_group(metric: Metric) -> AskedGroup:
    definition = DEFINITIONS[metric]
    path = f"figures.{metric}"
    coverage = Asked(f"{path}.coverage", "Coverage", "choice", "When the promise holds.", COVERAGES)
    return AskedGroup(
        metric,
        definition.label,
        (
            Asked(f"{path}.value", f"Value, in {definition.unit}", "number"),
            *((coverage,) if metric is Metric.RESPONSE_MINUTES else ()),
            Asked(f"{path}.as_of", "As of", "day", "The last day of what was measured."),
            Asked(f"{path}.window_days", "Window, in days", "number", f"{definition.window_days} by the definition."),
            Asked(f"{path}.method", "How it was measured", "area", "Up to 500 characters.", rows=2),
            Asked(f"{path}.source_url", "Where it can be seen", "address", "A status page, a report."),
        ),
        definition.definition,
        metric,
    )


def system_typed(value: Mapping[str, Any]) -> Typed:
    """Return a system by field."""
    typed: Typed = {name: str(one or "") for name, one in value.items() if name not in ("figures", "key")}
    for metric, figure in (value.get("figures") or {}).items():
        typed |= {f"figures.{metric}.{name}": str(one or "") for name, one in figure.items()}
    return typed


def system_value(key: str) -> Callable[[Typed], dict[str, Any]]:
    """Return how one system becomes a part of the draft; a figure of which nothing is said is left out."""

    def value(typed: Typed) -> dict[str, Any]:
        plain = {name: one for name, one in typed.items() if not name.startswith("figures.")}
        figures = {metric: _figure(typed, metric) for metric in Metric}
        return {"key": key, **plain, "figures": {str(m): one for m, one in figures.items() if any(one.values())}}

    return value


def _figure(typed: Typed, metric: Metric) -> dict[str, str]:
    names = (*FIGURE_KEYS, "coverage")
    return {name: str(typed.get(f"figures.{metric}.{name}", "")) for name in names}
