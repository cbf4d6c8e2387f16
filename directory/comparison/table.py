"""The table: rows in sections, one column a provider. Pure; page, CSV, API and what is frozen are renderings of it.

A row differs when, of its cells, one has another standing than the rest (answers: another status; rules: another
outcome; figures: another band or other hours), or a figure among them is conflicting. Nothing adds up to a winner.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from directory.comparison.cells import Cell, FigureCell, is_conflicting, standing
from directory.evidence.wording import number
from directory.rules.case import Outcome
from directory.rules.evaluator import TierName

LEAST, MOST = 2, 6
"""How many providers stand side by side."""


class Row(Struct, frozen=True):
    """One thing that is compared. `detail` says it in full; `warning` what stands against comparing its figures."""

    id: Annotated[str, Meta(description="Its kind and its own id, such as `criterion:sso`; the key of its cells.")]
    label: str
    detail: str
    differs: bool = False
    warning: str = ""


class Section(Struct, frozen=True):
    """Rows under a heading; `id` is what the parameter `hide` takes."""

    id: str
    title: str
    rows: tuple[Row, ...]


class SystemRef(Struct, frozen=True):
    """One of a provider's systems."""

    id: int
    name: str


class Column(Struct, frozen=True):
    """One provider. `system` is the one whose figures are shown, `systems` the live ones to choose from, best first.

    `rules_system` is the one that Production Experience is reported for. `cells` are by row id; a row without one,
    or with null, is one of which nothing is known or in force.
    """

    slug: str
    name: str
    demo: bool
    claimed: bool
    tier: TierName | None
    enterprise: Outcome
    system: SystemRef | None
    rules_system: str | None
    systems: tuple[SystemRef, ...]
    cells: dict[str, Cell | None]


class Versions(Struct, frozen=True):
    """The versions of the catalogue that decided."""

    rules: str
    checklist: str
    taxonomy: str


class Table(Struct, frozen=True):
    """The comparison on a day."""

    on: date
    catalogue: Versions
    sections: tuple[Section, ...]
    columns: tuple[Column, ...]

    @property
    def slugs(self) -> tuple[str, ...]:
        """The providers, in order."""
        return tuple(column.slug for column in self.columns)

    @property
    def differing(self) -> int:
        """How many rows differ."""
        return sum(row.differs for section in self.sections for row in section.rows)


def cells_of(row: Row, columns: Iterable[Column]) -> tuple[Cell | None, ...]:
    """Return a row's cells, one a column."""
    return tuple(column.cells.get(row.id) for column in columns)


def differs(cells: Sequence[Cell | None]) -> bool:
    """Whether a row of these cells differs, as this module says; one provider alone differs from nobody."""
    return len(cells) > 1 and (len({standing(cell) for cell in cells}) > 1 or any(map(is_conflicting, cells)))


def warning(cells: Iterable[Cell | None]) -> str:
    """Return what stands against comparing figures: other windows, other ways to measure; mostly nothing."""
    figures = [cell for cell in cells if isinstance(cell, FigureCell)]
    windows = {figure.window_days for figure in figures}
    methods = {figure.method.strip().casefold() for figure in figures}
    found = []
    if len(windows) > 1:
        spans = sorted(window for window in windows if window is not None)
        named = [f"{number(span)} days" for span in spans] + (["not stated"] if None in windows else [])
        found.append(f"windows differ: {', '.join(named)}")
    if len(methods) > 1:
        found.append("methods not all stated" if methods - {""} and len(methods - {""}) == 1 else "methods differ")
    return "; ".join(found)


def marked(sections: Iterable[Section], columns: Sequence[Column]) -> tuple[Section, ...]:
    """Return the sections with each row's difference and warning as these columns give them."""
    return tuple(
        msgspec.structs.replace(
            section,
            rows=tuple(
                msgspec.structs.replace(row, differs=differs(cells), warning=warning(cells))
                for row in section.rows
                for cells in (cells_of(row, columns),)
            ),
        )
        for section in sections
    )


def only_differences(table: Table) -> Table:
    """Return the table without the rows that don't differ, and without sections that have none left."""
    sections = (
        msgspec.structs.replace(section, rows=tuple(row for row in section.rows if row.differs))
        for section in table.sections
    )
    return msgspec.structs.replace(table, sections=tuple(section for section in sections if section.rows))


def without(table: Table, hidden: Collection[str]) -> Table:
    """Return the table without these sections."""
    kept = tuple(section for section in table.sections if section.id not in hidden)
    return msgspec.structs.replace(table, sections=kept)


def titles(table: Table) -> Mapping[str, str]:
    """Return every section's title by id."""
    return {section.id: section.title for section in table.sections}
