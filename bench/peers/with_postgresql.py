"""PostgreSQL: a generated tsvector and an array of facet values, both with GIN indexes; tables of values and systems.

As its documentation advises: loaded with COPY, indexes afterwards, then VACUUM; memory for its buffers and for
sorting. Statements are prepared. One process answers, so that its processor time is all there is.
"""

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import psycopg

from bench.asked import Word
from bench.peers.tables import SYSTEM_COLUMNS, Rows, Tables, provider_row, system_rows, term_rows
from bench.search_corpus import Corpus
from directory.search.document import TEXT_FIELDS, Document
from tests.postgresql import server

OPTIONS = {
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.1",  # nothing is read from a disk
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "jit": "off",  # slower for queries as short as these
}
WEIGHTS = dict(zip(TEXT_FIELDS, "ACDB", strict=True))
VECTOR = " || ".join(f"setweight(to_tsvector('simple', {field}), '{weight}')" for field, weight in WEIGHTS.items())
TEXTS = ", ".join(f"{field} text NOT NULL" for field in TEXT_FIELDS)
COLUMNS = ", ".join(f"{name} bigint NOT NULL" for name in SYSTEM_COLUMNS)
TABLES = f"""
CREATE TABLE provider (id integer, place integer NOT NULL, claimed integer NOT NULL, terms integer[] NOT NULL, {TEXTS},
    words tsvector GENERATED ALWAYS AS ({VECTOR}) STORED);
CREATE TABLE term (value integer NOT NULL, provider integer NOT NULL);
CREATE TABLE system (provider integer NOT NULL, {COLUMNS});
"""
INDEXES = f"""
ALTER TABLE provider ADD PRIMARY KEY (id);
CREATE UNIQUE INDEX ON provider (place) INCLUDE (id);
CREATE INDEX ON provider (claimed, place) INCLUDE (id);
CREATE INDEX ON provider USING gin (words);
CREATE INDEX ON provider USING gin (terms);
CREATE INDEX ON term (provider, value);
CREATE INDEX ON term (value, provider);
CREATE INDEX ON system (provider, {", ".join(SYSTEM_COLUMNS)})
"""


class PostgreSQL(Tables):
    """A server of its own, thrown away afterwards."""

    name = "PostgreSQL"
    RELEVANCE = "-ts_rank('{0.2, 0.3, 0.4, 1.0}', p.words, ?::tsquery)"
    WITH_WORDS = "provider p"
    HAS_WORDS = "p.words @@ ?::tsquery"

    def build(self, corpus: Corpus, folder: Path) -> float:  # noqa: ARG002 - the server makes its own folder
        """Start a server and fill it."""
        self._held = ExitStack()
        url = self._held.enter_context(server(OPTIONS)).url("postgres")
        self._connection = self._held.enter_context(psycopg.connect(url, autocommit=True, prepare_threshold=0))
        self._backend = Path(f"/proc/{self._connection.info.backend_pid}/schedstat")
        self._run(TABLES)
        spent = 0.0
        for documents in corpus.batches():
            began = self.seconds()
            self._insert(documents, corpus)
            spent += self.seconds() - began
        began = self.seconds()
        for statement in (*INDEXES.split(";"), "VACUUM (FREEZE, ANALYZE)"):
            self._run(statement)
        return spent + self.seconds() - began

    def _run(self, statements: str) -> None:
        self._connection.execute(statements.encode(), prepare=False)

    def _insert(self, documents: Sequence[Document], corpus: Corpus) -> None:
        pairs = list(term_rows(documents, self.values))
        terms: dict[int, list[int]] = {one.id: [] for one in documents}
        for value, provider in pairs:
            terms[provider].append(value)
        fields = ", ".join(("id", "place", "claimed", "terms", *TEXT_FIELDS))
        self._copy(
            f"provider ({fields})",
            ((*provider_row(one, corpus), terms[one.id], *map(" ".join, one.words)) for one in documents),
        )
        self._copy("term", pairs)
        self._copy("system", chain.from_iterable(map(system_rows, documents)))

    def _copy(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        with self._connection.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def rows(self, statement: str, values: Sequence[object]) -> Rows:
        """Return what a statement gives."""
        return self._connection.execute(statement.replace("?", "%s").encode(), values).fetchall()

    def words(self, words: Sequence[Word]) -> str:
        """Return PostgreSQL's expression: all of the words."""
        return " & ".join(f"('{stem}' | '{beginning}':*)" if beginning else f"'{stem}'" for stem, beginning in words)

    def has_one_of(self, numbers: Sequence[int]) -> tuple[str, list[object]]:
        """Return a condition on the array of values."""
        return "p.terms && ?::integer[]", [list(numbers)]

    def seconds(self) -> float:
        """Return the seconds of this process and of the server's that answers it."""
        return time.process_time() + int(self._backend.read_text().split()[0]) / 1e9

    def close(self) -> None:
        """Stop the server."""
        self._held.close()
