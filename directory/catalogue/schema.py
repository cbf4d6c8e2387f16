"""What a catalogue file may hold: the three kinds as immutable values, decoded from data files by msgspec."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
RuleId = Annotated[str, Meta(pattern=r"^[A-Z][0-9]{1,2}$")]
Text = Annotated[str, Meta(min_length=1, max_length=2000)]
Version = Annotated[str, Meta(pattern=r"^[0-9]+(?:\.[0-9]+)*$", max_length=40)]
LevelNumber = Annotated[int, Meta(ge=0, le=4)]
MetricName = Literal["requests_per_day", "uptime_percent", "deploy_minutes", "response_minutes"]
CoverageName = Literal["24x7", "business-hours"]
FacetName = Literal[
    "industry",
    "agent_type",
    "region",
    "size",
    "engagement",
    "framework",
    "model",
    "cloud",
    "tool",
    "certification",
]


class Term(Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a facet. `aliases` are other spellings that an import may use; `description` is for buyers."""

    id: Id
    label: Text
    aliases: tuple[Text, ...] = ()
    description: Annotated[str, Meta(max_length=2000)] = ""


class SizeBand(Struct, frozen=True, forbid_unknown_fields=True):
    """A band of employees, both ends included; no `most` means no end."""

    id: Id
    label: Text
    least: Annotated[int, Meta(ge=0)]
    most: Annotated[int, Meta(ge=0)] | None = None


class Taxonomy(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The values that providers and systems are described by. Sizes are computed from employees."""

    kind: Literal["taxonomy"]
    version: Version
    published_on: date
    summary: Text
    sizes: tuple[SizeBand, ...]
    industry: tuple[Term, ...]
    agent_type: tuple[Term, ...]
    region: tuple[Term, ...]
    engagement: tuple[Term, ...]
    framework: tuple[Term, ...]
    model: tuple[Term, ...]
    cloud: tuple[Term, ...]
    tool: tuple[Term, ...]
    certification: tuple[Term, ...]

    def terms(self, facet: str) -> tuple[Term, ...]:
        """Return the terms of a facet, in the file's order; sizes included."""
        if facet == "size":
            return tuple(Term(id=band.id, label=band.label) for band in self.sizes)
        terms: tuple[Term, ...] = getattr(self, facet)
        return terms

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """Label by (facet, id)."""
        return {(facet, term.id): term.label for facet in FACETS for term in self.terms(facet)}

    @cached_property
    def spellings(self) -> dict[tuple[str, str], str]:
        """Id by (facet, case-folded id, label or alias)."""
        found: dict[tuple[str, str], str] = {}
        for facet in FACETS:
            for term in self.terms(facet):
                for spelling in (term.id, term.label, *term.aliases):
                    found[facet, spelling.casefold()] = term.id
        return found

    def label(self, facet: str, term_id: str) -> str:
        """Return a term's label; an id that this version lacks stands for itself."""
        return self.labels.get((facet, term_id), term_id)

    def size_of(self, employees: int | None) -> str | None:
        """Return the id of the size band that so many employees fall into."""
        if employees is None:
            return None
        for band in self.sizes:
            if employees >= band.least and (band.most is None or employees <= band.most):
                return band.id
        return None


FACETS: tuple[FacetName, ...] = (
    "industry",
    "agent_type",
    "region",
    "size",
    "engagement",
    "framework",
    "model",
    "cloud",
    "tool",
    "certification",
)


class Criterion(Struct, frozen=True, forbid_unknown_fields=True):
    """One point of the readiness checklist. `name` is its short label, `question` one that a buyer can ask."""

    id: Id
    name: Text
    question: Text
    why: Text
    good: Text
    evidence: Text
    risk: Annotated[int, Meta(ge=1, le=3)]
    advice: Text


class Area(Struct, frozen=True, forbid_unknown_fields=True):
    """An area of the checklist: what is enough for a demo and what production takes."""

    id: Id
    name: Text
    from_demo: Text
    to_production: Text
    criteria: Annotated[tuple[Criterion, ...], Meta(min_length=1)]


class Checklist(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The readiness checklist: areas in order, criteria in order."""

    kind: Literal["checklist"]
    version: Version
    published_on: date
    summary: Text
    areas: Annotated[tuple[Area, ...], Meta(min_length=1)]

    @cached_property
    def criteria(self) -> dict[str, Criterion]:
        """Every criterion by id, in the file's order."""
        return {criterion.id: criterion for area in self.areas for criterion in area.criteria}


class LiveReference(Struct, frozen=True, forbid_unknown_fields=True, tag_field="check", tag="live-reference"):
    """The system has been live so many days and a verified reference for it is in force."""

    min_live_days: Annotated[int, Meta(ge=0)]


class MetricReaches(Struct, frozen=True, forbid_unknown_fields=True, tag_field="check", tag="metric"):
    """The value used of a metric is at least, or at most, a threshold at a level; exactly one bound is given.

    Under Production Experience it is asked of the system in question, under Enterprise of any live one.
    """

    metric: MetricName
    level: LevelNumber
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    coverage: CoverageName | None = None


class Stated(Struct, frozen=True, forbid_unknown_fields=True, tag_field="check", tag="stated"):
    """Each of these metrics has a figure in force at a level."""

    metrics: Annotated[tuple[MetricName, ...], Meta(min_length=1)]
    level: LevelNumber = 0


class NoMisrepresentation(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="check", tag="no-misrepresentation"
):
    """No misrepresentation by the provider was upheld within so many months."""

    months: Annotated[int, Meta(ge=1)]


class IndependentReferences(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="check", tag="independent-references"
):
    """Verified references in force from so many organisations with different domains, none the provider's."""

    organisations: Annotated[int, Meta(ge=1)]


class LargeReferee(Struct, frozen=True, forbid_unknown_fields=True, tag_field="check", tag="large-referee"):
    """A verified reference in force whose referee declared so many employees, or a regulated organisation."""

    min_employees: Annotated[int, Meta(ge=1)]
    or_regulated: bool = True


class Certified(Struct, frozen=True, forbid_unknown_fields=True, tag_field="check", tag="certified"):
    """One of these certifications is in force at a level."""

    any_of: Annotated[tuple[Id, ...], Meta(min_length=1)]
    level: LevelNumber


class CriteriaMet(Struct, frozen=True, forbid_unknown_fields=True, tag_field="check", tag="criteria-met"):
    """All of these criteria are met at a level."""

    all_of: Annotated[tuple[Id, ...], Meta(min_length=1)]
    level: LevelNumber


Check = (
    LiveReference
    | MetricReaches
    | Stated
    | NoMisrepresentation
    | IndependentReferences
    | LargeReferee
    | Certified
    | CriteriaMet
)


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """One published, computed condition of a filter. `name` is its short label on pages."""

    id: RuleId
    name: Text
    condition: Check


class Tier(Struct, frozen=True, forbid_unknown_fields=True):
    """A tier of Production Experience; a higher one includes the rules of those before it."""

    id: Literal["in-production", "at-scale"]
    name: Text
    summary: Text
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1)]


