"""What has changed since a comparison was frozen: the same rows then and now. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from directory.comparison.cells import OUTCOME_WORDS, words
from directory.comparison.table import Column, Row, Table
from directory.rules.evaluator import TierName

NO_LONGER_ASKED = "no longer asked"
NO_LONGER_LISTED = "the system is no longer listed"
TIER_WORDS = {TierName.IN_PRODUCTION: "in production", TierName.AT_SCALE: "at scale", None: "no tier"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of one provider that is another now."""

    provider: str
    label: str
    old: str
    new: str


def changes(then: Table, now: Table) -> tuple[Change, ...]:
    """Return what differs between two tables, for each provider that both have, row by row."""
    before, after = _rows(then), _rows(now)
    columns = {column.slug: column for column in now.columns}
    found: list[Change] = []
    for old in then.columns:
        new = columns.get(old.slug)
        if new is not None:
            found += _verdicts(old, new)
            found += _cells(old, new, before, after)
    return tuple(found)


def _rows(table: Table) -> dict[str, Row]:
    return {row.id: row for section in table.sections for row in section.rows}


def _verdicts(old: Column, new: Column) -> Iterator[Change]:
    pairs = (
        ("Production Experience", TIER_WORDS[old.tier], TIER_WORDS[new.tier]),
        ("Enterprise", OUTCOME_WORDS[old.enterprise], OUTCOME_WORDS[new.enterprise]),
    )
    yield from (Change(new.name, label, one, other) for label, one, other in pairs if one != other)


def _cells(old: Column, new: Column, before: dict[str, Row], after: dict[str, Row]) -> Iterator[Change]:
    is_other_system = old.system is not None and (new.system is None or new.system.id != old.system.id)
    for row_id, row in {**after, **before}.items():
        one = words(old.cells.get(row_id))
        if is_other_system and row_id.startswith("metric:"):
            other = NO_LONGER_LISTED
        elif row_id not in after and not row_id.startswith("certification:"):
            other = NO_LONGER_ASKED
        else:
            other = words(new.cells.get(row_id))
        if one != other:
            yield Change(new.name, row.label, one, other)
