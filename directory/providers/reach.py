"""How often entries were seen, by month and way: nothing about who saw them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from directory.core.dates import add_months
from directory.providers.membership import Reach, ReachKind
from directory.providers.models import Provider

AT_ONCE = 2_000
"""So many counts are written by one statement: databases take only so many values in one."""

Counts = Mapping[tuple[int, date, ReachKind], int]
"""How often, by provider, first day of the month and way."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month's counts, by way."""

    month_on: date
    counts: Mapping[ReachKind, int]


def add_counts(session: Session, counts: Counts) -> None:
    """Add to what is counted; any number of processes may do so at once. Entries that are gone are left out."""
    ids = {provider_id for provider_id, _, _ in counts}
    there = set(session.scalars(select(Provider.id).where(Provider.id.in_(ids)))) if ids else set()
    rows = iter(
        [
            {"provider_id": provider_id, "month_on": month_on, "kind": kind, "count": count}
            for (provider_id, month_on, kind), count in sorted(counts.items())  # in order, so that none waits in a ring
            if provider_id in there
        ]
    )
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    while chunk := list(islice(rows, AT_ONCE)):
        statement = dialect.insert(Reach).values(chunk)
        keys = ["provider_id", "month_on", "kind"]
        more = Reach.count + statement.excluded.count
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_={"count": more}))


def months(session: Session, provider_id: int, on: date, how_many: int = 12) -> list[Month]:
    """Return the counts of the last months up to the one of the day, newest first; a month without any has zeros."""
    newest = on.replace(day=1)
    firsts = [add_months(newest, -back) for back in range(how_many)]
    query = select(Reach).where(Reach.provider_id == provider_id, Reach.month_on >= firsts[-1])
    found = {(row.month_on, row.kind): row.count for row in session.scalars(query)}
    return [Month(first, {kind: found.get((first, kind), 0) for kind in ReachKind}) for first in firsts]
