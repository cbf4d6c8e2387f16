"""Freezing a comparison, and reading what was frozen."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.comparison.asking import Chosen
from directory.comparison.changes import Change, changes
from directory.comparison.filling import compare
from directory.comparison.freezing import (
    column_text,
    digest,
    digest_of_all,
    head_text,
    is_intact,
    nameless,
    thawed,
)
from directory.comparison.models import Snapshot, SnapshotColumn
from directory.comparison.queries import entry, load_table
from directory.comparison.table import Table
from directory.core.errors import NotFoundError
from directory.providers.models import Provider
from directory.rules.evaluator import evaluate
from directory.rules.queries import load_facts

KEPT_DAYS = 730
TOKEN_BYTES = 18
GONE = "There is no such frozen comparison, or it was kept for long enough."


@dataclass(frozen=True, slots=True)
class Frozen:
    """A frozen comparison as it may be shown: nothing of a provider that readers may not see now.

    `parts` are the columns as they were hashed, None where one is gone. `providers` are those that are still there.
    """

    token: str
    taken_at: datetime
    head: str
    parts: tuple[str | None, ...]
    part_hashes: tuple[str, ...]
    sha256: str
    is_intact: bool
    table: Table
    providers: tuple[Provider, ...]

    @property
    def kept_until(self) -> date:
        """The day on which it goes."""
        return (self.taken_at + timedelta(days=KEPT_DAYS)).date()

    @property
    def gone(self) -> int:
        """How many providers aren't there any more."""
        return sum(part is None for part in self.parts)


def freeze(
    session: Session, providers: Sequence[Provider], chosen: Chosen, catalogue: Catalogue, *, on: date, at: datetime
) -> str:
    """Keep what these providers' comparison shows on a day, and return the token that leads to it."""
    facts = load_facts(session, [one.id for one in providers], catalogue)
    entries = [
        entry(
            session,
            one,
            evaluate(nameless(facts[one.id]), catalogue.rules, on),
            chosen.get(one.slug),
            catalogue.taxonomy,
        )
        for one in providers
    ]
    table = compare(entries, catalogue, on)
    head = head_text(table, at)
    parts = [column_text(column) for column in table.columns]
    hashes = [digest(part) for part in parts]
    kept = Snapshot(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        taken_at=at,
        head=head,
        part_hashes=hashes,
        sha256=digest_of_all(head, hashes),
    )
    session.add(kept)
    session.flush()
    for position, (provider, part) in enumerate(zip(providers, parts, strict=True)):
        session.add(SnapshotColumn(snapshot_id=kept.id, position=position, provider_id=provider.id, content=part))
    session.flush()
    return kept.token


def load_frozen(session: Session, token: str) -> Frozen:
    """Return the frozen comparison; raise `NotFoundError` where there is none."""
    kept = session.scalar(select(Snapshot).where(Snapshot.token == token))
    if kept is None:
        raise NotFoundError(GONE)
    query = (
        select(SnapshotColumn, Provider)
        .join(Provider, Provider.id == SnapshotColumn.provider_id)
        .where(SnapshotColumn.snapshot_id == kept.id)
        .order_by(SnapshotColumn.position)
    )
    rows = {column.position: (column.content, provider) for column, provider in session.execute(query)}
    places = range(len(kept.part_hashes))
    stored = [rows[place][0] if place in rows else None for place in places]
    shown = [rows[place][0] if place in rows and rows[place][1].is_public else None for place in places]
    _, table = thawed(kept.head, shown)
    return Frozen(
        token=kept.token,
        taken_at=kept.taken_at,
        head=kept.head,
        parts=tuple(shown),
        part_hashes=tuple(kept.part_hashes),
        sha256=kept.sha256,
        is_intact=is_intact(kept.head, stored, kept.part_hashes, kept.sha256),
        table=table,
        providers=tuple(rows[place][1] for place in places if shown[place] is not None),
    )


def changed_since(session: Session, frozen: Frozen, catalogue: Catalogue, on: date) -> tuple[Change, ...]:
    """Return what is another now, of the providers that are still there."""
    systems = {column.slug: column.system.id for column in frozen.table.columns if column.system}
    renamed = {provider.slug: provider for provider in frozen.providers}
    chosen = {slug: systems[slug] for slug in renamed if slug in systems}
    return changes(frozen.table, load_table(session, frozen.providers, chosen, catalogue, on))


def discard_frozen(session: Session, before: datetime, most: int) -> int:
    """Delete what was frozen before a moment, at most so many; return how many that were."""
    numbers = list(session.scalars(select(Snapshot.id).where(Snapshot.taken_at < before).limit(most)))
    session.execute(delete(Snapshot).where(Snapshot.id.in_(numbers)))
    return len(numbers)
