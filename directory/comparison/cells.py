"""What stands where a row of the comparison meets a provider, as plain immutable values. Pure.

`None` in place of a cell means that nothing is known or in force. That is never zero and never no.
Nothing here names a customer or a referee: evidence is told by its kind, what it says and its day.
"""

from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from directory.evidence.levels import Level, Source
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.evidence.wording import day, number, quantity
from directory.readiness.models import Status
from directory.rules.case import Outcome

LevelNumber = Annotated[
    int,
    Meta(
        ge=0,
        le=4,
        description="How far evidence carries it: 0 stated, 1 documented, 2 confirmed, 3 observed, 4 corroborated.",
    ),
]
OUTCOME_WORDS = {Outcome.PASS: "holds", Outcome.FAIL: "does not hold", Outcome.UNKNOWN: "unknown"}
STATUS_WORDS = {
    Status.MET: "met",
    Status.PARTLY: "partly met",
    Status.UNMET: "not met",
    Status.NOT_APPLICABLE: "not applicable",
}
UNKNOWN_WORDS = "not stated"


class Backing(Struct, frozen=True):
    """One piece of evidence in force: its kind, what it says in words, its day, and whether it disagrees."""

    source: Source
    says: str
    dated_on: date
    disagrees: bool


class RuleCell(Struct, frozen=True, tag="rule", tag_field="kind"):
    """One published rule's outcome and what decided it."""

    outcome: Outcome
    because: tuple[str, ...]

    @property
    def standing(self) -> Hashable:
        """What must be another for the row to differ: the outcome."""
        return self.outcome

    @property
    def words(self) -> str:
        """The cell in a few words."""
        return OUTCOME_WORDS[self.outcome]


class FigureCell(Struct, frozen=True, tag="figure", tag_field="kind"):
    """A figure in force. `value` is the value used, `stated` what was stated; they differ where evidence disagrees."""

    metric: Metric
    value: Decimal
    stated: Decimal
    unit: Literal["requests/day", "percent", "minutes"]
    coverage: Coverage | None
    stated_coverage: Coverage | None
    level: LevelNumber
    conflicting: bool
    as_of: date
    dated_on: date
    ends_on: date
    window_days: int | None
    method: str
    evidence: tuple[Backing, ...]

    @property
    def standing(self) -> Hashable:
        """What must be another for the row to differ: the band, and the hours in which it holds."""
        return DEFINITIONS[self.metric].band(self.value)[0], self.coverage

    @property
    def text(self) -> str:
        """The value used with its unit: 48,200/day."""
        return quantity(self.metric, self.value, self.coverage)

    @property
    def window(self) -> str:
        """The span that it was stated for."""
        if self.window_days is None:
            return f"as of {day(self.as_of)}"
        return f"{number(self.window_days)} days to {day(self.as_of)}"

    @property
    def conflict(self) -> str:
        """Both values where evidence disagrees, else nothing."""
        if not self.conflicting:
            return ""
        stated = f"stated {quantity(self.metric, self.stated, self.stated_coverage)}"
        return "; ".join([stated, *(said(one) for one in self.evidence if one.disagrees)])

    @property
    def words(self) -> str:
        """The cell in a few words."""
        return ", ".join(filter(None, (self.text, Level(self.level).word, self.conflict and "conflicting")))


class AnswerCell(Struct, frozen=True, tag="answer", tag_field="kind"):
    """An answer in force; the fields mean what they mean for a figure."""

    status: Status
    stated: Status
    level: LevelNumber
    conflicting: bool
    dated_on: date
    ends_on: date
    note: str
    evidence_url: str | None
    evidence: tuple[Backing, ...]

    @property
    def standing(self) -> Hashable:
        """What must be another for the row to differ: the status."""
        return self.status

    @property
    def conflict(self) -> str:
        """Both statuses where evidence disagrees, else nothing."""
        if not self.conflicting:
            return ""
        stated = f"stated {STATUS_WORDS[self.stated]}"
        return "; ".join([stated, *(said(one) for one in self.evidence if one.disagrees)])

    @property
    def words(self) -> str:
        """The cell in a few words."""
        conflict = "conflicting" if self.conflicting else ""
        return ", ".join(filter(None, (STATUS_WORDS[self.status], Level(self.level).word, conflict)))


class CertificationCell(Struct, frozen=True, tag="certification", tag_field="kind"):
    """A certification in force, at level 1 at most."""

    level: LevelNumber
    valid_until: date | None
    dated_on: date
    ends_on: date

    @property
    def standing(self) -> Hashable:
        """What must be another for the row to differ: that it is held."""
        return True

    @property
    def words(self) -> str:
        """The cell in a few words."""
        until = f"valid until {day(self.valid_until)}" if self.valid_until else ""
        return ", ".join(filter(None, ("held", Level(self.level).word, until)))


class TermsCell(Struct, frozen=True, tag="terms", tag_field="kind"):
    """Terms of the taxonomy that the provider ticks; at least one, in the order of their labels."""

    ids: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def standing(self) -> Hashable:
        """What must be another for the row to differ: the set of terms."""
        return frozenset(self.ids)

    @property
    def words(self) -> str:
        """The cell in a few words."""
        return ", ".join(self.labels)


class CountCell(Struct, frozen=True, tag="count", tag_field="kind"):
    """A number of references."""

    count: Annotated[int, Meta(ge=0)]

    @property
    def standing(self) -> Hashable:
        """What must be another for the row to differ: the number."""
        return self.count

    @property
    def words(self) -> str:
        """The cell in a few words."""
        return number(self.count)


Cell = RuleCell | FigureCell | AnswerCell | CertificationCell | TermsCell | CountCell
SPEAKERS = {Source.REFERENCE: "a customer", Source.DOCUMENT: "a document", Source.OBSERVATION: "the directory"}
VERBS = {Source.REFERENCE: "said", Source.DOCUMENT: "says", Source.OBSERVATION: "measured"}
DATED = {Source.REFERENCE: "answered", Source.DOCUMENT: "dated", Source.OBSERVATION: "up to"}


def said(one: Backing) -> str:
    """Return who said what: a customer said 1,000–9,999/day."""
    return f"{SPEAKERS[one.source]} {VERBS[one.source]} {one.says}" if one.says else SPEAKERS[one.source]


def dated(one: Backing) -> str:
    """Return the kind and day of a piece of evidence: a document, dated 4 Sep 2026."""
    return f"{SPEAKERS[one.source]}, {DATED[one.source]} {day(one.dated_on)}"


def words(cell: Cell | None) -> str:
    """Return a cell in a few words, the same on pages, in files and in what changed."""
    return UNKNOWN_WORDS if cell is None else cell.words


def standing(cell: Cell | None) -> Hashable:
    """Return what two cells of a row must share for the row not to differ; nothing known stands apart from all."""
    return None if cell is None else (type(cell), cell.standing)


def is_conflicting(cell: Cell | None) -> bool:
    """Whether a figure has evidence that disagrees; an answer differs by its status alone."""
    return isinstance(cell, FigureCell) and cell.conflicting
