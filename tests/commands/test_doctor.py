"""`directory doctor`, `migrate` and `audit verify`: what they find, what they advise, how they end."""

import os
import sqlite3
from datetime import timedelta
from errno import ENOSPC
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from click.testing import CliRunner, Result

from directory.commands import main
from directory.core import clock
from directory.core.db import Database
from directory.core.outbox import enqueue_once
from directory.search import index


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("DIRECTORY_VAR", str(tmp_path))
    return monkeypatch


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_every_command_is_listed_and_explains_itself() -> None:
    listing = run("--help")
    assert listing.exit_code == 0
    for name in main.commands:
        assert name in listing.output
        assert run(name, "--help").exit_code == 0


def test_wrong_usage_ends_with_2(environ: pytest.MonkeyPatch) -> None:
    assert run("unheard-of").exit_code == 2
    assert run("serve", "--workers", "none").exit_code == 2


def test_a_bad_setting_ends_with_1_and_one_line(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("DIRECTORY_SMPT_URL", "smtp://host")
    result = run("doctor")
    assert result.exit_code == 1
    assert result.output.strip() == "Error: DIRECTORY_SMPT_URL is not a setting; did you mean DIRECTORY_SMTP_URL?"


def test_before_migrate_the_doctor_says_to_migrate(environ: pytest.MonkeyPatch) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    assert "BAD  database: schema is empty" in result.output
    assert "→ run: directory migrate" in result.output


def test_a_worker_does_not_start_on_an_old_schema(environ: pytest.MonkeyPatch) -> None:
    result = run("worker")
    assert result.exit_code == 1
    assert result.output.strip() == "Error: the database's schema isn't the newest. Run: directory migrate"


def test_after_migrate_and_reindex_everything_is_well(environ: pytest.MonkeyPatch) -> None:
    migrated = run("migrate")
    assert migrated.exit_code == 0, migrated.output
    assert "rules" in migrated.output
    unindexed = run("doctor")
    assert "BAD  search index" in unindexed.output
    assert "directory reindex" in unindexed.output
    assert run("reindex").output.strip() == "0 providers indexed"
    result = run("doctor")
    assert result.exit_code == 0, result.output
    assert "BAD" not in result.output
    assert run("migrate").exit_code == 0


@pytest.mark.parametrize("command", ["reindex", "audit verify", "export", "demo", "demo --remove"])
def test_a_database_without_tables_is_one_line_and_no_traceback(environ: pytest.MonkeyPatch, command: str) -> None:
    result = run(*command.split())
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("Error: the database refused: no such table")
    assert result.stderr.count("\n") == 1


def test_what_the_house_refuses_is_one_line(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run("migrate").exit_code == 0
    file = sqlite3.connect(tmp_path / "directory.sqlite")
    for trigger, table in file.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        if table == "catalogue_activation":
            file.execute(f"DROP TRIGGER {trigger}")
    file.execute("DELETE FROM catalogue_activation")
    file.commit()
    file.close()
    result = run("reindex")
    assert result.exit_code == 1
    assert result.stderr == "Error: No taxonomy and no checklist and no rules is in force. Run: directory migrate\n"


@pytest.mark.parametrize(
    ("name", "value", "part", "advice"),
    [
        ("DIRECTORY_DATABASE_URL", "postgresql://127.0.0.1:9/x", "database", "start the database"),
        ("DIRECTORY_SMTP_URL", "smtp://127.0.0.1:9", "mail", "DIRECTORY_SMTP_URL"),
        ("DIRECTORY_REDIS_URL", "redis://127.0.0.1:9/0", "limits", "DIRECTORY_REDIS_URL"),
    ],
)
def test_what_does_not_answer_is_named(
    environ: pytest.MonkeyPatch, name: str, value: str, part: str, advice: str
) -> None:
    environ.setenv(name, value)
    result = run("doctor")
    assert result.exit_code == 1
    assert f"BAD  {part}:" in result.output
    assert advice in result.output


def test_production_is_held_to_more(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("DIRECTORY_ENV", "production")
    environ.setenv("DIRECTORY_SECRET_KEY", "k" * 40)
    result = run("doctor")
    assert "BAD  settings: production, but the base address isn't https" in result.output
    assert "BAD  mail" in result.output
    refused = run("demo")
    assert refused.exit_code == 1
    assert "production" in refused.output


def test_a_tampered_audit_log_is_found(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run("migrate").exit_code == 0
    assert run("audit", "verify").exit_code == 0
    file = sqlite3.connect(tmp_path / "directory.sqlite")
    triggers = [row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    for trigger in triggers:
        file.execute(f"DROP TRIGGER {trigger}")
    file.execute("UPDATE audit_event SET actor = 'somebody else' WHERE id = 2")
    file.commit()
    file.close()
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert "event 2 was changed after it was written" in result.output


def test_a_disk_without_room_is_named(environ: pytest.MonkeyPatch) -> None:
    environ.setattr(os, "statvfs", lambda _folder: SimpleNamespace(f_bavail=1, f_frsize=4096))
    result = run("doctor")
    assert "BAD  var folder: " in result.output
    assert "→ make room" in result.output


def test_a_disk_that_is_full_ends_a_command_with_one_line(environ: pytest.MonkeyPatch) -> None:
    assert run("migrate").exit_code == 0

    def full(*_arguments: object) -> None:
        raise OSError(ENOSPC, "No space left on device")

    environ.setattr(index, "create", full)
    result = run("reindex")
    assert result.exit_code == 1
    assert result.stderr == "Error: can't write: No space left on device. See what is wrong with: directory doctor\n"


def test_work_that_nobody_does_is_named(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run("migrate").exit_code == 0
    database = Database(f"sqlite:///{tmp_path / 'directory.sqlite'}")
    with database.writing() as session:
        enqueue_once(session, "mail", "one", {}, at=clock.now())
    database.dispose()
    assert "ok   workers: 0 at work; jobs overdue: 0" in run("doctor").output
    with time_machine.travel(clock.now() + timedelta(minutes=5)):
        result = run("doctor")
    assert "BAD  workers: 0 at work; jobs overdue: 1" in result.output
    assert "→ start a worker" in result.output
