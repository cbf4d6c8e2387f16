"""The comparison as rows of a spreadsheet: plain numbers and days, empty where nothing is known. Pure."""

from collections.abc import Iterator

from directory.comparison.cells import (
    STATUS_WORDS,
    AnswerCell,
    Cell,
    CertificationCell,
    FigureCell,
    RuleCell,
    dated,
    words,
)
from directory.comparison.table import Table, cells_of
from directory.evidence.levels import Level

FIRST = ("Section", "Row", "Unit", "Differs", "Mind")
OF_A_PROVIDER = ("", ": level", ": as of", ": window in days", ": conflict", ": more")
"""What follows a provider's name in the heads of its columns."""


def rows(table: Table) -> Iterator[list[str]]:
    """Return the heads, then the systems whose figures are shown, then one row for each of the table's."""
    names = [f"{column.name} ({column.slug})" for column in table.columns]
    yield [*FIRST, *(f"{name}{what}" for name in names for what in OF_A_PROVIDER)]
    systems = (column.system.name if column.system else "" for column in table.columns)
    yield ["", "System", "", "", "", *(text for name in systems for text in (name, "", "", "", "", ""))]
    for section in table.sections:
        for row in section.rows:
            cells = cells_of(row, table.columns)
            units = {cell.unit for cell in cells if isinstance(cell, FigureCell)}
            first = [section.title, row.label, "".join(units), "yes" if row.differs else "no", row.warning]
            yield [*first, *(text for cell in cells for text in _texts(cell))]


def _texts(cell: Cell | None) -> tuple[str, ...]:
    """Return a cell's texts, one for each of `OF_A_PROVIDER`."""
    if cell is None:
        return ("not stated", "", "", "", "", "")
    if isinstance(cell, FigureCell):
        window = "" if cell.window_days is None else str(cell.window_days)
        more = "; ".join(filter(None, (cell.coverage, cell.method, *map(dated, cell.evidence))))
        return (f"{cell.value:f}", _level(cell), cell.as_of.isoformat(), window, cell.conflict, more)
    if isinstance(cell, AnswerCell):
        more = "; ".join(filter(None, (cell.note, cell.evidence_url, *map(dated, cell.evidence))))
        return (STATUS_WORDS[cell.status], _level(cell), cell.dated_on.isoformat(), "", cell.conflict, more)
    if isinstance(cell, CertificationCell):
        until = f"valid until {cell.valid_until.isoformat()}" if cell.valid_until else ""
        return ("held", _level(cell), cell.dated_on.isoformat(), "", "", until)
    more = "; ".join(cell.because) if isinstance(cell, RuleCell) else ""
    return (words(cell), "", "", "", "", more)


def _level(cell: FigureCell | AnswerCell | CertificationCell) -> str:
    return Level(cell.level).word
