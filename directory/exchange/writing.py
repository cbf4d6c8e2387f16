"""Writing a batch of checked entries to the database: new providers added, known ones changed, claimed ones left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from directory.audit.services import Event
from directory.exchange.columns import provider_columns, system_columns
from directory.exchange.current import Current, load_current
from directory.exchange.format import ProviderRecord, SystemRecord
from directory.exchange.problems import Problem
from directory.exchange.spool import Entry
from directory.exchange.statements import Statements
from directory.providers.models import Provider, System
from directory.providers.services import Draft, add_unclaimed, change

CROSSED = Problem("", "somebody else changed the entry at the same moment: import it again")


class Outcome(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    LEFT_ALONE = "left alone"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Result:
    """An entry's outcome, with what is to be said of it, and its event if anything was written."""

    entry: Entry
    outcome: Outcome
    notes: Sequence[Problem] = ()
    event: Event | None = None


def write_batch(session: Session, entries: Sequence[Entry], *, actor: str, at: datetime) -> list[Result]:
    """Write entries of different domains, and return their results in order.

    Should the database refuse one, because somebody else took a domain meanwhile, the batch is tried once
    more and then written one entry at a time, so that only that one is bad. Appends no events: the caller
    does, last.
    """
    for _ in range(2):
        try:
            with session.begin_nested():
                return _Batch(session, actor, at).write(entries)
        except (IntegrityError, StaleDataError):
            session.expunge_all()
    return [_write_alone(session, entry, actor=actor, at=at) for entry in entries]


def _write_alone(session: Session, entry: Entry, *, actor: str, at: datetime) -> Result:
    try:
        with session.begin_nested():
            return _Batch(session, actor, at).write([entry])[0]
    except (IntegrityError, StaleDataError):
        session.expunge_all()
        return Result(entry, Outcome.BAD, [CROSSED])


@dataclass(frozen=True, slots=True)
class _Batch:
    session: Session
    actor: str
    at: datetime

    @property
    def today(self) -> date:
        return self.at.date()

    def write(self, entries: Sequence[Entry]) -> list[Result]:
        current = load_current(self.session, [entry.domain for entry in entries])
        statements = Statements(self.today, current)
        added = self._add([entry for entry in entries if entry.domain not in current.providers])
        results = []
        for entry in entries:
            provider = added.get(entry.domain)
            if provider is None:
                results.append(self._update(entry, current, statements))
            else:
                notes = statements.collect(provider, entry.record)
                results.append(Result(entry, Outcome.ADDED, notes, _event("provider.imported", provider)))
        self.session.flush()
        statements.write(self.session, actor=self.actor, at=self.at)
        return results

    def _add(self, entries: Sequence[Entry]) -> dict[str, Provider]:
        drafts = [
            Draft(provider_columns(entry.record, entry.domain), [system_columns(one) for one in _systems(entry.record)])
            for entry in entries
        ]
        return {provider.domain: provider for provider in add_unclaimed(self.session, drafts, at=self.at)}

    def _update(self, entry: Entry, current: Current, statements: Statements) -> Result:
        provider = current.providers[entry.domain]
        why = _why_left_alone(provider)
        if why:
            return Result(entry, Outcome.LEFT_ALONE, [Problem("", f"{entry.domain} is {why}")])
        refusals = _refusals(provider, entry.record)
        if refusals:
            return Result(entry, Outcome.BAD, refusals)
        before = len(statements)
        is_changed = change(provider, provider_columns(entry.record, entry.domain))
        is_changed |= _change_systems(provider, entry.record)
        notes = statements.collect(provider, entry.record)
        if not is_changed and len(statements) == before:
            return Result(entry, Outcome.UNCHANGED, notes)
        provider.updated_at = self.at
        return Result(entry, Outcome.UPDATED, notes, _event("provider.updated", provider))


def _why_left_alone(provider: Provider) -> str:
    """Return why an entry isn't the import's to change; "" where it is."""
    if provider.claimed_at is not None:
        return "claimed: its provider keeps it"
    if provider.withdrawn_at is not None:
        return "withdrawn"
    return "being written by somebody who hasn't shown yet that it is theirs" if provider.is_unproven else ""


def _systems(record: ProviderRecord) -> list[SystemRecord]:
    return record.systems if isinstance(record.systems, list) else []


def _change_systems(provider: Provider, record: ProviderRecord) -> bool:
    """Change the systems that are there by name, add the others; whether anything changed."""
    is_changed = False
    known = {system.name: system for system in provider.systems}
    for system_record in _systems(record):
        columns = system_columns(system_record)
        system = known.get(system_record.name)
        if system is None:
            provider.systems.append(System(**columns))
            is_changed = True
        else:
            is_changed |= change(system, columns)
    return is_changed


def _refusals(provider: Provider, record: ProviderRecord) -> list[Problem]:
    """Return what contradicts what is there: a system retired before it went live."""
    known = {system.name: system for system in provider.systems}
    found = []
    for at, system_record in enumerate(_systems(record)):
        system = known.get(system_record.name)
        if system is not None:
            columns = system_columns(system_record)
            live = columns.get("live_since", system.live_since)
            retired = columns.get("retired_on", system.retired_on)
            if live and retired and retired < live:
                found.append(Problem(f"systems[{at}].retired_on", f"{retired} is before live_since ({live})"))
    return found


def _event(action: str, provider: Provider) -> Event:
    source = {"name": provider.source_name, "url": provider.source_url}
    given: dict[str, Any] = {name: value for name, value in source.items() if value}
    return Event(action, provider.subject, provider.id, {"source": given} if given else {})
