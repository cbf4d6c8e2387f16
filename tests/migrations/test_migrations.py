"""The migrations lead to the models, back, and carry data along, on both databases."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, func, select, table, text

from directory.core import schema
from directory.core.db import Base, make_engine
from directory.core.paths import MIGRATIONS, PACKAGE
from tests.migrations.dump import dump, everything
from tests.migrations.rows import ROWS


@pytest.fixture
def engine(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def _listed() -> set[str]:
    tree = ast.parse((MIGRATIONS / "env.py").read_text())
    found = next(
        node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODELS"
    )
    listed: tuple[str, ...] = ast.literal_eval(found.value)
    return set(listed)


def test_the_migrations_know_every_module_with_tables() -> None:
    with_tables = set()
    for file in PACKAGE.rglob("*.py"):
        if "__tablename__" in file.read_text(encoding="utf-8"):
            with_tables.add(".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts))
    assert _listed() == with_tables


def test_the_newest_revision_is_what_the_models_say(engine: Engine, empty_url: str) -> None:
    schema.upgrade(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_revision_has_the_constraints_and_types_that_the_models_make(engine: Engine, empty_url: str) -> None:
    schema.upgrade(empty_url)
    migrated = dump(engine)
    schema.downgrade(empty_url, "base")
    with engine.execution_options(writes=True).begin() as connection:
        Base.metadata.create_all(connection)
    assert migrated == dump(engine)


def test_up_down_up_is_identity_at_every_revision(engine: Engine, empty_url: str) -> None:
    shapes = {"base": everything(engine)}
    order = schema.revisions()
    for revision in order:
        schema.upgrade(empty_url, revision)
        shapes[revision] = everything(engine)
    for before in ["base", *order[:-1]][::-1]:
        schema.downgrade(empty_url, before)
        assert everything(engine) == shapes[before]
    schema.upgrade(empty_url)
    assert everything(engine) == shapes[order[-1]]


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
            for name in Base.metadata.tables
        }


def _fill(engine: Engine, url: str) -> None:
    """Migrate revision by revision, putting into each the rows that it has room for."""
    for revision in schema.revisions():
        assert revision in ROWS, f"tests/migrations/rows.py has no rows for revision {revision}"
        schema.upgrade(url, revision)
        with engine.execution_options(writes=True).begin() as connection:
            for statement in ROWS[revision]:
                connection.execute(text(statement))


def test_every_upgrade_keeps_the_rows_that_are_there(engine: Engine, empty_url: str) -> None:
    _fill(engine, empty_url)
    empty = [name for name, rows in _counts(engine).items() if rows == 0]
    assert not empty, f"tests/migrations/rows.py has no row for {empty}"


def test_rows_come_through_a_rebuilt_table_with_what_hangs_on_them(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later revision that changes a table must not cascade away what points to it."""
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    for file in (*MIGRATIONS.glob("versions/*.py"), MIGRATIONS / "env.py"):
        target = versions / file.name if file.parent.name == "versions" else versions.parent / file.name
        target.write_text(file.read_text())
    (versions / "9999_changes_provider.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision, down_revision, branch_labels, depends_on = '9999', {schema.head()!r}, None, None\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('provider') as batch:\n"
        "        batch.alter_column('name', type_=sa.String(300), existing_type=sa.String(200))\n"
        "def downgrade():\n    pass\n"
    )
    engine = make_engine(empty_url)
    _fill(engine, empty_url)
    before = _counts(engine)
    monkeypatch.setattr(schema, "MIGRATIONS", versions.parent)
    assert schema.upgrade(empty_url)[1] == "9999"
    assert _counts(engine) == before
    engine.dispose()


def test_a_revision_that_fails_leaves_the_database_as_it_was(
    engine: Engine, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("half way")

    monkeypatch.setattr("alembic.operations.Operations.create_index", fail)
    with pytest.raises(RuntimeError, match="half way"):
        schema.upgrade(empty_url)
    assert schema.current(engine) is None
    assert dump(engine) == []
    monkeypatch.undo()
    schema.upgrade(empty_url)
    assert schema.is_current(engine)


MIGRATE = "import sys; from directory.core import schema; print(*schema.upgrade(sys.argv[1]))"


@pytest.mark.parametrize("attempt", range(3))
def test_several_processes_may_migrate_at_once(engine: Engine, empty_url: str, attempt: int) -> None:
    command = [sys.executable, "-c", MIGRATE, empty_url]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, cwd=PACKAGE.parent, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    outcomes = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], outcomes
    said = sorted(out.strip() for out, _ in outcomes)
    assert said == sorted([f"None {schema.head()}", *[f"{schema.head()} {schema.head()}"] * 2])
    assert schema.is_current(engine)
