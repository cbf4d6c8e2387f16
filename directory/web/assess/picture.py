"""The readiness grid as shapes: one row of cells for each area, with its score as a line below. Pure.

Shapes tell answers apart without colour: full, half, crossed, dashed, a line. Green stays for evidence, and what a
buyer says of the own system has none.
"""

from dataclasses import dataclass

from directory.assessments.scoring import Answers, AreaScore, Said, said
from directory.catalogue.schema import Checklist

CELL, GAP, BAR, LINE = 16, 4, 22, 3
WORDS = {
    Said.MET: "met",
    Said.PARTLY: "partly met",
    Said.UNMET: "not met",
    Said.UNKNOWN: "not known",
    Said.NOT_APPLICABLE: "not applicable",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One criterion: where it begins, its answer, and both in words."""

    x: int
    said: Said
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """One area's picture: its size, cells, how long the line is, and the same in words."""

    width: int
    cells: tuple[Cell, ...]
    bar: float
    words: str
    height: int = BAR + LINE


def row(one: AreaScore, answers: Answers, widest: int) -> Row:
    """Return an area's picture; `widest` is the number of criteria of the largest area, whose width all share."""
    cells = tuple(
        Cell(number * (CELL + GAP), said(answers, criterion), f"{criterion.name}: {WORDS[said(answers, criterion)]}")
        for number, criterion in enumerate(one.area.criteria)
    )
    width = widest * (CELL + GAP) - GAP
    return Row(width, cells, round(width * (one.score or 0) / 100, 1), words(one))


def words(one: AreaScore) -> str:
    """Return what an area's picture shows, in words."""
    counted = ", ".join(f"{count} {WORDS[answer]}" for answer, count in one.counts.items() if count)
    score = "nothing applies" if one.score is None else f"{one.score} percent ready"
    return f"{one.area.name}: {score}; {counted}"


def rows(areas: tuple[AreaScore, ...], answers: Answers, checklist: Checklist) -> tuple[Row, ...]:
    """Return every area's picture, in order."""
    widest = max(len(area.criteria) for area in checklist.areas)
    return tuple(row(one, answers, widest) for one in areas)
