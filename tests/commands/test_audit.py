"""`directory audit verify` finds what somebody changed behind the program's back, wherever the database lives."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from directory.audit.services import Event, append_all
from directory.core.db import Database
from tests.factories import AT

UNGUARD = {
    "sqlite": ("DROP TRIGGER audit_event_no_update", "DROP TRIGGER audit_event_no_delete"),
    "postgresql": ("DROP TRIGGER audit_event_append_only ON audit_event",),
}


def verified(database: Database, folder: Path) -> tuple[int, str]:
    environment = {**os.environ, "DIRECTORY_DATABASE_URL": database.url, "DIRECTORY_VAR": str(folder / "var")}
    command = [sys.executable, "-m", "directory", "audit", "verify"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET actor = 'nobody' WHERE id = 3", "DELETE FROM audit_event WHERE id = 3"],
)
def test_tampering_is_found_and_named(database: Database, tmp_path: Path, statement: str) -> None:
    with database.writing() as session:
        append_all(session, [Event("provider.changed", f"provider:{n}") for n in range(5)], actor="admin:1", at=AT)
    assert verified(database, tmp_path)[0] == 0
    with database.writing() as session:
        for drop in UNGUARD[database.engine.dialect.name]:
            session.execute(text(drop))
        session.execute(text(statement))
    code, output = verified(database, tmp_path)
    assert code == 1
    assert "event 3" in output
