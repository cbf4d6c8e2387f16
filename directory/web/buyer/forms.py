"""The filter form of the results: what was typed is read here, and every group is made ready to be shown."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from directory.catalogue.schema import Rules
from directory.evidence.levels import Level
from directory.search.query import Query
from directory.search.results import FacetValue

IGNORED = re.compile(r"utm_.*|gclid|fbclid")
"""Parameters that others add to links; they mean nothing here."""

GROUPED = re.compile(r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+")
"""A number with its thousands set apart, as people write it."""

SHOWN = 8
"""So many values of a facet are shown before the rest is folded away."""

FACETS: tuple[tuple[str, str, bool], ...] = (
    ("industry", "Industry", True),
    ("agent_type", "What the agents do", True),
    ("region", "Hosting", True),
    ("certification", "Certification", True),
    ("criterion", "Readiness, met", False),
    ("country", "Head office", False),
    ("size", "Size", False),
    ("language", "Language", False),
    ("engagement", "Engagement", False),
    ("framework", "Framework", False),
    ("model", "Model", False),
    ("cloud", "Cloud", False),
    ("tool", "Tool", False),
)
"""Facet, heading, and whether it stands open before anything in it is chosen."""

NUMBERS: tuple[tuple[str, str, str, str], ...] = (
    ("min_requests_per_day", "Requests a day", "at least", "/day"),
    ("min_uptime", "Uptime, 90 days", "at least", "%"),
    ("max_deploy_minutes", "Deployment", "within", "min"),
    ("max_response_minutes", "Incident response", "within", "min, 24×7"),
)
"""Parameter, heading, what stands before the number, what stands after it."""

LEVEL_WORDS = {
    Level.STATED: "any, also stated",
    Level.CORROBORATED: "corroborated",
}


@dataclass(frozen=True, slots=True)
class NumberField:
    """A bound that may be typed; `value` is what was typed, right or wrong."""

    name: str
    title: str
    before: str
    after: str
    value: str
    error: str


@dataclass(frozen=True, slots=True)
class LevelOption:
    """One level that evidence may be asked to reach."""

    level: Level
    label: str
    count: int
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One facet: its first values, the rest, and whether either stands open."""

    name: str
    title: str
    values: tuple[FacetValue, ...]
    rest: tuple[FacetValue, ...]
    is_foldable: bool
    is_open: bool
    is_rest_open: bool
    error: str


@dataclass(frozen=True, slots=True)
class Filters:
    """The whole form; `production_note` and `enterprise_note` are the rule file's own words."""

    production: tuple[FacetValue, ...]
    production_name: str
    production_note: str
    enterprise: FacetValue
    enterprise_note: str
    numbers: tuple[NumberField, ...]
    levels: tuple[LevelOption, ...]
    groups: tuple[Group, ...]
    claimed: FacetValue
    count: int
    errors: Mapping[str, str]


def typed(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return parameters as they are meant: without what others add, without empty ones, 5,000 as 5000."""
    numbers = {name for name, *_ in NUMBERS}
    kept = ((name, value.strip()) for name, value in pairs if not IGNORED.fullmatch(name))
    return [
        (name, re.sub(r"\D", "", value) if name in numbers and GROUPED.fullmatch(value) else value)
        for name, value in kept
        if value
    ]


def filters(
    query: Query,
    facets: Mapping[str, Sequence[FacetValue]],
    rules: Rules,
    errors: Mapping[str, str],
    raw: Mapping[str, str],
) -> Filters:
    """Return the form for a query and the counts around it; `raw` holds what was typed, by parameter."""
    bounds = dict(query.bounds)
    return Filters(
        production=_tiers(query, facets.get("production", ()), rules),
        production_name=rules.production.name,
        production_note=f"{rules.production.tiers[-1].name}: {rules.production.tiers[-1].summary}",
        enterprise=_flag("enterprise", rules.enterprise.name, facets, is_selected=query.enterprise),
        enterprise_note=rules.enterprise.summary,
        numbers=tuple(
            NumberField(name, title, before, after, _value(name, bounds, errors, raw), errors.get(name, ""))
            for name, title, before, after in NUMBERS
        ),
        levels=_levels(query, facets.get("level", ())),
        groups=tuple(
            group(name, title, facets.get(name, ()), errors.get(name, ""), stands_open=stands_open)
            for name, title, stands_open in FACETS
            if facets.get(name) or name in errors
        ),
        claimed=_flag("claimed", "Claimed by the firm", facets, is_selected=query.claimed),
        count=len(query.parameters(words="", sort=None, page=1, per_page=20)),
        errors=errors,
    )


def group(name: str, title: str, values: Sequence[FacetValue], error: str, *, stands_open: bool) -> Group:
    """Return a facet with what is shown at once and what is folded away."""
    has_rest = len(values) > SHOWN + 1
    first = tuple(values[:SHOWN] if has_rest else values)
    rest = tuple(values[SHOWN:] if has_rest else ())
    is_chosen = any(one.is_selected for one in values)
    return Group(
        name=name,
        title=title,
        values=first,
        rest=rest,
        is_foldable=not stands_open,
        is_open=stands_open or is_chosen or bool(error),
        is_rest_open=any(one.is_selected for one in rest),
        error=error,
    )


def _flag(name: str, label: str, facets: Mapping[str, Sequence[FacetValue]], *, is_selected: bool) -> FacetValue:
    """Return the single value of a yes-or-nothing facet, also where choosing it gives nothing."""
    return next(iter(facets.get(name, ())), FacetValue("1", label, 0, is_selected))


def _tiers(query: Query, counted: Sequence[FacetValue], rules: Rules) -> tuple[FacetValue, ...]:
    """Return every tier, also one that nobody in these results reaches."""
    counts = {one.value: one.count for one in counted}
    return tuple(
        FacetValue(tier.id, tier.name, counts.get(tier.id, 0), query.production == tier.id)
        for tier in rules.production.tiers
    )


def _value(name: str, bounds: Mapping[str, object], errors: Mapping[str, str], raw: Mapping[str, str]) -> str:
    if name in errors:
        return raw.get(name, "")
    return f"{bounds[name]:f}" if name in bounds else ""


def _levels(query: Query, counted: Sequence[FacetValue]) -> tuple[LevelOption, ...]:
    counts = {one.value: one.count for one in counted}
    return tuple(
        LevelOption(
            level=level,
            label=LEVEL_WORDS.get(level, f"{level.word} or better"),
            count=counts.get(str(int(level)), 0),
            is_selected=query.level is level,
        )
        for level in Level
    )
