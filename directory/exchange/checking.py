"""Whether a record means something: every value known, in range and consistent; returned as it will be kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from typing import Any, TypeVar

from msgspec import UNSET, Struct
from msgspec.structs import fields, replace

from directory.catalogue.schema import Taxonomy
from directory.evidence.metrics import Coverage, Metric
from directory.exchange import checks
from directory.exchange.format import (
    MAX_DESCRIPTION,
    MAX_ITEMS,
    MAX_LINE_OF_TEXT,
    MAX_NAME,
    MAX_NOTE,
    AnswerRecord,
    CertificationRecord,
    CustomerRecord,
    FigureRecord,
    FiguresRecord,
    MinProject,
    ProviderRecord,
    SourceRecord,
    SystemRecord,
)
from directory.exchange.problems import Problems, shown
from directory.providers.websites import AddressError, normalise_url, normalise_website
from directory.readiness.models import Status

MAX_EMPLOYEES = 10_000_000
MAX_WINDOW_DAYS = 3660
FACET_OF_FIELD = {
    "engagement": "engagement",
    "industries": "industry",
    "regions": "region",
    "agent_types": "agent_type",
    "frameworks": "framework",
    "models": "model",
    "clouds": "cloud",
    "tools": "tool",
}
FACETS_OF_ITEMS = ("industry", "agent_type", "certification")

Rules = Mapping[str, Callable[[Any], Any]]
Shape = TypeVar("Shape", bound=Struct)


@dataclass(frozen=True)
class Checker:
    """What values are known today. `accepts_demo`: whether websites on `.example` are taken."""

    taxonomy: Taxonomy
    criteria: frozenset[str]
    today: date
    accepts_demo: bool = True

    def check(self, record: ProviderRecord, problems: Problems) -> tuple[ProviderRecord, str]:
        """Return the record as it will be kept, and its website's registrable domain; write down what is wrong."""
        website, domain = self._website(record.website, problems)
        changes: dict[str, Any] = {"website": website}
        parts: tuple[tuple[str, type[Struct], Rules], ...] = (
            ("min_project", MinProject, {"amount": checks.amount, "currency": checks.currency}),
            ("source", SourceRecord, self._source_rules),
        )
        for name, shape, rules in parts:
            part = getattr(record, name)
            if isinstance(part, shape):
                changes[name] = _checked(part, name, rules, problems)
        if isinstance(record.certifications, list):
            changes["certifications"] = self._certifications(record.certifications, problems)
        if isinstance(record.systems, list):
            changes["systems"] = self._systems(record.systems, problems)
        if isinstance(record.answers, dict):
            changes["answers"] = self._answers(record.answers, problems)
        return replace(_checked(record, "", self._provider_rules, problems), **changes), domain

    @cached_property
    def _provider_rules(self) -> Rules:
        lists = {name: checks.each(checks.term(self.taxonomy, facet)) for name, facet in FACET_OF_FIELD.items()}
        return {
            "name": checks.text(MAX_NAME),
            "summary": checks.text(MAX_LINE_OF_TEXT),
            "description": checks.text(MAX_DESCRIPTION),
            "country": checks.country,
            "founded": checks.whole(1800, self.today.year),
            "employees": checks.whole(0, MAX_EMPLOYEES),
            "languages": checks.each(checks.language),
            **lists,
        }

    @cached_property
    def _source_rules(self) -> Rules:
        return {"name": checks.text(MAX_NAME), "url": normalise_url, "retrieved": checks.day(self._tomorrow)}

    @cached_property
    def _system_rules(self) -> Rules:
        return {
            "name": checks.text(MAX_NAME),
            "summary": checks.text(MAX_LINE_OF_TEXT),
            "industry": self._terms["industry"],
            "agent_type": self._terms["agent_type"],
            "live_since": checks.day(),
            "retired_on": checks.day(),
        }

    @cached_property
    def _customer_rules(self) -> Rules:
        return {
            "name": checks.text(MAX_NAME),
            "website": normalise_url,
            "employees": checks.whole(0, MAX_EMPLOYEES),
        }

    @cached_property
    def _figure_rules(self) -> dict[str, Rules]:
        shared: dict[str, Callable[[Any], Any]] = {
            "as_of": checks.day(self._tomorrow),
            "window_days": checks.whole(1, MAX_WINDOW_DAYS),
            "method": checks.text(MAX_LINE_OF_TEXT),
            "source_url": normalise_url,
            "coverage": checks.one_of(*Coverage),
        }
        return {metric: shared | {"value": checks.figure(metric)} for metric in Metric}

    @cached_property
    def _terms(self) -> Rules:
        return {facet: checks.term(self.taxonomy, facet) for facet in FACETS_OF_ITEMS}

    @cached_property
    def _tomorrow(self) -> date:
        """The latest day that can be today somewhere on earth."""
        return self.today + timedelta(days=1)

    def _website(self, typed: str, problems: Problems) -> tuple[str, str]:
        try:
            website = normalise_website(typed)
        except AddressError as error:
            problems.add("website", str(error))
            return typed, ""
        if website.is_demo and not self.accepts_demo:
            problems.add("website", f"{website.domain} is a demonstration entry, which production doesn't take")
        return website.url, website.domain

    def _certifications(self, given: list[CertificationRecord], problems: Problems) -> list[CertificationRecord]:
        rules: Rules = {"name": self._terms["certification"], "valid_until": checks.day(), "url": normalise_url}
        kept = [_checked(one, f"certifications[{at}]", rules, problems) for at, one in enumerate(given)]
        _refuse_repeated("certifications", (one.name for one in kept), problems)
        return kept

    def _systems(self, given: list[SystemRecord], problems: Problems) -> list[SystemRecord]:
        kept = [self._system(system, f"systems[{at}]", problems) for at, system in enumerate(given)]
        _refuse_repeated("systems", (system.name for system in kept), problems)
        return kept

    def _system(self, system: SystemRecord, path: str, problems: Problems) -> SystemRecord:
        system = _checked(system, path, self._system_rules, problems)
        changes: dict[str, Any] = {}
        if isinstance(system.customer, CustomerRecord):
            changes["customer"] = _checked(system.customer, f"{path}.customer", self._customer_rules, problems)
        if isinstance(system.figures, FiguresRecord):
            changes["figures"] = self._figures(system.figures, f"{path}.figures", problems)
        live, retired = system.live_since, system.retired_on
        if isinstance(live, date) and isinstance(retired, date) and retired < live:
            problems.add(f"{path}.retired_on", f"is before live_since ({live})")
        return replace(system, **changes)

    def _figures(self, figures: FiguresRecord, path: str, problems: Problems) -> FiguresRecord:
        changes = {}
        for metric in Metric:
            given = getattr(figures, metric)
            if isinstance(given, FigureRecord):
                here = f"{path}.{metric}"
                figure = _checked(given, here, self._figure_rules[metric], problems)
                is_covered = bool(figure.coverage)
                if metric is Metric.RESPONSE_MINUTES and not is_covered:
                    problems.add(f"{here}.coverage", f"is required: {' or '.join(Coverage)}")
                if metric is not Metric.RESPONSE_MINUTES and is_covered:
                    problems.add(f"{here}.coverage", "belongs to response_minutes only")
                changes[metric.value] = figure
        return replace(figures, **changes)

    def _answers(self, answers: dict[str, AnswerRecord | None], problems: Problems) -> dict[str, AnswerRecord | None]:
        rules = {
            "status": checks.one_of(*Status),
            "note": checks.text(MAX_NOTE),
            "evidence_url": normalise_url,
        }
        kept = {}
        for criterion, answer in answers.items():
            path = f"answers.{criterion}"
            if criterion not in self.criteria:
                problems.add(path[:100], f"{shown(criterion)} isn't a criterion of the checklist")
            kept[criterion] = answer if answer is None else _checked(answer, path, rules, problems)
        return kept


def _checked(record: Shape, path: str, rules: Rules, problems: Problems) -> Shape:
    """Return the record with each given value checked; an empty text says that there is none."""
    changes: dict[str, Any] = {}
    for name, is_required in _fields(type(record)):
        value = getattr(record, name)
        here = f"{path}.{name}" if path else name
        if value == "":
            changes[name] = None
            if is_required:
                problems.add(here, "is empty")
        elif value is not None and value is not UNSET and name in rules:
            try:
                changes[name] = rules[name](value)
            except (ValueError, AddressError) as error:
                problems.add(here, str(error))
    return replace(record, **changes)


@cache
def _fields(shape: type[Struct]) -> tuple[tuple[str, bool], ...]:
    return tuple((field.name, field.required) for field in fields(shape))


def _refuse_repeated(path: str, names: Iterable[str], problems: Problems) -> None:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            problems.add(f"{path}[{at}].name", f"{shown(name)} stands twice")
        seen.add(name)
        if at == MAX_ITEMS:
            problems.add(path, f"has more than {MAX_ITEMS} items")
