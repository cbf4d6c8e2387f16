"""What is kept of a comparison, how it is hashed, and what of it is named by nobody. Pure.

The hash covers the head (time, day, versions, rows) and every column: SHA-256 over the hex hashes of all of them, the
head's first, one a line. A column that is gone leaves its hash, so that the rest can still be checked.

No customer and no referee is kept by name or kind: both may take back their consent, and what is kept here couldn't
follow. Evidence is kept by kind, value and day, and reasons speak of "a customer".
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import msgspec
from msgspec import Struct

from directory.comparison.table import Column, Section, Table, Versions, marked
from directory.rules.case import Outcome
from directory.rules.facts import ProviderFacts

GONE = Column(
    slug="",
    name="",
    demo=False,
    claimed=False,
    tier=None,
    enterprise=Outcome.UNKNOWN,
    system=None,
    rules_system=None,
    systems=(),
    cells={},
)
"""What stands in the place of a provider that is gone."""
ORDINALS = ("a customer", "another customer")


class Head(Struct, frozen=True):
    """What is kept beside the columns."""

    taken_at: datetime
    on: date
    catalogue: Versions
    sections: tuple[Section, ...]


_encoder = msgspec.json.Encoder(decimal_format="number")


def nameless(facts: ProviderFacts) -> ProviderFacts:
    """Return the facts with every customer called a customer, each organisation by a name of its own."""
    domains = list(dict.fromkeys(one.organisation_domain for one in facts.references))
    references = (
        replace(one, label=_called(domains.index(one.organisation_domain)), is_named=False) for one in facts.references
    )
    return replace(facts, references=tuple(references))


def _called(index: int) -> str:
    return ORDINALS[index] if index < len(ORDINALS) else f"a customer, number {index + 1}"


def head_text(table: Table, at: datetime) -> str:
    """Return the head of a table frozen at a moment, as it is kept and hashed."""
    return _encoder.encode(Head(at, table.on, table.catalogue, table.sections)).decode()


def column_text(column: Column) -> str:
    """Return a column as it is kept and hashed."""
    return _encoder.encode(column).decode()


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_all(head: str, part_hashes: Sequence[str]) -> str:
    """Return the hash over a head and the hashes of its columns."""
    return digest("\n".join((digest(head), *part_hashes)))


def is_intact(head: str, parts: Sequence[str | None], part_hashes: Sequence[str], sha256: str) -> bool:
    """Whether what is kept is what was hashed; a part that is gone (None) is taken at its hash."""
    if len(parts) != len(part_hashes) or digest_of_all(head, part_hashes) != sha256:
        return False
    return all(part is None or digest(part) == known for part, known in zip(parts, part_hashes, strict=True))


def thawed(head: str, parts: Sequence[str | None]) -> tuple[Head, Table]:
    """Return the head and the table as it was, with an empty column where one is gone; what differs is told anew."""
    known = msgspec.json.decode(head, type=Head)
    columns = [msgspec.json.decode(part, type=Column) for part in parts if part is not None]
    there = iter(columns)
    placed = tuple(GONE if part is None else next(there) for part in parts)
    sections = marked(known.sections, columns)
    return known, Table(known.on, known.catalogue, sections, placed)
