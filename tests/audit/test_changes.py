"""Following the log: every provider's newest event, and who must not keep what."""

from collections.abc import Callable

import pytest

from directory.audit import changes
from directory.audit.changes import Changes
from directory.audit.queries import position
from directory.core.db import Database
from tests.factories import add_provider, announce


@pytest.fixture
def change(database: Database) -> Callable[[int], int]:
    """Append an event of one of five providers, and return its number."""
    with database.writing() as session:
        providers = [add_provider(session) for _ in range(5)]

    def append(index: int) -> int:
        with database.writing() as session:
            return announce(session, providers[index])

    return append


def test_an_empty_log_has_a_position(database: Database) -> None:
    assert position(database) == 0


def test_only_who_changed_gets_another_version(database: Database, change: Callable[[int], int]) -> None:
    first = change(0)
    followed = Changes(database)
    assert position(database) == first
    assert followed.versions([1, 2, 3], first) == {1: first, 2: first, 3: first}
    change(1)
    newest = change(1)
    third = change(2)
    assert followed.versions([1, 2, 3], third) == {1: first, 2: newest, 3: third}


def test_who_read_before_a_change_keeps_nothing_of_it(database: Database, change: Callable[[int], int]) -> None:
    first = change(0)
    followed = Changes(database)
    followed.versions([], first)
    second = change(1)
    followed.versions([], second)
    assert followed.versions([1, 2, 3], first) == {1: first, 3: first}
    late = Changes(database)
    late.versions([], second)
    assert late.versions([1, 2, 3], first) == {}


def test_a_flood_of_changes_makes_all_new_and_is_followed_no_further(
    database: Database, change: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_FOLLOWED", 2)
    first = change(0)
    followed = Changes(database)
    followed.versions([], first)
    last = [change(index) for index in range(5)][-1]
    assert followed.versions([1, 2, 3, 99], last) == dict.fromkeys([1, 2, 3, 99], last)
    again = change(0)
    assert followed.versions([1, 2], again) == {1: again, 2: last}
