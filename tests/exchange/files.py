"""Importing from text and looking at what came of it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from directory.catalogue.schema import SizeBand, Taxonomy, Term
from directory.catalogue.services import Catalogue
from directory.core.db import Base, Database
from directory.exchange.checking import Checker
from directory.exchange.exporting import export
from directory.exchange.importing import Importer, Notice, Report
from directory.exchange.sources import Format, opened
from directory.exchange.writing import Outcome

AT = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Run:
    """What an import reported."""

    report: Report
    notices: list[Notice]

    @property
    def said(self) -> list[str]:
        return [str(notice) for notice in self.notices]

    def __getattr__(self, name: str) -> int:
        return self.report.counts[Outcome(name.replace("_", " "))]


CRITERIA = frozenset({"sso", "rbac", "gdpr"})
TAXONOMY = Taxonomy(
    kind="taxonomy",
    version="1",
    published_on=date(2026, 1, 1),
    summary="For these tests",
    sizes=(SizeBand("any", "Any", 0),),
    industry=(
        Term("healthcare", "Healthcare", ("hospitals",)),
        Term("insurance", "Insurance", ("insurtech",)),
        Term("finance", "Banking and finance"),
    ),
    agent_type=(Term("customer-support", "Customer support"), Term("voice", "Voice")),
    region=(Term("eu", "European Union"), Term("us", "United States")),
    engagement=(Term("fixed-price", "Fixed price"),),
    framework=(Term("langgraph", "LangGraph"), Term("crewai", "CrewAI")),
    model=(Term("mistral", "Mistral"),),
    cloud=(Term("own", "Own data centre"),),
    tool=(Term("langsmith", "LangSmith"), Term("grafana", "Grafana")),
    certification=(Term("iso-27001", "ISO 27001"), Term("soc2-type2", "SOC 2 Type II")),
)


def checker(*, at: datetime = AT, accepts_demo: bool = True, catalogue: Catalogue | None = None) -> Checker:
    """Return a checker with the taxonomy of these tests, or with what ships."""
    taxonomy = catalogue.taxonomy if catalogue else TAXONOMY
    criteria = frozenset(catalogue.checklist.criteria) if catalogue else CRITERIA
    return Checker(taxonomy, criteria, at.date(), accepts_demo)


def import_bytes(
    database: Database, folder: Path, content: bytes, *, suffix: str = "jsonl", is_dry_run: bool = False, **known: Any
) -> Run:
    """Import a file with this content; `known` goes to `checker`."""
    file = folder / f"import.{suffix}"
    file.write_bytes(content)
    notices: list[Notice] = []
    with opened(str(file)) as source:
        importer = Importer(
            database.writing, checker(**known), known.get("at", AT), notices.append, is_dry_run=is_dry_run
        )
        return Run(importer.run(source), notices)


def import_lines(database: Database, folder: Path, *lines: Mapping[str, Any] | str, **options: Any) -> Run:
    """Import these lines, given as text or as what they say."""
    return import_bytes(database, folder, jsonl(lines), **options)


def jsonl(lines: Iterable[Mapping[str, Any] | str]) -> bytes:
    return "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines).encode()


def firm(name: str = "Acme", website: str = "acme.com", **more: Any) -> dict[str, Any]:
    return {"name": name, "website": website, **more}


def exported(database: Database, kind: Format = Format.JSONL) -> bytes:
    stream = BytesIO()
    with database.reading() as session:
        export(session, stream, kind)
    return stream.getvalue()


def listing(database: Database) -> list[dict[str, Any]]:
    """Return the export, line by line."""
    return [json.loads(line) for line in exported(database).splitlines()]


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with database.reading() as session:
        tables = Base.metadata.sorted_tables
        return {table.name: [tuple(row) for row in session.execute(select(table))] for table in tables}
