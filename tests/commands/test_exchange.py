"""`directory import` and `directory export` as they are typed."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.catalogue.services import install_shipped
from directory.commands.exchange import export_command, import_command
from directory.core import clock
from directory.core.db import Database

PACKED = gzip.compress(b"{}", mtime=0)  # a test's name holds it, and workers must agree on names
LINE = '{"name":"Acme","website":"acme.com","industries":["healthcare"]}\n'


@pytest.fixture
def environment(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database with a catalogue in force, and a folder to work in."""
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", sqlite_database.url)
    monkeypatch.setenv("DIRECTORY_VAR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
    return tmp_path


def run_import(*arguments: str, typed: bytes | None = None) -> Result:
    return CliRunner().invoke(import_command, arguments, input=typed)


def run_export(*arguments: str) -> Result:
    return CliRunner().invoke(export_command, arguments)


def test_good_and_bad_lines(environment: Path) -> None:
    Path("list.jsonl").write_text(LINE + '{"name":"B","website":"github.com/b"}\n')
    result = run_import("list.jsonl")
    assert result.exit_code == 1
    assert result.stderr == ("line 2: website: github.com is shared by many firms: the firm's own website is needed\n")
    assert result.stdout == "1 added, 0 updated, 0 unchanged, 0 left alone, 1 bad\n"
    Path("list.jsonl").write_text(LINE)
    again = run_import("list.jsonl")
    assert (again.exit_code, again.stdout) == (0, "0 added, 0 updated, 1 unchanged, 0 left alone, 0 bad\n")


def test_standard_input_and_output(environment: Path) -> None:
    assert run_import("-", typed=LINE.encode()).exit_code == 0
    result = run_export()
    assert (result.exit_code, result.stderr) == (0, "1 provider exported\n")
    assert json.loads(result.stdout)["website"] == "https://acme.com/"


def test_a_dry_run_says_so(environment: Path) -> None:
    result = run_import("-", "--dry-run", typed=LINE.encode())
    assert result.stdout == ("dry run, nothing was written: 1 added, 0 updated, 0 unchanged, 0 left alone, 0 bad\n")
    assert run_export().stdout == ""


def test_there_and_back_as_csv(environment: Path) -> None:
    run_import("-", typed=LINE.encode())
    assert run_export("out.csv").exit_code == 0
    assert Path("out.csv").read_text().splitlines()[1].startswith('"Acme","https://acme.com/"')
    assert run_import("out.csv").stdout.startswith("0 added, 0 updated, 1 unchanged")
    assert run_export("out.txt", "--format", "csv").exit_code == 0
    assert Path("out.txt").read_bytes() == Path("out.csv").read_bytes()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.jsonl", None, "Error: missing.jsonl: there is no such file\n"),
        ("empty.jsonl", b"", "Error: empty.jsonl is empty\n"),
        ("list.jsonl.gz", PACKED, "Error: list.jsonl.gz is compressed with gzip: unpack it first\n"),
        ("list.csv", b"name,url\n", "Error: line 1: “url” isn't a column of the format; those are name, website, "),
    ],
)
def test_files_of_no_use(environment: Path, name: str, content: bytes | None, reason: str) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    result = run_import(name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(reason)


def test_wrong_usage_is_2(environment: Path) -> None:
    assert run_import().exit_code == 2
    assert run_import("x", "--format", "xml").exit_code == 2


def test_where_nothing_can_be_written(environment: Path) -> None:
    result = run_export("no/such/folder/out.jsonl")
    assert result.exit_code == 1
    assert "no/such/folder/out.jsonl can't be written: No such file or directory" in result.stderr


def test_before_the_database_is_there(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{environment / 'none.sqlite'}")
    result = run_import("-", typed=LINE.encode())
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: the database refused: no such table")
    assert "run: directory migrate" in result.stderr
    assert "run: directory migrate" in run_export().stderr


def test_production_refuses_demonstration_entries(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRECTORY_ENV", "production")
    monkeypatch.setenv("DIRECTORY_SECRET_KEY", "only for tests, never anywhere else, ever")
    result = run_import("-", typed=b'{"name":"A","website":"a.example"}\n')
    assert result.exit_code == 1
    assert "a demonstration entry, which production doesn't take" in result.stderr
