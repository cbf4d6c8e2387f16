"""The shape of the database: which revision it has, and bringing it to another one.

Alembic works here without a configuration file, so that an installed wheel migrates as a checkout does.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from directory.core.db import make_engine
from directory.core.paths import MIGRATIONS

MIGRATE_LOCK = 0x6D6967  # PostgreSQL advisory lock: the second of two migrations waits, then finds nothing to do


def config() -> Config:
    """Return Alembic's configuration for the migrations that ship with the package."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings


def head() -> str:
    """Return the newest revision that this code knows."""
    found = ScriptDirectory.from_config(config()).get_current_head()
    assert found is not None, "the package ships at least one revision"  # noqa: S101 - a wheel without any is broken
    return found


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    walk = ScriptDirectory.from_config(config()).walk_revisions()
    return [script.revision for script in walk][::-1]


def current(engine: Engine) -> str | None:
    """Return the revision that the database has; None when it was never migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest revision."""
    return current(engine) == head()


def upgrade(database_url: str, revision: str = "head") -> tuple[str | None, str | None]:
    """Bring the database to `revision`; return the revisions before and after.

    All of it happens in one transaction that starts by taking a lock: a failure leaves the database as
    it was, and of two migrations at once the second waits and then finds nothing to do.
    """
    with _migrating(database_url) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(_on(connection), revision)
        return before, MigrationContext.configure(connection).get_current_revision()


def downgrade(database_url: str, revision: str) -> None:
    """Take the database back to `revision` (`base`: to nothing), under the same lock as `upgrade`."""
    with _migrating(database_url) as connection:
        command.downgrade(_on(connection), revision)


def _on(connection: Connection) -> Config:
    settings = config()
    settings.attributes["connection"] = connection
    return settings


@contextmanager
def _migrating(database_url: str) -> Iterator[Connection]:
    """Give a connection inside a locked transaction, committed at the end."""
    engine = make_engine(database_url)
    is_sqlite = engine.dialect.name == "sqlite"
    try:
        with engine.connect().execution_options(writes=True) as connection:
            if is_sqlite:
                _let_tables_be_rebuilt(connection)
            with connection.begin():
                if not is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATE_LOCK})
                yield connection
                if is_sqlite:
                    _refuse_dangling_keys(connection)
    finally:
        engine.dispose()


def _let_tables_be_rebuilt(connection: Connection) -> None:
    """Switch foreign keys off: SQLite changes a table by copying it, and dropping the old one would cascade."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - for the type checker: the connection is open
    driver.execute("PRAGMA foreign_keys=OFF")  # before BEGIN: inside a transaction SQLite ignores it


def _refuse_dangling_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        msg = f"a row of {broken[0]} points to a missing row of {broken[2]}; nothing was changed"
        raise RuntimeError(msg)
