"""The results page beside Datasette's page of the same providers with the same twelve facets, both over HTTP.

`python -m bench.against_datasette --providers 10000`. Datasette serves an immutable SQLite file, inspected beforehand,
with indexes on the columns that it counts and without its own suggestions; its time limits are lifted, or it would
leave facets out. Counts and the first page are compared before anything is timed. Time is the servers' processor time
for each page; no page of ours is asked for twice, so that none is remembered.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import select

from bench.growth import read
from bench.pages import directory, free_port, prepare, processor_seconds, serving, spent_by
from bench.report import Row, publish
from bench.search_corpus import evidence_key, plain_terms
from directory.catalogue.services import in_force
from directory.core import clock
from directory.core.db import Database
from directory.providers.models import Provider
from directory.search.document import Document, read_documents
from directory.search.query import FACET_PARAMETERS

GOAL, GOAL_AT = 100, 10_000
PER_PAGE, MORE = 20, 80
ROUNDS, OUR_PAGES, THEIR_PAGES = 5, 40, 2
PLAIN = ("country", "size")
"""The facets of which a provider has one value: plain columns, the others are arrays."""
ARRAYS = tuple(facet for facet in FACET_PARAMETERS if facet not in PLAIN)
SETTINGS = {
    "default_page_size": str(PER_PAGE),
    "default_facet_size": "300",
    "facet_time_limit_ms": "100000",
    "sql_time_limit_ms": "100000",
    "suggest_facets": "off",
}
FACETS = "&".join([*(f"_facet={facet}" for facet in PLAIN), *(f"_facet_array={facet}" for facet in ARRAYS)])
COUNTRY = "DE"


@dataclass(frozen=True, slots=True)
class Pages:
    """One row: a query of ours, and Datasette's page."""

    what: str
    query: str
    theirs: str

    def ours(self, number: int, total: int) -> str:
        """Return the address of a page of ours, a different one each time: all have the same counts."""
        last = max(1, total // (2 * PER_PAGE))
        return f"/providers?{self.query}page={1 + number % last}&per_page={PER_PAGE + number // last % MORE}"


PAGES = (
    Pages(
        "results page with all counts",
        "",
        f"/peer/provider?_sort=place&{FACETS}",
    ),
    Pages(
        "results page of one country",
        f"country={COUNTRY}&",
        f"/peer/provider?_sort=place&country={COUNTRY}&{FACETS}",
    ),
)


def documents(database: Database) -> Iterator[Document]:
    """Yield what our index holds of every public provider."""
    with database.reading() as session:
        catalogue, today = in_force(session), clock.today()
        ids = list(session.scalars(select(Provider.id).where(Provider.is_public).order_by(Provider.id)))
        for start in range(0, len(ids), 500):
            yield from read_documents(session, ids[start : start + 500], catalogue, today)


def write(file: Path, found: list[Document]) -> None:
    """Write the table that Datasette serves, in our order."""
    columns = ", ".join(f"{facet} TEXT" for facet in FACET_PARAMETERS)
    connection = sqlite3.connect(file)
    connection.execute(f"CREATE TABLE provider (place INTEGER PRIMARY KEY, slug TEXT, {columns})")
    marks = ", ".join("?" * (2 + len(FACET_PARAMETERS)))
    for place, document in enumerate(sorted(found, key=evidence_key)):
        terms: dict[str, list[str]] = {facet: [] for facet in FACET_PARAMETERS}
        for facet, value in plain_terms(document):
            terms[facet].append(value)
        values = [next(iter(terms[one]), None) if one in PLAIN else json.dumps(terms[one]) for one in FACET_PARAMETERS]
        connection.execute(f"INSERT INTO provider VALUES ({marks})", (place, document.slug, *values))
    for facet in PLAIN:
        connection.execute(f"CREATE INDEX provider_{facet} ON provider ({facet})")
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()


@contextmanager
def datasette(file: Path) -> Iterator[tuple[str, int]]:
    """Serve a SQLite file; give the address and the process id."""
    inspected = file.with_suffix(".json")
    command = [sys.executable, "-m", "datasette"]
    subprocess.run([*command, "inspect", str(file), "--inspect-file", str(inspected)], check=True)
    port = free_port()
    command += ["serve", "--immutable", str(file), "--inspect-file", str(inspected), "--port", str(port)]
    for name, value in SETTINGS.items():
        command += ["--setting", name, value]
    url = f"http://127.0.0.1:{port}"
    with serving(command, url + "/-/versions.json") as process:
        yield url, process


def _json(url: str) -> Any:  # noqa: ANN401 - whatever a server says
    with urllib.request.urlopen(url, timeout=300) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def compare(pages: Pages, ours: str, theirs: str) -> int:
    """Return the total; stop unless both give the same, and the same first page and counts."""
    mine = _json(f"{ours}/api/v1/providers?{pages.query}per_page={PER_PAGE}")
    other = _json(f"{theirs}{pages.theirs.replace('provider?', 'provider.json?')}")
    columns = other["columns"]
    found = {
        "total": (mine["total"], other["filtered_table_rows_count"]),
        "page": ([one["slug"] for one in mine["items"]], [row[columns.index("slug")] for row in other["rows"]]),
    }
    for facet in FACET_PARAMETERS:
        if f"{facet}={COUNTRY}" not in pages.query:
            counted = other["facet_results"][facet]["results"]
            found[facet] = (
                {one["value"]: one["count"] for one in mine["facets"].get(facet, ())},
                {one["value"]: one["count"] for one in counted},
            )
    for what, (one, another) in found.items():
        if one != another:
            raise AssertionError(f"{pages.what}: {what} is {one} here and {another} there")
    return int(mine["total"])


def measure(pages: Pages, ours: tuple[str, int], theirs: tuple[str, int], goal: float) -> Row:
    """Check, then return the row of one kind of page: medians over rounds, alternating."""
    total = compare(pages, ours[0], theirs[0])
    mine: list[float] = []
    other: list[float] = []
    numbers = count()
    for number in range(-1, ROUNDS):
        began = processor_seconds(ours[1])
        for _ in range(OUR_PAGES):
            read(ours[0] + pages.ours(next(numbers), total))
        spent = processor_seconds(ours[1]) - began
        began = spent_by(theirs[1])
        for _ in range(THEIR_PAGES):
            read(theirs[0] + pages.theirs)
        if number >= 0:  # the first round warms both
            mine.append(1000 * spent / OUR_PAGES)
            other.append(1000 * (spent_by(theirs[1]) - began) / THEIR_PAGES)
    one, another = median(mine), median(other)
    return Row(pages.what, f"{one:.1f} ms", f"{another:,.0f} ms", another / one, goal, "Datasette")


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--providers", type=int, default=GOAL_AT)
    providers: int = parser.parse_args().providers
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = prepare(folder, providers)
        database = Database(f"sqlite:///{folder / 'directory.sqlite'}")
        write(folder / "peer.db", list(documents(database)))
        database.dispose()
        with directory(environ) as ours, datasette(folder / "peer.db") as theirs:
            goal = GOAL if providers == GOAL_AT else 0
            rows = [measure(pages, ours, theirs, goal) for pages in PAGES]
    publish(f"datasette-{providers}", f"Results page beside Datasette's, {providers:,} providers", rows, [])


if __name__ == "__main__":
    main()
