"""The import: reads a source, checks every line, and writes what is good, whole providers at a time."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from directory.audit.services import append_all
from directory.exchange.checking import Checker
from directory.exchange.lines import Line, read_lines
from directory.exchange.problems import Problem
from directory.exchange.sources import Source
from directory.exchange.spool import Entry, Spool, spool
from directory.exchange.writing import Outcome, Result, write_batch

BATCH = 200
ATTEMPTS = 3
ACTOR = "import"

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is: bytes read, or providers written."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be said of a line; `outcome` tells a bad line from a note."""

    line: int
    outcome: Outcome
    problem: Problem

    def __str__(self) -> str:
        """Return it as it is printed."""
        prefix = "left alone: " if self.outcome is Outcome.LEFT_ALONE else ""
        return f"line {self.line}: {prefix}{self.problem}"


@dataclass(slots=True)
class Report:
    """How many providers were added, updated, unchanged or left alone, how many lines were bad or merged."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    merged: int = 0

    def __str__(self) -> str:
        """Return the summary in one line."""
        summary = ", ".join(f"{self.counts[outcome]:,} {outcome}" for outcome in Outcome)
        if self.merged:
            verb = "lines were" if self.merged > 1 else "line was"
            summary += f" ({self.merged:,} {verb} merged with a later one for the same website)"
        return summary


@dataclass(frozen=True, slots=True)
class Importer:
    """One import. Lines are spooled on disk while they are checked, so memory doesn't grow with the file.

    `transaction` is the caller's: it gives a session whose work is committed at the end.
    """

    transaction: Callable[[], AbstractContextManager[Session]]
    checker: Checker
    at: datetime
    tell: Callable[[Notice], None]
    progress: Progress = lambda _what, _done, _total: None
    is_dry_run: bool = False

    def run(self, source: Source) -> Report:
        """Import a source. Raises `SourceError` when it can't be read at all.

        Every batch is a transaction of its own, so that a crash loses no more than that; a dry run is one
        transaction, rolled back at the end, in which later lines see what earlier ones did.
        """
        report = Report()
        with spool() as spooled:
            self._read(source, spooled, report)
            for done, results in self._written(spooled):
                self._count(results, report)
                self.progress("writing", done, len(spooled))
        return report

    def _read(self, source: Source, spooled: Spool, report: Report) -> None:
        for at, line in enumerate(read_lines(source)):
            if at % BATCH == 0:
                self.progress("reading", source.stream.tell(), source.size)
            domain = self._spool(line, spooled)
            if domain is None:
                report.counts[Outcome.BAD] += 1
                for problem in line.problems.found.values():
                    self.tell(Notice(line.number, Outcome.BAD, problem))
        self.progress("reading", source.size, source.size)

    def _spool(self, line: Line, spooled: Spool) -> str | None:
        """Keep a good line and return its domain; None for a bad one."""
        if line.record is None:
            return None
        record, domain = self.checker.check(line.record, line.problems)
        if line.problems.found:
            return None
        spooled.add(line.number, domain, record)
        return domain

    def _written(self, spooled: Spool) -> Iterator[tuple[int, list[Result]]]:
        """Write batch after batch; give how many providers are done, and the results of the last batch."""
        batches = enumerate(_batches(spooled.entries()))
        if not self.is_dry_run:
            for number, batch in batches:
                yield number * BATCH + len(batch), self._commit(batch)
            return
        with self.transaction() as session:
            for number, batch in batches:
                yield number * BATCH + len(batch), write_batch(session, batch, actor=ACTOR, at=self.at)
                session.expunge_all()
            session.rollback()

    def _commit(self, batch: list[Entry]) -> list[Result]:
        """Write a batch in a transaction; again when the database asks for it, as after a deadlock."""
        for attempt in range(ATTEMPTS):
            try:
                with self.transaction() as session:
                    return self._write(session, batch)
            except OperationalError:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _write(self, session: Session, batch: list[Entry]) -> list[Result]:
        results = write_batch(session, batch, actor=ACTOR, at=self.at)
        # Last, because it makes other writers wait until this transaction ends.
        events = [result.event for result in results if result.event]
        if events:
            append_all(session, events, actor=ACTOR, at=self.at)
        return results

    def _count(self, results: list[Result], report: Report) -> None:
        for result in results:
            report.counts[result.outcome] += 1
            report.merged += result.entry.lines - 1
            for note in result.notes:
                self.tell(Notice(result.entry.line, result.outcome, note))


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
