"""Numbers that links, letters, decisions and the audit log hold on to are never given twice, on either database."""

import pytest
from sqlalchemy import Engine, text

from directory.accounts.models import AccountLink, User
from directory.core import schema
from directory.core.db import Base, make_engine
from directory.evidence.models import Document
from directory.providers.membership import Membership
from directory.review.models import Claim

NEVER_TWICE = (AccountLink, Claim, Document, Membership, User)
"""Tables whose rows are deleted one by one while something outside still names their number."""


@pytest.mark.parametrize("model", NEVER_TWICE)
def test_no_number_is_given_twice(empty_url: str, model: type[Base]) -> None:
    schema.upgrade(empty_url)
    engine = make_engine(empty_url)
    try:
        assert _is_counted_on(engine, model.__tablename__)
    finally:
        engine.dispose()


def _is_counted_on(engine: Engine, table: str) -> bool:
    """Whether a table's numbers come from a counter; SQLite else gives the highest one again once its row is gone."""
    if engine.dialect.name == "postgresql":
        query = text("SELECT pg_get_serial_sequence(:table, 'id') IS NOT NULL")
    else:
        query = text("SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE type = 'table' AND name = :table")
    with engine.connect() as connection:
        return bool(connection.execute(query, {"table": table}).scalar_one())
