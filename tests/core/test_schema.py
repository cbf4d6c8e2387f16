"""The shape of the database, asked and changed in code."""

from sqlalchemy import inspect, text

from directory.core import schema
from directory.core.db import Database, make_engine
from directory.core.paths import MIGRATIONS


def test_revisions_are_numbered_in_order_and_end_with_the_head() -> None:
    files = sorted(file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/*.py"))
    assert schema.revisions() == files
    assert schema.head() == files[-1]


def test_a_database_that_was_never_migrated_has_no_revision(empty_url: str) -> None:
    engine = make_engine(empty_url)
    assert schema.current(engine) is None
    assert not schema.is_current(engine)
    engine.dispose()


def test_an_upgrade_says_where_it_came_from_and_got_to(empty_url: str) -> None:
    assert schema.upgrade(empty_url) == (None, schema.head())
    assert schema.upgrade(empty_url) == (schema.head(), schema.head())


def test_a_migrated_database_is_current(database: Database) -> None:
    assert schema.current(database.engine) == schema.head()
    assert schema.is_current(database.engine)


def test_a_downgrade_to_the_base_leaves_no_table_of_ours(database: Database) -> None:
    schema.downgrade(database.url, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 0
