"""The page that says what came of an entry."""

from datetime import date

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.providers.membership import ReachKind
from directory.providers.reach import Month, add_counts
from directory.web.vendor.reach import HEIGHT, chart
from tests.cast import Cast, add_cast, log_in

PAGE = "/vendor/the-provider/reach"


@pytest.fixture
def cast(sqlite_database: Database) -> Cast:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        return add_cast(session)


@time_machine.travel("2026-11-24", tick=False)
def test_members_see_twelve_months_as_a_table_and_in_words(app: Flask, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        there = cast.provider.id
        add_counts(session, {(there, date(2026, 11, 1), ReachKind.VIEW): 1234})
        add_counts(session, {(there, date(2026, 10, 1), ReachKind.VIEW): 17})
    page = log_in(app, sqlite_database, cast.editor).get(PAGE).text
    assert "1,234" in page
    assert "Views: 1,251 in twelve months; most in Nov 2026, 1,234." in page
    assert "Introductions: 0 in twelve months." in page
    assert page.count('scope="row"') == 12


def test_nobody_else_does(app: Flask, sqlite_database: Database, cast: Cast) -> None:
    assert log_in(app, sqlite_database, cast.stranger).get(PAGE).status_code == 404
    assert log_in(app, sqlite_database, None).get(PAGE).status_code == 303


@given(st.lists(st.integers(0, 10**9), min_size=12, max_size=12))
def test_bars_stay_in_their_picture_and_none_that_counts_is_invisible(counts: list[int]) -> None:
    listed = [Month(date(2026, 12 - place, 1), dict.fromkeys(ReachKind, one)) for place, one in enumerate(counts)]
    bars = chart(ReachKind.VIEW, listed).bars
    assert all(0 <= bar.y <= HEIGHT and 0 <= bar.height <= HEIGHT for bar in bars)
    assert [bar.height > 0 for bar in bars] == [bool(one) for one in reversed(counts)]