class Production(Struct, frozen=True, forbid_unknown_fields=True):
    """The filter Production Experience: its tiers, from lowest to highest."""

    name: Text
    summary: Text
    tiers: Annotated[tuple[Tier, ...], Meta(min_length=2, max_length=2)]


class Enterprise(Struct, frozen=True, forbid_unknown_fields=True):
    """The filter Enterprise."""

    name: Text
    summary: Text
    rules: Annotated[tuple[Rule, ...], Meta(min_length=1)]


class Tolerance(Struct, frozen=True, forbid_unknown_fields=True):
    """How far evidence may miss a stated value and still agree: the larger of the two parts.

    `percent` is of the value that the evidence gives; `absolute` is in the metric's unit.
    """

    percent: Decimal = Decimal(0)
    absolute: Decimal = Decimal(0)


class Tolerances(Struct, frozen=True, forbid_unknown_fields=True):
    """A tolerance for each metric."""

    requests_per_day: Tolerance
    uptime_percent: Tolerance
    deploy_minutes: Tolerance
    response_minutes: Tolerance


class Validity(Struct, frozen=True, forbid_unknown_fields=True):
    """How long each kind of support lasts."""

    stated_months: Annotated[int, Meta(ge=1)]
    documented_months: Annotated[int, Meta(ge=1)]
    confirmed_months: Annotated[int, Meta(ge=1)]
    observed_days: Annotated[int, Meta(ge=1)]


class Observed(Struct, frozen=True, forbid_unknown_fields=True):
    """What the directory's own measurement must amount to before it counts."""

    min_days: Annotated[int, Meta(ge=1)]
    min_samples_percent: Decimal


class EvidencePolicy(Struct, frozen=True, forbid_unknown_fields=True):
    """How evidence is weighed."""

    validity: Validity
    observed: Observed
    tolerance: Tolerances


class Rules(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The rule file: how evidence is weighed and what the two filters ask."""

    kind: Literal["rules"]
    version: Version
    published_on: date
    summary: Text
    evidence: EvidencePolicy
    production: Production
    enterprise: Enterprise

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        """Every rule by id: production's in order of tiers, then enterprise's."""
        tiers = [rule for tier in self.production.tiers for rule in tier.rules]
        return {rule.id: rule for rule in (*tiers, *self.enterprise.rules)}


CatalogueFile = Taxonomy | Checklist | Rules
