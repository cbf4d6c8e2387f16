"""The database: declarative base, column types that mean the same on SQLite and PostgreSQL, engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


NEVER_TWICE = {"sqlite_autoincrement": True}
"""For tables whose rows are deleted while a mailed link, a decision or the log still names their number: SQLite would
give the highest number again, to somebody else's row."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, stored as UTC without an offset, the same on every database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn an aware moment into naive UTC; a naive one is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a moment without an offset can't be stored: {value!r}"
            raise ValueError(msg)
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give the moment its offset back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Fixed4(TypeDecorator[Decimal]):
    """A decimal with four places, stored as a whole number of ten-thousandths: exact everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Scale up; more than four places are refused, never rounded."""
        if value is None:
            return None
        scaled = Decimal(value).scaleb(4)
        if scaled != scaled.to_integral_value():
            msg = f"more than four decimal places: {value}"
            raise ValueError(msg)
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Scale down, without trailing zeros (48200, 99.96)."""
        if value is None:
            return None
        whole, rest = divmod(value, 10_000)
        return Decimal(whole) if rest == 0 else Decimal(value).scaleb(-4).normalize()


class Base(DeclarativeBase):
    """The base of every model."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, Decimal: Fixed4}  # noqa: RUF012 - read by SQLAlchemy at class creation


def _tune_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ARG001, ANN401 - SQLAlchemy's signature
    connection.isolation_level = None  # SQLAlchemy's begin event below decides when a transaction starts
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "cache_size=-4000",  # a connection's own, and each thread has one: the system keeps the file's pages for all
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's signature
    options = connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def make_engine(url: str) -> Engine:
    """Return an engine for `url`; make it after forking, never before.

    On SQLite a transaction that writes starts with BEGIN IMMEDIATE (execution option `writes`), so
    that two writers wait for each other instead of failing half way. The values of a statement that failed
    stay out of the error's text: it is logged, and they may be what somebody wrote in private.
    """
    if url.startswith("sqlite"):
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _tune_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=5, max_overflow=10)


class Database:
    """An engine and its two ways in: `reading()` and `writing()`; only callers named in the house rules write."""

    def __init__(self, url: str) -> None:
        """Open nothing yet: the first use of a session connects."""
        self.url = url
        self.engine = make_engine(url)
        self._read = sessionmaker(self.engine, expire_on_commit=False)
        self._write = sessionmaker(self.engine.execution_options(writes=True), expire_on_commit=False)

    def reader(self) -> Session:
        """Return a session for reading; the caller closes it."""
        return self._read()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session whose work is never committed."""
        with self._read() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose work is committed at the end, or rolled back whole on an error."""
        with self._write() as session, session.begin():
            yield session

    @contextmanager
    def rehearsing(self) -> Iterator[Session]:
        """Give a session that may write, and whose work is always rolled back."""
        with self._write() as session:
            yield session

    def glance(self, statement: str) -> Any:  # noqa: ANN401 - whatever the column holds
        """Return the one value that a statement gives, past sessions and statements of SQLAlchemy.

        For what is asked at every request: some ten microseconds on SQLite, where a session takes over a hundred.

        Raises:
            OperationalError: the database can't be asked, whatever its driver calls that.

        """
        drivers = self.engine.dialect.loaded_dbapi.Error
        try:
            connection = self.engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(statement)
                row = cursor.fetchone()
            finally:
                connection.close()
        except drivers as error:
            raise OperationalError(statement, None, error) from error
        return row[0] if row else None

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
