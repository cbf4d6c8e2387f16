"""Checked records on disk between reading a file and writing it to the database.

A list may name the same firm several times. Written one after the other, its lines would overwrite each
other anew on every run; so they are merged first, and running an import twice changes nothing. The spool
lies in a private temporary file that SQLite removes by itself: memory stays the same whatever the size.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from directory.exchange.format import ProviderRecord, decode, encode
from directory.exchange.merging import merged

SCHEMA = """
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
PRAGMA cache_size=-8000;
CREATE TABLE spooled (line INTEGER PRIMARY KEY, domain TEXT NOT NULL, record BLOB NOT NULL);
CREATE TABLE last (domain TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID;
"""
IN_ORDER = """
SELECT last.line, spooled.line, spooled.domain, spooled.record FROM last JOIN spooled USING (domain)
ORDER BY last.line, spooled.line
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says of one provider. `line` is the last that names it, `lines` how many do."""

    line: int
    lines: int
    domain: str
    record: ProviderRecord


class Spool:
    """Records by line, read back by provider."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take an empty database."""
        self._connection = connection
        connection.executescript(SCHEMA)
        connection.execute("BEGIN")

    def add(self, line: int, domain: str, record: ProviderRecord) -> None:
        """Keep a record; lines come in rising order."""
        self._connection.execute("INSERT INTO spooled VALUES (?, ?, ?)", (line, domain, encode(record)))
        self._connection.execute("INSERT OR REPLACE INTO last VALUES (?, ?)", (domain, line))

    def __len__(self) -> int:
        """Return how many providers there are."""
        found: tuple[int] = self._connection.execute("SELECT count(*) FROM last").fetchone()
        return found[0]

    def entries(self) -> Iterator[Entry]:
        """Return each provider once, in the order of the last lines that name them."""
        self._connection.execute("CREATE INDEX by_domain ON spooled (domain)")
        entry: Entry | None = None
        for last, _, domain, encoded in self._connection.execute(IN_ORDER):
            record = decode(encoded)
            if entry is not None and entry.domain == domain:
                entry = Entry(last, entry.lines + 1, domain, merged(entry.record, record))
                continue
            if entry is not None:
                yield entry
            entry = Entry(last, 1, domain, record)
        if entry is not None:
            yield entry


@contextmanager
def spool() -> Iterator[Spool]:
    """Give an empty spool, gone at the end."""
    connection = sqlite3.connect("", isolation_level=None)  # no name: a file of its own, deleted on closing
    try:
        yield Spool(connection)
    finally:
        connection.close()
