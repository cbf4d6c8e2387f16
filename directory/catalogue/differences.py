"""What a new version of a catalogue file would change, in lines that people read. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct, structs

from directory.catalogue.schema import (
    FACETS,
    CatalogueFile,
    Checklist,
    Criterion,
    Rule,
    Rules,
    SizeBand,
    Taxonomy,
    Term,
)

TEXTS = frozenset({"name", "label", "summary", "question", "why", "good", "evidence", "advice"})
TEXTS_OF_AREAS = ("name", "from_demo", "to_production")


def differences(old: CatalogueFile, new: CatalogueFile) -> list[str]:
    """Return a line for each difference that matters to readers; versions and dates of publication don't."""
    if isinstance(old, Rules) and isinstance(new, Rules):
        return list(_rules(old, new))
    if isinstance(old, Checklist) and isinstance(new, Checklist):
        return list(_checklist(old, new))
    if isinstance(old, Taxonomy) and isinstance(new, Taxonomy):
        return list(_taxonomy(old, new))
    raise TypeError(f"a {old.kind} can't be compared with a {new.kind}")


def _shown(value: Any) -> str:  # noqa: ANN401 - a field of any kind
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int):
        return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _fields(old: Struct, new: Struct, name: str) -> Iterator[str]:
    """Yield `name: field old → new` for each field; long texts are only said to be reworded."""
    before, after = structs.asdict(old), structs.asdict(new)
    for field in after:
        one, other = before[field], after[field]
        if one == other:
            continue
        if isinstance(one, Struct) and isinstance(other, Struct):
            yield from _fields(one, other, f"{name}, {field}")
        elif field in TEXTS:
            yield f"{name}: {field} reworded"
        else:
            yield f"{name}: {field} {_shown(one)} → {_shown(other)}"


def _keys(old: Mapping[str, str], new: Mapping[str, str], noun: str) -> Iterator[str]:
    """Yield what was added to, removed from and moved within named places (id → place)."""
    yield from (f"{noun} {key} added to {new[key]}" for key in new if key not in old)
    yield from (f"{noun} {key} removed from {old[key]}" for key in old if key not in new)
    for key in new:
        if key in old and old[key] != new[key]:
            yield f"{noun} {key} moves from {old[key]} to {new[key]}"
    kept = [key for key in new if key in old]
    if kept != [key for key in old if key in new]:
        yield f"{noun}: another order"


def _places(file: Rules) -> dict[str, str]:
    tiers = {rule.id: tier.id for tier in file.production.tiers for rule in tier.rules}
    return {**tiers, **{rule.id: "enterprise" for rule in file.enterprise.rules}}


def _condition(old: Rule, new: Rule) -> Iterator[str]:
    name = f"rule {new.id} ({new.name})"
    if old.name != new.name:
        yield f"{name}: was called {old.name!r}"
    if type(old.condition) is type(new.condition):
        yield from _fields(old.condition, new.condition, name)
    else:
        one, other = (type(rule.condition).__struct_config__.tag for rule in (old, new))
        yield f"{name}: check {one} → {other}"


def _rules(old: Rules, new: Rules) -> Iterator[str]:
    yield from _keys(_places(old), _places(new), "rule")
    for rule_id, rule in new.by_id.items():
        if rule_id in old.by_id:
            yield from _condition(old.by_id[rule_id], rule)
    yield from _fields(old.evidence, new.evidence, "evidence")
    for one, other in zip(old.production.tiers, new.production.tiers, strict=True):
        yield from _texts(one, other, ("name", "summary"), f"tier {other.id}")
    yield from _texts(old.production, new.production, ("name", "summary"), "Production Experience")
    yield from _texts(old.enterprise, new.enterprise, ("name", "summary"), "Enterprise")
    yield from _texts(old, new, ("summary",), "the file")


def _texts(old: Struct, new: Struct, names: tuple[str, ...], noun: str) -> Iterator[str]:
    yield from (f"{noun}: {name} reworded" for name in names if getattr(old, name) != getattr(new, name))


def _checklist(old: Checklist, new: Checklist) -> Iterator[str]:
    before, after = ({area.id: area for area in file.areas} for file in (old, new))
    yield from _keys(dict.fromkeys(before, "the checklist"), dict.fromkeys(after, "the checklist"), "area")
    yield from _keys(_areas(old), _areas(new), "criterion")
    for criterion_id, criterion in new.criteria.items():
        if criterion_id in old.criteria:
            known: Criterion = old.criteria[criterion_id]
            yield from _fields(known, criterion, f"criterion {criterion_id}")
    for area_id in after.keys() & before.keys():
        yield from _texts(before[area_id], after[area_id], TEXTS_OF_AREAS, f"area {area_id}")
    yield from _texts(old, new, ("summary",), "the file")


def _areas(file: Checklist) -> dict[str, str]:
    return {criterion.id: area.id for area in file.areas for criterion in area.criteria}


def _taxonomy(old: Taxonomy, new: Taxonomy) -> Iterator[str]:
    for facet in FACETS:
        before: dict[str, Term | SizeBand] = {term.id: term for term in _terms(old, facet)}
        after: dict[str, Term | SizeBand] = {term.id: term for term in _terms(new, facet)}
        yield from _keys(dict.fromkeys(before, "the taxonomy"), dict.fromkeys(after, "the taxonomy"), facet)
        for term_id, term in after.items():
            if term_id in before:
                yield from _term(before[term_id], term, f"{facet} {term_id}")
    yield from _texts(old, new, ("summary",), "the file")


def _terms(file: Taxonomy, facet: str) -> tuple[Term | SizeBand, ...]:
    return file.sizes if facet == "size" else file.terms(facet)


def _term(old: Term | SizeBand, new: Term | SizeBand, name: str) -> Iterator[str]:
    if old.label != new.label:
        yield f"{name}: label {old.label!r} → {new.label!r}"
    if isinstance(old, Term) and isinstance(new, Term):
        yield from (f"{name}: spelling {one!r} added" for one in new.aliases if one not in old.aliases)
        yield from (f"{name}: spelling {one!r} removed" for one in old.aliases if one not in new.aliases)
        yield from _texts(old, new, ("description",), name)
    elif old != new and isinstance(old, SizeBand) and isinstance(new, SizeBand):
        yield from (line for line in _fields(old, new, name) if "label" not in line)
