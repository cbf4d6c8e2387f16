"""Killed in the middle, and lists that don't fit into memory."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from directory.audit.models import AuditEvent
from directory.audit.services import verify
from directory.core.db import Database
from directory.core.paths import PACKAGE
from directory.evidence.models import Figure
from directory.providers.models import Provider
from directory.readiness.models import Answer
from tests.exchange.files import exported, import_bytes, jsonl

TOTAL = 1500
PROGRAM = """
import sys
from directory.core.db import Database
from directory.exchange.importing import Importer
from directory.exchange.sources import opened
from tests.exchange.files import AT, checker

def progress(what, done, total):
    print(what, done, flush=True)

with opened(sys.argv[2]) as source:
    Importer(Database(sys.argv[1]).writing, checker(), AT, print, progress).run(source)

import resource
print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def line(number: int) -> dict[str, Any]:
    """A provider with parts; one in ten is named again further down, with another name."""
    figures = {
        "uptime_percent": {"value": 99, "as_of": "2026-01-01"},
        "deploy_minutes": {"value": 5, "as_of": "2026-01-01"},
    }
    return {
        "name": f"Firm {number}",
        "website": f"firm{number % (TOTAL - TOTAL // 10)}.com",
        "systems": [{"name": "One", "figures": figures}, {"name": "Two", "figures": figures}],
        "answers": {"sso": {"status": "met"}, "rbac": {"status": "unmet"}},
    }


def started(database: Database, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, database.url, str(file)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    )


def count_whole(database: Database) -> int:
    """Return how many providers there are, having seen that each has all its parts."""
    with database.reading() as session:
        assert verify(session) is None
        providers = session.scalars(select(Provider).options(selectinload(Provider.systems))).all()
        events = session.scalars(select(AuditEvent.provider_id)).all()
        figures = session.scalars(select(Figure.system_id)).all()
        answers = session.scalars(select(Answer.provider_id)).all()
    assert sorted(figures) == sorted(2 * [system.id for provider in providers for system in provider.systems])
    assert sorted(answers) == sorted(2 * [provider.id for provider in providers])
    assert sorted(str(event) for event in events) == sorted(str(provider.id) for provider in providers)
    assert {len(provider.systems) for provider in providers} == {2}
    return len(providers)


def trail(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        found = session.execute(select(AuditEvent.action, AuditEvent.subject).order_by(AuditEvent.id))
        return [(action, subject) for action, subject in found]


def test_killed_in_the_middle_and_run_again(database: Database, sqlite_template: Path, tmp_path: Path) -> None:
    content = jsonl(map(line, range(TOTAL)))
    file = tmp_path / "list.jsonl"
    file.write_bytes(content)
    with started(database, file) as process:
        assert process.stdout is not None
        for said in process.stdout:
            if said.startswith("writing 400"):
                process.send_signal(signal.SIGKILL)
                break
    providers = TOTAL - TOTAL // 10
    assert 400 <= count_whole(database) < providers
    run = import_bytes(database, tmp_path, content)
    assert run.bad == 0
    assert run.added + run.unchanged == providers == count_whole(database)
    whole_file = tmp_path / "uninterrupted.sqlite"
    whole_file.write_bytes(sqlite_template.read_bytes())
    uninterrupted = Database(f"sqlite:///{whole_file}")
    import_bytes(uninterrupted, tmp_path, content)
    assert exported(database) == exported(uninterrupted)
    assert trail(database) == trail(uninterrupted)
    uninterrupted.dispose()


@pytest.mark.slow
def test_memory_stays_the_same_however_long_the_list(sqlite_database: Database, tmp_path: Path) -> None:
    peaks = []
    for count in (500, 4000):
        file = tmp_path / f"{count}.jsonl"
        with file.open("w") as stream:
            for number in range(count):
                stream.write(
                    json.dumps({"name": f"F {number}", "website": f"f{number}.com", "description": "x" * 5000}) + "\n"
                )
        with started(sqlite_database, file) as process:
            said, _ = process.communicate()
        assert process.returncode == 0
        peaks.append(int(said.rsplit("peak", 1)[1]))
    kilobytes_more = peaks[1] - peaks[0]
    assert kilobytes_more < 10_000  # the longer list alone has 17,500 more
