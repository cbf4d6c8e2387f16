"""The import format: JSON Lines, one provider a line, and CSV for its top-level scalar columns.

An absent key (UNSET) keeps what is there. Null, or an empty text or list, clears it. What else holds:

- Lists of terms and `certifications` are whole: what a list no longer names is taken back.
- `systems` match by name; one that isn't named stays, so none is ever removed: set `retired_on`.
- `figures`, `answers`, `customer`, `source` are merged key by key; null takes one figure or answer back.
- A figure with the value, as-of date and coverage that is there already is nothing; one that is older
  than what is there is left alone.
- Answers and certifications carry no date: theirs is `source.retrieved`, or else the day of the import.
- In CSV the columns of an object are `min_project.amount`, `min_project.currency`, `source.name`,
  `source.url` and `source.retrieved`. An empty cell keeps what is there. A cell that a spreadsheet would
  take for a formula is written with an apostrophe before it, which reading takes off again.
"""

from datetime import date
from decimal import Decimal

from msgspec import UNSET, Struct, UnsetType
from msgspec.json import Decoder, Encoder


class MinProject(Struct, frozen=True, forbid_unknown_fields=True):
    """The smallest project taken on."""

    amount: Decimal
    currency: str


class CertificationRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A certification, by taxonomy id."""

    name: str
    valid_until: date | UnsetType | None = UNSET
    url: str | UnsetType | None = UNSET


class CustomerRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """Who a system runs for. An export leaves name and website out unless `public`."""

    name: str | UnsetType | None = UNSET
    website: str | UnsetType | None = UNSET
    employees: int | UnsetType | None = UNSET
    regulated: bool | UnsetType | None = UNSET
    public: bool | UnsetType = UNSET


class FigureRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A value of a metric; `coverage` belongs to `response_minutes` alone, which needs it."""

    value: Decimal
    as_of: date
    window_days: int | UnsetType | None = UNSET
    method: str | UnsetType | None = UNSET
    source_url: str | UnsetType | None = UNSET
    coverage: str | UnsetType | None = UNSET


class FiguresRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """The four metrics."""

    requests_per_day: FigureRecord | UnsetType | None = UNSET
    uptime_percent: FigureRecord | UnsetType | None = UNSET
    deploy_minutes: FigureRecord | UnsetType | None = UNSET
    response_minutes: FigureRecord | UnsetType | None = UNSET


class SystemRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """One agent system."""

    name: str
    summary: str | UnsetType | None = UNSET
    industry: str | UnsetType | None = UNSET
    agent_type: str | UnsetType | None = UNSET
    live_since: date | UnsetType | None = UNSET
    retired_on: date | UnsetType | None = UNSET
    customer: CustomerRecord | UnsetType | None = UNSET
    figures: FiguresRecord | UnsetType | None = UNSET


class AnswerRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer to a criterion."""

    status: str
    note: str | UnsetType | None = UNSET
    evidence_url: str | UnsetType | None = UNSET


class SourceRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the facts were found, and when."""

    name: str | UnsetType | None = UNSET
    url: str | UnsetType | None = UNSET
    retrieved: date | UnsetType | None = UNSET


class ProviderRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """One line. Keys are written in this order."""

    name: str
    website: str
    summary: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    country: str | UnsetType | None = UNSET
    founded: int | UnsetType | None = UNSET
    employees: int | UnsetType | None = UNSET
    languages: list[str] | UnsetType | None = UNSET
    engagement: list[str] | UnsetType | None = UNSET
    min_project: MinProject | UnsetType | None = UNSET
    industries: list[str] | UnsetType | None = UNSET
    regions: list[str] | UnsetType | None = UNSET
    agent_types: list[str] | UnsetType | None = UNSET
    frameworks: list[str] | UnsetType | None = UNSET
    models: list[str] | UnsetType | None = UNSET
    clouds: list[str] | UnsetType | None = UNSET
    tools: list[str] | UnsetType | None = UNSET
    certifications: list[CertificationRecord] | UnsetType | None = UNSET
    systems: list[SystemRecord] | UnsetType = UNSET
    answers: dict[str, AnswerRecord | None] | UnsetType | None = UNSET
    source: SourceRecord | UnsetType | None = UNSET


CSV_COLUMNS = (
    "name",
    "website",
    "summary",
    "description",
    "country",
    "founded",
    "employees",
    "min_project.amount",
    "min_project.currency",
    "source.name",
    "source.url",
    "source.retrieved",
)

MAX_LINE = 1_000_000
MAX_NAME = 200
MAX_LINE_OF_TEXT = 500
MAX_DESCRIPTION = 20_000
MAX_NOTE = 2_000
MAX_ITEMS = 200

_ENCODER = Encoder(decimal_format="number")
_DECODER = Decoder(ProviderRecord)


def encode(record: ProviderRecord) -> bytes:
    """Return a record as one line of JSON, without its end."""
    return _ENCODER.encode(record)


def decode(line: bytes) -> ProviderRecord:
    """Return the record that `encode` wrote; what people wrote goes through `exchange.parsing`."""
    return _DECODER.decode(line)
