"""What is known, before it is weighed: statements and the evidence beside them, as plain immutable values.

Days are calendar days in UTC. Something with `ends_on` is in force up to the day before it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from directory.evidence.levels import Source
from directory.evidence.metrics import Coverage, Metric
from directory.readiness.models import Status


@dataclass(frozen=True, slots=True)
class Support:
    """What one piece of evidence says about one subject.

    A figure: `low` and `high`, equal for a number; a band (`is_band`) runs from `low` up to, not
    including, `high` (None: no end). An answer: `status`. A certification: nothing more.
    `dated_on` is the referee's answer, the document's date or the last sample. `until_on` is the
    document's own end, if it has one; `from_on` the day from which it counts.
    `is_sufficient` is false for an observation too short or too patchy to count.
    """

    id: int
    source: Source
    dated_on: date
    from_on: date
    until_on: date | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    is_band: bool = False
    coverage: Coverage | None = None
    status: Status | None = None
    label: str = ""
    is_sufficient: bool = True


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """The current figure of one metric of one system, with all evidence on that metric."""

    id: int
    metric: Metric
    value: Decimal
    as_of_on: date
    coverage: Coverage | None = None
    window_days: int | None = None
    method: str = ""
    source_url: str | None = None
    stated_by: str = ""
    supports: tuple[Support, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """The current answer to one criterion, with all evidence on it; `label` is how reasons name it."""

    criterion: str
    status: Status
    as_of_on: date
    label: str = ""
    note: str = ""
    evidence_url: str | None = None
    supports: tuple[Support, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificationFacts:
    """A current certification, with the documents on it; `label` is how reasons name it."""

    name: str
    as_of_on: date
    label: str = ""
    valid_until: date | None = None
    url: str | None = None
    supports: tuple[Support, ...] = ()
