"""Every column that is stored has its audience, and every private one a word in the scene that would give it away."""

import re
from collections import Counter

import pytest
from sqlalchemy import LargeBinary, Table

import directory.app  # noqa: F401 - it knows every model
from directory.core.db import Base, Database
from directory.core.settings import Settings
from tests.scene import CANARY, add_scene
from tests.secrecy.columns import COLUMNS, Audience, audience_of
from tests.secrecy.words import private_words

TABLES: list[Table] = sorted(Base.metadata.tables.values(), key=lambda table: table.name)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_given_to_exactly_one_audience(table: Table) -> None:
    named = Counter(name for names in COLUMNS[table.name].values() for name in names.split())
    assert named == Counter(column.name for column in table.columns)


def test_no_table_is_left_from_before() -> None:
    assert set(COLUMNS) == {table.name for table in TABLES}


def test_every_private_column_holds_a_word_that_would_give_it_away(
    sqlite_database: Database, settings: Settings
) -> None:
    with sqlite_database.writing() as session:
        add_scene(session, settings)
    planted = {(table, column) for table, column, _ in private_words(sqlite_database)}
    private = {
        (table.name, column.name)
        for table in TABLES
        for column in table.columns
        if audience_of(table.name, column.name) is not Audience.ANYBODY
    }
    assert private == planted


def test_nothing_that_anybody_may_see_holds_such_a_word(sqlite_database: Database, settings: Settings) -> None:
    with sqlite_database.writing() as session:
        add_scene(session, settings)
    with sqlite_database.reading() as session:
        for table in TABLES:
            public = [column for column in table.columns if audience_of(table.name, column.name) is Audience.ANYBODY]
            texts = [column for column in public if not isinstance(column.type, LargeBinary)]
            for row in session.execute(table.select().with_only_columns(*texts)):
                assert not re.search(CANARY, str(row)), table.name
