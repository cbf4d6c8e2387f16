"""`directory demo` as somebody types it."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from directory.commands import main
from directory.core.db import Database
from directory.providers.models import Provider


@pytest.fixture
def environment(sqlite_database: Database, tmp_path: Path) -> dict[str, str]:
    return {"DIRECTORY_DATABASE_URL": sqlite_database.url, "DIRECTORY_VAR": str(tmp_path / "var")}


def run(environment: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["demo", *arguments], env=environment)


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Provider)) or 0


def test_it_loads_tops_up_and_removes(environment: dict[str, str], sqlite_database: Database) -> None:
    first = run(environment)
    assert (first.exit_code, count(sqlite_database)) == (0, 60)
    assert "60 demonstration entries loaded" in first.output
    again = run(environment)
    assert (again.exit_code, count(sqlite_database)) == (0, 60)
    assert "there already" in again.output
    run(environment, "--providers", "75")
    assert count(sqlite_database) == 75
    gone = run(environment, "--remove")
    assert (gone.exit_code, count(sqlite_database)) == (0, 0)
    assert "75 demonstration entries removed" in gone.output
    assert "No demonstration entries" in run(environment, "--remove").output


@pytest.mark.parametrize("arguments", [(), ("--remove",)])
def test_production_refuses_it(
    environment: dict[str, str], sqlite_database: Database, arguments: tuple[str, ...]
) -> None:
    production = {"DIRECTORY_ENV": "production", "DIRECTORY_SECRET_KEY": "k" * 64}
    result = run(environment | production, *arguments)
    assert result.exit_code == 1
    assert "DIRECTORY_ENV=production" in result.output
    assert count(sqlite_database) == 0


@pytest.mark.parametrize("arguments", [("--providers", "0"), ("--providers", "many"), ("--providers", "1000001")])
def test_a_number_out_of_range_is_wrong_usage(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    assert run(environment, *arguments).exit_code == 2


def test_a_database_without_tables_is_told_how_to_get_them(tmp_path: Path) -> None:
    result = run({"DIRECTORY_DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}", "DIRECTORY_VAR": str(tmp_path)})
    assert result.exit_code == 1
    assert "directory migrate" in result.output
