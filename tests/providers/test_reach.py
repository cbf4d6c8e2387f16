"""Counts add up, whoever writes them, and hold nothing about anybody."""

import threading
from datetime import date

from directory.core.db import Database
from directory.providers.membership import Reach, ReachKind
from directory.providers.reach import Counts, add_counts, months
from tests.factories import add_provider

MONTH = date(2026, 11, 1)
VIEW, SEARCH = ReachKind.VIEW, ReachKind.SEARCH


def test_what_several_write_at_once_adds_up(database: Database) -> None:
    with database.writing() as session:
        ids = [add_provider(session).id for _ in range(20)]
    start = threading.Barrier(4)

    def write(number: int) -> None:
        ordered = ids if number % 2 else ids[::-1]
        counts: Counts = {(provider_id, MONTH, kind): number + 1 for provider_id in ordered for kind in (VIEW, SEARCH)}
        start.wait()
        for _ in range(5):
            with database.writing() as session:
                add_counts(session, counts)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        for provider_id in ids:
            newest = months(session, provider_id, date(2026, 11, 24))[0]
            assert dict(newest.counts) == {**dict.fromkeys(ReachKind, 0), VIEW: 50, SEARCH: 50}


def test_an_entry_that_is_gone_is_left_out(database: Database) -> None:
    with database.writing() as session:
        there = add_provider(session).id
        add_counts(session, {(there, MONTH, VIEW): 2, (there + 7, MONTH, VIEW): 3})
        add_counts(session, {})
        assert session.query(Reach).count() == 1


def test_more_than_one_statement_takes(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        there = add_provider(session).id
        counts: Counts = {(there, date(1000 + year, 1, 1), VIEW): 1 for year in range(5_000)}
        add_counts(session, counts)
        assert session.query(Reach).count() == 5_000


def test_twelve_months_are_listed_the_newest_first(sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        there = add_provider(session).id
        add_counts(
            session, {(there, MONTH, VIEW): 4, (there, date(2025, 12, 1), VIEW): 5, (there, date(2025, 11, 1), VIEW): 6}
        )
        listed = months(session, there, date(2026, 11, 24))
    assert [month.month_on for month in listed] == [
        MONTH,
        *(date(2026, n, 1) for n in range(10, 0, -1)),
        date(2025, 12, 1),
    ]
    assert [month.counts[VIEW] for month in listed] == [4, *[0] * 10, 5]
