"""What must hold inside and between catalogue files beyond their shape. Pure: paths with reasons come out.

Source of the conditions: the definitions of the metrics, levels and the two filters on the methodology page.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from directory.catalogue.schema import (
    FACETS,
    CatalogueFile,
    Certified,
    Check,
    Checklist,
    CriteriaMet,
    EvidencePolicy,
    IndependentReferences,
    LargeReferee,
    LiveReference,
    MetricReaches,
    NoMisrepresentation,
    Rule,
    Rules,
    SizeBand,
    Stated,
    Taxonomy,
    Term,
)
from directory.catalogue.source import Path

Finding = tuple[Path, str]

TIERS = ("in-production", "at-scale")
MOST_DAYS = 3650
MOST_MONTHS = 120
MOST_EMPLOYEES = 10_000_000
MOST_ORGANISATIONS = 100
CERTIFICATION_LEVEL = 1  # a document can't carry a certification any further
PERCENT = Decimal(100)
PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Range:
    """What a threshold of a metric may be; `bound` is the key that asks for the better side."""

    bound: str
    highest: Decimal
    step: Decimal


RANGES = {
    "requests_per_day": Range("at_least", Decimal(10**12), Decimal(1)),
    "uptime_percent": Range("at_least", PERCENT, PLACES),
    "deploy_minutes": Range("at_most", Decimal(1_000_000), Decimal("0.1")),
    "response_minutes": Range("at_most", Decimal(1_000_000), Decimal("0.1")),
}

CAPS: tuple[tuple[type, str, int], ...] = (
    (LiveReference, "min_live_days", MOST_DAYS),
    (NoMisrepresentation, "months", MOST_MONTHS),
    (IndependentReferences, "organisations", MOST_ORGANISATIONS),
    (LargeReferee, "min_employees", MOST_EMPLOYEES),
)
LISTS: tuple[tuple[type, str], ...] = ((Stated, "metrics"), (Certified, "any_of"), (CriteriaMet, "all_of"))


def findings(file: CatalogueFile) -> Iterator[Finding]:
    """Yield everything about one file that its shape allows and its meaning doesn't."""
    match file:
        case Taxonomy():
            yield from _taxonomy(file)
        case Checklist():
            yield from _checklist(file)
        case Rules():
            yield from _rules(file)
        case _:
            assert_never(file)


def dangling(rules: Rules, taxonomy: Taxonomy, checklist: Checklist) -> Iterator[Finding]:
    """Yield what the rules ask for and the other two files lack: criteria and certifications, by path in the rules."""
    certifications = {term.id for term in taxonomy.certification}
    for path, rule in placed_rules(rules):
        condition = rule.condition
        if isinstance(condition, CriteriaMet):
            for index, name in enumerate(condition.all_of):
                if name not in checklist.criteria:
                    reason = f"rule {rule.id} asks for {name!r}, which checklist {checklist.version} doesn't have"
                    yield (*path, "condition", "all_of", index), reason
        elif isinstance(condition, Certified):
            for index, name in enumerate(condition.any_of):
                if name not in certifications:
                    reason = f"rule {rule.id} asks for {name!r}, which taxonomy {taxonomy.version} doesn't have"
                    yield (*path, "condition", "any_of", index), reason


def placed_rules(rules: Rules) -> Iterator[tuple[Path, Rule]]:
    """Yield every rule with its path in the file, repeated ids included."""
    for position, tier in enumerate(rules.production.tiers):
        for index, rule in enumerate(tier.rules):
            yield ("production", "tiers", position, "rules", index), rule
    for index, rule in enumerate(rules.enterprise.rules):
        yield ("enterprise", "rules", index), rule


