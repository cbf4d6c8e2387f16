"""Cells that spreadsheets can open: text that they would take for a formula is told apart by an apostrophe."""

import csv
import re
from collections.abc import Iterable
from io import StringIO

FORMULA = re.compile(r"'*[=+\-@]")
"""How a formula begins. Apostrophes before it are counted in, so that one more can always be taken off again."""


def guarded(text: str) -> str:
    """Return the text of a cell, with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if FORMULA.match(text) else text


def sheet(rows: Iterable[Iterable[str]]) -> str:
    """Return rows of text as CSV (RFC 4180), every cell quoted and guarded."""
    stream = StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return stream.getvalue()
