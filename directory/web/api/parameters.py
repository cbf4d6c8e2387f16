"""What `GET /providers` takes, described for programs; how it is read is the search package's.

The ids of facets and criteria are listed as the catalogue in force has them, because any other is refused.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.rules.evaluator import TierName
from directory.search.query import FACET_PARAMETERS, Sort
from directory.search.values import choices
from directory.web.api.operations import Parameter

Schema = Mapping[str, Any]
MINUTES: Schema = {
    "type": "string",
    "format": "decimal",
    "pattern": r"^(1000000(\.0{1,4})?|0?[0-9]{1,6}(\.[0-9]{1,4})?)$",
}
PERCENT: Schema = {
    "type": "string",
    "format": "decimal",
    "pattern": r"^(0{0,4}100(\.0{1,4})?|0{0,5}[0-9]{1,2}(\.[0-9]{1,4})?)$",
}
"""Decimals, described by how they are spelt: JSON Schema's `number` can't limit decimals without rounding."""

SLUG = Parameter(
    name="slug",
    description="The provider's slug, as in its page's address.",
    schema={"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80},
    where="path",
    example="halden-automation",
)

FACET_DESCRIPTIONS = {
    "industry": "Industry, of the provider or of any of its live systems.",
    "agent_type": "What its agents do, of the provider or of any of its live systems.",
    "region": "Where it can host.",
    "country": "Country of the head office (ISO 3166-1 alpha-2).",
    "size": "Employees, in bands.",
    "language": "Language it works in (ISO 639-1).",
    "engagement": "How it can be engaged.",
    "framework": "Agent framework.",
    "model": "Model family.",
    "cloud": "Cloud.",
    "tool": "Tool for running agents in production.",
    "certification": "Certification, in force at `level` or higher.",
}


WORDS_EXPLAINED = (
    'Words, all of which must be there; the last one may be the beginning of one. `"quoted text"` stands as it is, '
    "a minus before a word or quoted text leaves out who has it."
)


def by_slug(_catalogue: Catalogue) -> tuple[Parameter, ...]:
    """Return what an address of one provider takes."""
    return (SLUG,)


def search(catalogue: Catalogue) -> tuple[Parameter, ...]:
    """Return every search parameter, in the order of the filters on the page."""
    return (*_conditions(), *(_facet(name, catalogue) for name in FACET_PARAMETERS), *_rest(catalogue))


def _conditions() -> tuple[Parameter, ...]:
    return (
        Parameter("q", WORDS_EXPLAINED, {"type": "string", "maxLength": 200}, example="support"),
        Parameter(
            "production", "Tier of Production Experience reached; the second is within the first.", _enum(TierName)
        ),
        Parameter("enterprise", "`1`: passes every rule of the filter Enterprise.", {"type": "string", "enum": ["1"]}),
        Parameter(
            "min_requests_per_day",
            "Least requests a day of one live system.",
            {"type": "integer", "minimum": 0, "maximum": 10**12},
            example=10_000,
        ),
        Parameter("min_uptime", "Least uptime in percent: 0 to 100, up to four decimals.", PERCENT, example="99.9"),
        Parameter("max_deploy_minutes", "Most minutes from pipeline start to healthy, up to four decimals.", MINUTES),
        Parameter(
            "max_response_minutes",
            "Most minutes to a human acknowledgement, round the clock, up to four decimals.",
            MINUTES,
        ),
        Parameter(
            "level",
            "What the numeric filters, `criterion`, `certification` and metric sorts demand; alone: some live"
            " figure at that level.",
            {"type": "integer", "minimum": min(Level), "maximum": max(Level), "default": 0},
        ),
    )


def _rest(catalogue: Catalogue) -> tuple[Parameter, ...]:
    return (
        Parameter(
            "criterion",
            "Readiness criterion met at `level` or higher; all of those given.",
            _enum(choices("criterion", catalogue)),
            is_repeatable=True,
        ),
        Parameter("claimed", "`1`: kept by the firm itself.", {"type": "string", "enum": ["1"]}),
        Parameter("sort", "Order: `relevance` by default with `q`, else `evidence`.", _enum(Sort)),
        Parameter("page", "Page, from 1.", {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1}),
        Parameter("per_page", "Items a page.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
    )


def _facet(name: str, catalogue: Catalogue) -> Parameter:
    description = f"{FACET_DESCRIPTIONS[name]} Any of those given."
    return Parameter(name, description, _enum(choices(name, catalogue)), is_repeatable=True)


def _enum(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values]}