def _repeated(placed: Iterable[tuple[Path, str]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, text in placed:
        if text in seen:
            yield path, f"{text!r} stands twice"
        seen.add(text)


def _taxonomy(file: Taxonomy) -> Iterator[Finding]:
    yield from _sizes(file.sizes)
    for facet in FACETS:
        if not file.terms(facet):
            yield ("sizes" if facet == "size" else facet,), "must have at least 1"
        if facet != "size":
            yield from _repeated(((facet, index, "id"), term.id) for index, term in enumerate(file.terms(facet)))
            yield from _spellings(facet, file.terms(facet))


def _spellings(facet: str, terms: tuple[Term, ...]) -> Iterator[Finding]:
    """Yield spellings that lead to two terms, and aliases that repeat their own term's id or label."""
    owners: dict[str, str] = {}
    for index, term in enumerate(terms):
        own = {term.id: (facet, index, "id"), term.label.casefold(): (facet, index, "label")}
        placed: list[tuple[Path, str]] = [(path, spelling) for spelling, path in own.items()]
        placed += [((facet, index, "aliases", at), alias.casefold()) for at, alias in enumerate(term.aliases)]
        for path, spelling in placed:
            owner = owners.setdefault(spelling, term.id)
            if owner != term.id:
                yield path, f"the spelling {spelling!r} already belongs to {owner!r}"
        yield from _repeated(placed)


def _sizes(bands: tuple[SizeBand, ...]) -> Iterator[Finding]:
    yield from _repeated((("sizes", index, "id"), band.id) for index, band in enumerate(bands))
    expected: int | None = 0
    for index, band in enumerate(bands):
        if expected is None:
            yield ("sizes", index), f"{band.id!r} comes after a band without an end"
            return
        if band.least != expected:
            trouble = "leaves a gap" if band.least > expected else "overlaps"
            yield ("sizes", index, "least"), f"{band.id!r} {trouble}: it must begin at {expected}"
        if band.most is not None and band.most < band.least:
            yield ("sizes", index, "most"), f"{band.id!r} ends before it begins"
        expected = None if band.most is None else band.most + 1
    if expected is not None and bands:
        yield ("sizes", len(bands) - 1), "the last band must have no 'most'"


def _checklist(file: Checklist) -> Iterator[Finding]:
    yield from _repeated((("areas", index, "id"), area.id) for index, area in enumerate(file.areas))
    yield from _repeated(
        (("areas", position, "criteria", index, "id"), criterion.id)
        for position, area in enumerate(file.areas)
        for index, criterion in enumerate(area.criteria)
    )


def _rules(file: Rules) -> Iterator[Finding]:
    for index, (tier, expected) in enumerate(zip(file.production.tiers, TIERS, strict=True)):
        if tier.id != expected:
            yield ("production", "tiers", index, "id"), f"must be {expected!r}: tiers go from lowest to highest"
    yield from _repeated(((*path, "id"), rule.id) for path, rule in placed_rules(file))
    for path, rule in placed_rules(file):
        yield from (((*path, "condition", *part), reason) for part, reason in _condition(rule.condition))
    yield from ((("evidence", *part), reason) for part, reason in _policy(file.evidence))


def _is_within(value: Decimal | int, most: Decimal | int) -> bool:
    return Decimal(value).is_finite() and 0 <= value <= most


def _at_most(path: Path, value: Decimal | int, most: Decimal | int) -> Iterator[Finding]:
    if not _is_within(value, most):
        yield path, f"must be between 0 and {most:,}"


def _condition(condition: Check) -> Iterator[Finding]:
    if isinstance(condition, MetricReaches):
        yield from _threshold(condition)
    for kind, name, most in CAPS:
        if isinstance(condition, kind):
            yield from _at_most((name,), getattr(condition, name), most)
    for kind, name in LISTS:
        if isinstance(condition, kind):
            yield from _repeated(((name, index), one) for index, one in enumerate(getattr(condition, name)))
    if isinstance(condition, Certified) and condition.level > CERTIFICATION_LEVEL:
        yield ("level",), f"a certification reaches level {CERTIFICATION_LEVEL} at most"


def _threshold(condition: MetricReaches) -> Iterator[Finding]:
    allowed = RANGES[condition.metric]
    given = {"at_least": condition.at_least, "at_most": condition.at_most}
    bounds = {name: value for name, value in given.items() if value is not None}
    if len(bounds) != 1:
        yield (), f"must have exactly one bound: {allowed.bound}"
    for name, value in bounds.items():
        if name != allowed.bound:
            yield (name,), f"{condition.metric} takes {allowed.bound!r}, not {name!r}"
        elif not _is_within(value, allowed.highest) or value % allowed.step:
            yield (name,), f"must be between 0 and {allowed.highest:,f}, in steps of {allowed.step}"
    if condition.coverage and condition.metric != "response_minutes":
        yield ("coverage",), "only response_minutes has a coverage"


def _policy(policy: EvidencePolicy) -> Iterator[Finding]:
    validity = policy.validity
    for name in ("stated_months", "documented_months", "confirmed_months"):
        yield from _at_most(("validity", name), getattr(validity, name), MOST_MONTHS)
    yield from _at_most(("validity", "observed_days"), validity.observed_days, MOST_DAYS)
    yield from _at_most(("observed", "min_days"), policy.observed.min_days, MOST_DAYS)
    yield from _at_most(("observed", "min_samples_percent"), policy.observed.min_samples_percent, PERCENT)
    for metric, allowed in RANGES.items():
        tolerance = getattr(policy.tolerance, metric)
        yield from _at_most(("tolerance", metric, "percent"), tolerance.percent, PERCENT)
        yield from _at_most(("tolerance", metric, "absolute"), tolerance.absolute, allowed.highest)
        if _is_within(tolerance.absolute, allowed.highest) and tolerance.absolute % PLACES:
            yield ("tolerance", metric, "absolute"), "must have at most four decimal places"
