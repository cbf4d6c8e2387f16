"""Two records of one provider into one: what taking the later after the earlier would come to."""

from datetime import date
from typing import Any, TypeVar

from msgspec import UNSET, Struct
from msgspec.structs import replace

from directory.exchange.format import FigureRecord, FiguresRecord, ProviderRecord, SystemRecord

Shape = TypeVar("Shape", bound=Struct)


def merged(earlier: ProviderRecord, later: ProviderRecord) -> ProviderRecord:
    """Return the two as one record: the later wins key by key, an absent key keeps the earlier's."""
    record = _overlaid(earlier, later, parts=("source",))
    changes: dict[str, Any] = {}
    if isinstance(earlier.systems, list) and isinstance(later.systems, list):
        changes["systems"] = _merged_systems(earlier.systems, later.systems)
    if isinstance(earlier.answers, dict) and isinstance(later.answers, dict):
        changes["answers"] = earlier.answers | later.answers
    return replace(record, **changes)


def _merged_systems(earlier: list[SystemRecord], later: list[SystemRecord]) -> list[SystemRecord]:
    systems = {system.name: system for system in earlier}
    for system in later:
        known = systems.get(system.name)
        systems[system.name] = system if known is None else _merged_system(known, system)
    return list(systems.values())


def _merged_system(earlier: SystemRecord, later: SystemRecord) -> SystemRecord:
    system = _overlaid(earlier, later, parts=("customer",))
    if isinstance(earlier.figures, FiguresRecord) and isinstance(later.figures, FiguresRecord):
        return replace(system, figures=_merged_figures(earlier.figures, later.figures))
    return system


def _merged_figures(earlier: FiguresRecord, later: FiguresRecord) -> FiguresRecord:
    """Return both; of two figures for one metric the later, unless it is about an earlier day."""
    changes = {}
    for metric in earlier.__struct_fields__:
        first, second = getattr(earlier, metric), getattr(later, metric)
        is_older = isinstance(first, FigureRecord) and isinstance(second, FigureRecord) and second.as_of < first.as_of
        changes[metric] = first if second is UNSET or is_older else second
    return replace(earlier, **changes)


def _overlaid(earlier: Shape, later: Shape, *, parts: tuple[str, ...] = ()) -> Shape:
    changes: dict[str, Any] = {}
    for name in earlier.__struct_fields__:
        old, new = getattr(earlier, name), getattr(later, name)
        if name in parts and isinstance(old, Struct) and isinstance(new, Struct):
            changes[name] = _overlaid(old, new)
        elif new is not UNSET:
            changes[name] = new
    return replace(earlier, **changes)


def retrieved_on(record: ProviderRecord) -> date | None:
    """Return the day on which a record says that its facts were found."""
    source = record.source
    if not isinstance(source, Struct):
        return None
    return source.retrieved if isinstance(source.retrieved, date) else None
