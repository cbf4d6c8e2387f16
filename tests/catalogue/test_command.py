"""`directory catalogue`, as somebody at a terminal uses it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.audit.models import AuditEvent
from directory.catalogue import services
from directory.catalogue.loading import read_text
from directory.commands.catalogue import catalogue as group
from directory.commands.context import Context
from directory.core.db import Database
from directory.rules import impact
from directory.rules.evaluator import evaluate
from directory.search import index as store
from tests import factories
from tests.conftest import settings_for
from tests.rules import cases

AT = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
Invoke = Callable[..., Result]
TEXTS = {kind: read_text(path) for kind, path in services.shipped_files().items()}


@pytest.fixture
def invoke(sqlite_database: Database, tmp_path: Path) -> Invoke:
    """Run the command in a folder of its own, over a database with the shipped catalogue in force."""
    with sqlite_database.writing() as session:
        services.install_shipped(session, actor="tests", at=AT)
    return runner(sqlite_database, tmp_path)


def runner(database: Database, folder: Path) -> Invoke:
    context = Context()
    vars(context).update(settings=settings_for(database, folder), database=database)

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(group, [str(one) for one in arguments], obj=context)

    return run


def write(folder: Path, kind: str, *replacements: tuple[str, str], version: str = "2") -> Path:
    text = re.sub('version: "[0-9.]+"', f'version: "{version}"', TEXTS[kind], count=1)
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / f"{kind}-{version}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def versions_in_force(database: Database) -> tuple[str, str, str]:
    with database.reading() as session:
        found = services.in_force(session)
    return found.taxonomy.version, found.checklist.version, found.rules.version


def test_list_shows_what_is_in_force(invoke: Invoke, tmp_path: Path) -> None:
    invoke("activate", write(tmp_path, "rules"), "--reason", "tidied")
    result = invoke("list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("* checklist  1        in force since 2026-11-03 12:00 UTC, by tests: first start")
    assert lines[1].startswith("  rules      1        was in force from")
    assert lines[2].startswith("* rules      2        in force since")
    assert lines[2].endswith("by command line: tidied")


def test_list_of_nothing_says_what_to_do(sqlite_database: Database, tmp_path: Path) -> None:
    result = runner(sqlite_database, tmp_path)("list")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Run: directory migrate" in result.stderr


def test_a_database_without_tables_is_told(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    result = runner(database, tmp_path)("list")
    database.dispose()
    assert result.exit_code == 1
    assert "run: directory migrate" in result.stderr


def test_check_tells_what_is_wrong_with_line_and_reason(invoke: Invoke, tmp_path: Path) -> None:
    path = write(tmp_path, "rules", ("at_least: 1000,", "at_least: many,"))
    result = invoke("check", path)
    assert result.exit_code == 1
    assert f"{path}:36: production.tiers[0].rules[1].condition.at_least: must be a number" in result.stderr


def test_check_tells_what_does_not_fit(invoke: Invoke, tmp_path: Path) -> None:
    result = invoke("check", write(tmp_path, "rules", ("all_of: [dpa,", "all_of: [magic,")))
    assert result.exit_code == 1
    assert "rule E3 asks for 'magic', which checklist 1 doesn't have" in result.stderr


def test_check_tells_that_a_version_is_taken(invoke: Invoke, tmp_path: Path) -> None:
    result = invoke("check", write(tmp_path, "rules", ("months: 12", "months: 6"), version="1"))
    assert result.exit_code == 1
    assert ":4: version: 1 is already stored with another text; give the file a new version" in result.stderr


def test_check_of_a_missing_file_fails(invoke: Invoke, tmp_path: Path) -> None:
    result = invoke("check", tmp_path / "none.yaml")
    assert result.exit_code == 1
    assert "can't be read" in result.stderr


def test_check_shows_differences_and_changes_nothing(invoke: Invoke, sqlite_database: Database, tmp_path: Path) -> None:
    result = invoke("check", write(tmp_path, "checklist", ("name: Caching", "name: Cache")))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1:] == [
        "Against version 1, which is in force:",
        "  criterion caching: name reworded",
    ]
    assert versions_in_force(sqlite_database) == ("1.1", "1", "1")
    assert "checklist  2" not in invoke("list").stdout


def test_check_of_the_file_in_force_changes_nothing(invoke: Invoke, tmp_path: Path) -> None:
    result = invoke("check", services.shipped_files()["taxonomy"])
    assert result.stdout.endswith("  nothing changes\n")


def test_check_names_who_would_lose_and_gain(
    invoke: Invoke, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.core.clock.today", lambda: factories.ON)
    with sqlite_database.writing() as session:
        for number in range(23):
            provider = factories.add_provider(session, name=f"Steady {number:02}")
            factories.add_proven(session, provider, requests_per_day=2_000)
        factories.add_proven(session, factories.add_provider(session, name="Small"), requests_per_day=500)
        factories.add_proven(session, factories.add_provider(session, name="Hidden", withdrawn_at=AT))
    stricter = invoke("check", write(tmp_path, "rules", ("at_least: 1000,", "at_least: 5000,")))
    assert "  rule P2 (Real volume): at_least 1,000 → 5,000\n23 providers would lose In production:" in stricter.stdout
    assert stricter.stdout.count("  Steady ") == 20
    assert stricter.stdout.endswith("  Steady 19\n  and 3 more\n")
    laxer = invoke("check", write(tmp_path, "rules", ("at_least: 1000,", "at_least: 400,"), version="3"))
    assert laxer.stdout.endswith("1 provider would gain In production:\n  Small\n")
    same = invoke("check", write(tmp_path, "rules", version="4"))
    assert same.stdout.endswith("No provider of 24 would gain or lose a tier.\n")


def test_a_higher_tier_counts_as_the_lower_one_too() -> None:
    rules = services.shipped().rules
    assert impact.standings(evaluate(cases.perfect(), rules, cases.TODAY)) == {
        "in-production",
        "at-scale",
        "enterprise",
    }
    alone = cases.perfect(references=(cases.reference(1, "one.example"),), certifications=())
    assert impact.standings(evaluate(alone, rules, cases.TODAY)) == {"in-production"}


def test_impact_walks_all_batches(sqlite_database: Database, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact, "BATCH", 2)
    steps: list[tuple[int, int]] = []
    with sqlite_database.writing() as session:
        for _ in range(5):
            factories.add_proven(session)
        current = services.in_force(session)
        found = impact.impact(
            session, current, current.rules, factories.ON, lambda done, total: steps.append((done, total))
        )
    assert (found.providers, found.movements) == (5, ())
    assert steps == [(2, 5), (4, 5), (5, 5)]


def test_activate_a_file_and_roll_back(invoke: Invoke, sqlite_database: Database, tmp_path: Path) -> None:
    path = write(tmp_path, "rules", ("at_least: 1000,", "at_least: 5000,"))
    result = invoke("activate", path, "--reason", "too lax")
    assert (result.exit_code, result.stdout) == (0, "rules 2 is in force\n")
    assert versions_in_force(sqlite_database) == ("1.1", "1", "2")
    assert invoke("activate", path).stdout == "rules 2 already is in force\n"
    result = invoke("rollback", "rules", "--reason", "too strict")
    assert (result.exit_code, result.stdout) == (0, "rules 1 is in force again\n")
    assert versions_in_force(sqlite_database) == ("1.1", "1", "1")
    with sqlite_database.reading() as session:
        reasons = [event.detail["reason"] for event in session.query(AuditEvent) if "reason" in event.detail]
    assert reasons[-2:] == ["too lax", "too strict"]


def test_activate_a_stored_version(invoke: Invoke, sqlite_database: Database, tmp_path: Path) -> None:
    invoke("activate", write(tmp_path, "rules"))
    assert invoke("activate", "rules", "1").stdout == "rules 1 is in force\n"
    assert versions_in_force(sqlite_database) == ("1.1", "1", "1")


def test_a_refused_activation_stores_nothing(invoke: Invoke, sqlite_database: Database, tmp_path: Path) -> None:
    result = invoke("activate", write(tmp_path, "checklist", ("- id: sso", "- id: sign-on")))
    assert result.exit_code == 1
    assert "rule E4 asks for 'sso'" in result.stderr
    assert "checklist  2" not in invoke("list").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("activate", "rules", "9"), 1, "There is no rules 9"),
        (("activate", "rules"), 2, "which version of rules?"),
        (("activate", "ruls", "1"), 2, "'ruls' is not a kind"),
        (("activate",), 2, "Missing argument"),
        (("rollback", "rules"), 1, "No earlier version of rules"),
        (("rollback", "ruls"), 2, "'ruls' is not one of"),
        (("check",), 2, "Missing argument"),
    ],
)
def test_what_can_not_be_done_is_told(invoke: Invoke, arguments: tuple[str, ...], status: int, message: str) -> None:
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert message in result.stderr


def catalogue_of_index(tmp_path: Path) -> str:
    return store.read_meta(store.current_folder(tmp_path / "var" / "index")).catalogue


def test_the_index_is_there_when_a_switch_takes_effect(
    invoke: Invoke, sqlite_database: Database, tmp_path: Path
) -> None:
    with sqlite_database.reading() as session:
        before = services.in_force(session).key
    for arguments in (("activate", write(tmp_path, "rules")), ("rollback", "rules")):
        assert invoke(*arguments).exit_code == 0
        with sqlite_database.reading() as session:
            assert services.in_force(session).key == catalogue_of_index(tmp_path)
    assert catalogue_of_index(tmp_path) == before


def test_a_switch_whose_index_can_not_be_built_is_not_made(
    invoke: Invoke, sqlite_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "var").mkdir(exist_ok=True)
    (tmp_path / "var" / "index").write_text("a file where the folder should be")
    result = invoke("activate", write(tmp_path, "rules"))
    assert result.exit_code == 1
    assert "Nothing is switched: the search index can't be built" in result.stderr
    assert versions_in_force(sqlite_database)[2] == "1"
