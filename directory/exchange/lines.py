"""Reading a source line by line: records of the right shape, each with the number of the line it begins on."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import Any

from directory.core.spreadsheets import FORMULA
from directory.exchange.format import CSV_COLUMNS, MAX_LINE, ProviderRecord
from directory.exchange.parsing import WHOLE, parse_line, parse_object
from directory.exchange.problems import Problems, shown
from directory.exchange.sources import UNDECODABLE, Format, Source, SourceError, separator
from directory.exchange.texts import clean

TOO_LONG = f"is longer than {MAX_LINE:,} characters"
WHOLE_NUMBERS = frozenset({"founded", "employees"})
NUMBERS = WHOLE_NUMBERS | {"min_project.amount"}
SEPARATOR_LINE = re.compile(r'"?sep=([,;\t])"?', re.IGNORECASE)
"""What spreadsheets write above the header to say what separates the cells."""

LISTS = frozenset(ProviderRecord.__struct_fields__).difference(CSV_COLUMNS)
ADVICE = "write JSON Lines, or leave the column out"
NUMBER = re.compile(r"\d{1,30}(?:\.\d{1,30})?")


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file. `number` is that of the physical line it begins on; without a record it is bad."""

    number: int
    record: ProviderRecord | None
    problems: Problems


def read_lines(source: Source) -> Iterator[Line]:
    """Read a source; empty lines are passed over. Raises `SourceError` if a CSV file's header can't be used."""
    text = source.text()
    try:
        yield from _jsonl(text) if source.format is Format.JSONL else _csv(text)
    finally:
        text.detach()


@dataclass(slots=True)
class _Physical:
    """The physical lines of a text, none longer in memory than `MAX_LINE`, nor a record of several."""

    text: TextIOWrapper
    number: int = 0
    is_too_long: bool = False
    taken: int = 0

    def __iter__(self) -> Iterator[str]:
        """Return itself."""
        return self

    def __next__(self) -> str:
        """Return the next line with its end; of one too long only an empty beginning, and `is_too_long` is set."""
        line = self.text.readline(MAX_LINE + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken += len(line)
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(("\n", "\r")):
            self.is_too_long = True
            line, rest = "", self.text.readline(MAX_LINE + 1)
        if self.taken > 2 * MAX_LINE:
            raise csv.Error("field larger than a record may be")
        return line

    def begin(self) -> int:
        """Begin a record; return the number of the line it begins on."""
        self.taken = 0
        return self.number + 1


def _jsonl(text: TextIOWrapper) -> Iterator[Line]:
    physical = _Physical(text)
    for line in physical:
        physical.begin()
        if physical.is_too_long:
            physical.is_too_long = False
            yield _bad(physical.number, TOO_LONG)
        elif UNDECODABLE in line:
            yield _bad(physical.number, f"holds bytes that aren't {text.encoding.upper().removesuffix('-SIG')}")
        elif stripped := line.strip().lstrip("\ufeff"):
            yield Line(physical.number, *parse_line(stripped))


def _csv(text: TextIOWrapper) -> Iterator[Line]:
    physical = _Physical(text)
    columns, delimiter = _header(physical)
    csv.field_size_limit(MAX_LINE)
    rows = csv.reader(physical, delimiter=delimiter, strict=True)
    while True:
        number = physical.begin()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield _bad(number, _csv_reason(str(error), physical))
            continue
        if physical.is_too_long:
            physical.is_too_long = False
            yield _bad(number, TOO_LONG)
        elif any(cell.strip() for cell in row):
            yield _row(number, columns, row, text.encoding)


def _header(physical: _Physical) -> tuple[list[str], str]:
    """Return the columns that the first line names, and what separates them."""
    line = _first(physical).lstrip("\ufeff")
    delimiter = ""
    if named := SEPARATOR_LINE.fullmatch(line.strip("\r\n")):
        line, delimiter = _first(physical), named[1]
    delimiter = delimiter or separator(line)
    try:
        names = [clean(cell).lower() for cell in next(csv.reader([line], delimiter=delimiter, strict=True), [])]
    except (csv.Error, ValueError) as error:
        raise SourceError(f"line {physical.number}: the header can't be read: {error}") from error
    while names and not names[-1]:
        names.pop()
    _refuse_columns(names, physical.number)
    return names, delimiter


def _refuse_columns(names: list[str], number: int) -> None:
    for name in names:
        if name in LISTS:
            raise SourceError(f"line {number}: {name} isn't one text or number, so CSV can't hold it: {ADVICE}")
        if name not in CSV_COLUMNS:
            known = ", ".join(CSV_COLUMNS)
            raise SourceError(f"line {number}: {shown(name)} isn't a column of the format; those are {known}")
        if names.count(name) > 1:
            raise SourceError(f"line {number}: the column {name} stands twice")
    if missing := {"name", "website"} - set(names):
        raise SourceError(f"line {number}: the column {min(missing)} is missing")


def _first(physical: _Physical) -> str:
    return next((line for line in physical if line.strip()), "")


def _row(number: int, columns: list[str], row: list[str], encoding: str) -> Line:
    problems = Problems()
    if any(UNDECODABLE in cell for cell in row):
        return _bad(number, f"holds bytes that aren't {encoding}")
    extra = [cell for cell in row[len(columns) :] if cell.strip()]
    if extra:
        return _bad(number, f"has {len(row)} cells, the header {len(columns)}")
    raw: dict[str, Any] = {}
    for column, cell in zip(columns, row, strict=False):
        value = _cell(column, cell, problems)
        if value is not None:
            outer, _, inner = column.partition(".")
            if inner:
                raw.setdefault(outer, {})[inner] = value
            else:
                raw[outer] = value
    return Line(number, parse_object(raw, problems), problems)


def _cell(column: str, cell: str, problems: Problems) -> str | int | None:
    """Return a cell's value; None for an empty one."""
    try:
        value = clean(cell, has_lines=column == "description")
    except ValueError as error:
        problems.add(column, str(error))
        return None
    if FORMULA.match(value) and value.startswith("'"):
        value = value[1:]
    if value and column in NUMBERS:
        if not NUMBER.fullmatch(value):
            problems.add(column, f"must be a number in digits only, not {shown(value)}")
            return None
        if WHOLE.fullmatch(value):
            return int(value.removesuffix(".0"))
        if column in WHOLE_NUMBERS:
            problems.add(column, f"must be a whole number in digits only, not {shown(value)}")
            return None
    return value or None


def _csv_reason(message: str, physical: _Physical) -> str:
    if "unexpected end of data" in message:
        return f"a quotation mark is opened and not closed up to the end of the file (line {physical.number})"
    if "field larger than" in message:
        return f"a cell {TOO_LONG}: is a quotation mark missing? (read up to line {physical.number})"
    if "expected after" in message:
        return "a quotation mark inside a quoted cell must be doubled"
    return f"isn't CSV: {message}"


def _bad(number: int, reason: str) -> Line:
    problems = Problems()
    problems.add("", reason)
    return Line(number, None, problems)
