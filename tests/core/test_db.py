"""Column types, naming and transactions mean the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError, StatementError

from directory.core.db import Database, Fixed4, UtcDateTime
from directory.evidence.metrics import Metric
from directory.evidence.models import Figure
from directory.providers.models import Provider
from tests.factories import AT, add_figure, add_provider, add_system

DIALECT = sqlite.dialect()


def test_a_moment_comes_back_as_it_went_in_whatever_its_offset(database: Database) -> None:
    moment = datetime(2026, 3, 29, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with database.writing() as session:
        number = add_provider(session, updated_at=moment).id
    with database.reading() as session:
        found = session.get_one(Provider, number)
        assert found.updated_at == moment
        assert found.updated_at.tzinfo is UTC
        stored = session.execute(text("SELECT CAST(updated_at AS VARCHAR(40)) FROM provider")).scalar_one()
    assert stored == "2026-03-28 20:45:00.123456"


def test_a_moment_without_an_offset_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(StatementError, match="without an offset"), sqlite_database.writing() as session:
        add_provider(session, updated_at=AT.replace(tzinfo=None))


@pytest.mark.parametrize("value", ["0", "0.0001", "99.96", "48200", "100", "1000000000000", "12.5"])
def test_a_decimal_comes_back_exactly(database: Database, value: str) -> None:
    with database.writing() as session:
        system = add_system(session, add_provider(session))
        number = add_figure(session, system, Metric.REQUESTS_PER_DAY, value).id
    with database.reading() as session:
        assert str(session.get_one(Figure, number).value) == value


def test_a_decimal_compares_and_sorts_as_a_number(database: Database) -> None:
    with database.writing() as session:
        for value in ("9", "10", "99.5", "100"):
            add_figure(session, add_system(session, add_provider(session)), Metric.DEPLOY_MINUTES, value)
    with database.reading() as session:
        over = select(Figure.value).where(Figure.value > Decimal("9.5")).order_by(Figure.value)
        assert [str(value) for value in session.scalars(over)] == ["10", "99.5", "100"]


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_four_places_survive_the_way_there_and_back(value: Decimal) -> None:
    kind = Fixed4()
    assert kind.process_result_value(kind.process_bind_param(value, DIALECT), DIALECT) == value


def test_more_than_four_places_are_refused_not_rounded() -> None:
    with pytest.raises(ValueError, match="more than four"):
        Fixed4().process_bind_param(Decimal("0.00001"), DIALECT)


def test_nothing_stays_nothing() -> None:
    for kind in (Fixed4(), UtcDateTime()):
        assert kind.process_bind_param(None, DIALECT) is None
        assert kind.process_result_value(None, DIALECT) is None


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        add_provider(session)
        raise RuntimeError
    with database.reading() as session:
        assert session.scalars(select(Provider)).all() == []


def test_reading_never_commits(database: Database) -> None:
    with database.reading() as session:
        add_provider(session)
    with database.reading() as session:
        assert session.scalars(select(Provider)).all() == []


def test_two_entries_never_share_a_domain(database: Database) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        add_provider(session, domain="same.example")
        add_provider(session, domain="same.example")


def test_a_provider_takes_everything_of_its_own_along(database: Database) -> None:
    with database.writing() as session:
        provider = add_provider(session)
        add_figure(session, add_system(session, provider), Metric.DEPLOY_MINUTES)
    with database.writing() as session:
        session.delete(session.get_one(Provider, provider.id))
    with database.reading() as session:
        assert session.scalars(select(Figure)).all() == []


def test_a_system_has_one_current_figure_of_a_metric(database: Database) -> None:
    with database.writing() as session:
        system = add_system(session, add_provider(session))
        add_figure(session, system, Metric.DEPLOY_MINUTES, superseded_at=AT)
        add_figure(session, system, Metric.DEPLOY_MINUTES)
    with pytest.raises(IntegrityError), database.writing() as session:
        add_figure(session, system, Metric.DEPLOY_MINUTES)


def test_an_error_does_not_tell_what_was_to_be_written(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught, database.writing() as session:
        add_provider(session, slug="one", description="told us in private")
        add_provider(session, slug="one", description="told us in private")
    assert "private" not in str(caught.value)
