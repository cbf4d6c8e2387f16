"""SQLite with FTS5: a contentless index of words, a table of facet values with an index each way, one of systems.

As its documentation advises: WAL, memory-mapped reading, FTS5 optimised, ANALYZE once all is written.
"""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from bench.asked import Word
from bench.peers.tables import SYSTEM_COLUMNS, Rows, Tables, provider_row, system_rows, term_rows
from bench.search_corpus import Corpus
from directory.search.document import TEXT_FIELDS, Document

PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "mmap_size=4000000000", "cache_size=-262144", "temp_store=MEMORY")
COLUMNS = ", ".join(f"{name} INTEGER NOT NULL" for name in SYSTEM_COLUMNS)
TABLES = f"""
CREATE TABLE provider (id INTEGER PRIMARY KEY, place INTEGER NOT NULL, claimed INTEGER NOT NULL);
CREATE TABLE term (value INTEGER NOT NULL, provider INTEGER NOT NULL, PRIMARY KEY (value, provider)) WITHOUT ROWID;
CREATE TABLE system (provider INTEGER NOT NULL, {COLUMNS});
CREATE VIRTUAL TABLE words USING fts5({", ".join(TEXT_FIELDS)}, content='', tokenize='ascii');
"""
INDEXES = f"""
CREATE UNIQUE INDEX provider_by_place ON provider (place);
CREATE INDEX provider_claimed ON provider (claimed, place);
CREATE INDEX term_by_provider ON term (provider, value);
CREATE INDEX system_covering ON system (provider, {", ".join(SYSTEM_COLUMNS)});
INSERT INTO words (words) VALUES ('optimize');
ANALYZE;
"""


class SQLite(Tables):
    """SQLite through the standard library."""

    name = "SQLite FTS5"
    RELEVANCE = "bm25(words, 5.0, 2.0, 1.0, 1.5)"
    WITH_WORDS = "words JOIN provider p ON p.id = words.rowid"
    HAS_WORDS = "words MATCH ?"

    def build(self, corpus: Corpus, folder: Path) -> float:
        """Write all tables in one transaction, then the indexes."""
        self.read(folder)
        self._connection.executescript(TABLES)
        self._connection.execute("BEGIN")
        spent = 0.0
        for documents in corpus.batches():
            began = self.seconds()
            self._insert(documents, corpus)
            spent += self.seconds() - began
        began = self.seconds()
        self._connection.execute("COMMIT")
        self._connection.executescript(INDEXES)
        return spent + self.seconds() - began

    def _insert(self, documents: Sequence[Document], corpus: Corpus) -> None:
        self._rows("provider", 3, (provider_row(one, corpus) for one in documents))
        self._rows("term", 2, term_rows(documents, self.values))
        self._rows("system", 1 + len(SYSTEM_COLUMNS), chain.from_iterable(map(system_rows, documents)))
        fields = f"words (rowid, {', '.join(TEXT_FIELDS)})"
        self._rows(fields, 1 + len(TEXT_FIELDS), ((one.id, *map(" ".join, one.words)) for one in documents))

    def _rows(self, table: str, width: int, rows: Iterable[tuple[object, ...]]) -> None:
        marks = ", ".join("?" * width)
        self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def read(self, folder: Path) -> None:
        """Open what was written; the connection keeps its statements."""
        self._connection = sqlite3.connect(folder / "peer.sqlite", isolation_level=None)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")

    def rows(self, statement: str, values: Sequence[object]) -> Rows:
        """Return what a statement gives."""
        return self._connection.execute(statement, list(values)).fetchall()

    def words(self, words: Sequence[Word]) -> str:
        """Return FTS5's expression: all of the words, each in any column."""
        return " AND ".join(f'("{stem}" OR "{beginning}" *)' if beginning else f'"{stem}"' for stem, beginning in words)

    def has_one_of(self, numbers: Sequence[int]) -> tuple[str, list[object]]:
        """Return a condition that looks into the table of values."""
        marks = ", ".join("?" * len(numbers))
        found = f"EXISTS (SELECT 1 FROM term t WHERE t.provider = p.id AND t.value IN ({marks}))"
        return found, list(numbers)

    def seconds(self) -> float:
        """Return this process's seconds."""
        return time.process_time()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
