"""The audit log: one chain whoever appends, nothing changed or removed, and tampering found where it happened."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from directory.audit.models import AuditEvent
from directory.audit.services import GENESIS, Break, Event, append, append_all, verify
from directory.core.db import Database
from tests.factories import AT

THREADS, EACH = 4, 15
UNGUARD = {
    "sqlite": ("DROP TRIGGER audit_event_no_update", "DROP TRIGGER audit_event_no_delete"),
    "postgresql": ("DROP TRIGGER audit_event_append_only ON audit_event",),
}


def fill(database: Database, events: int = 5) -> None:
    with database.writing() as session:
        wanted = [Event("provider.changed", f"provider:{number}", number, {"ü": [number]}) for number in range(events)]
        assert append_all(session, wanted, actor="admin", at=AT) == events


def checked(database: Database) -> Break | None:
    with database.reading() as session:
        return verify(session)


def tamper(database: Database, statement: str) -> None:
    with database.writing() as session:
        for drop in UNGUARD[database.engine.dialect.name]:
            session.execute(text(drop))
        session.execute(text(statement))


def test_an_empty_log_holds(database: Database) -> None:
    assert checked(database) is None


def test_events_are_numbered_and_each_follows_the_one_before(database: Database) -> None:
    fill(database)
    with database.writing() as session:
        assert append(session, Event("provider.withdrawn", "provider:9"), actor="admin", at=AT) == 6
    with database.reading() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.id for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event.previous_hash for event in events] == [GENESIS, *[event.hash for event in events[:-1]]]
    assert events[0].detail == {"ü": [0]}
    assert checked(database) is None


def test_an_event_of_a_rolled_back_transaction_leaves_no_gap(database: Database) -> None:
    fill(database)
    with pytest.raises(RuntimeError), database.writing() as session:
        append(session, Event("provider.changed", "provider:1"), actor="admin", at=AT)
        raise RuntimeError
    with database.writing() as session:
        assert append(session, Event("provider.changed", "provider:2"), actor="admin", at=AT) == 6
    assert checked(database) is None


def test_appenders_at_once_keep_one_chain_in_the_order_of_their_commits(database: Database) -> None:
    start = Barrier(THREADS)

    def append_some(thread: int) -> list[int]:
        start.wait()
        ids = []
        for number in range(EACH):
            with database.writing() as session:
                event = Event("provider.changed", f"provider:{thread}-{number}")
                ids.append(append(session, event, actor=f"thread {thread}", at=AT))
            # Committed: every event up to this one must be there for a reader who follows the ids.
            with database.reading() as session:
                assert len(session.scalars(select(AuditEvent.id).where(AuditEvent.id <= ids[-1])).all()) == ids[-1]
        return ids

    with ThreadPoolExecutor(THREADS) as pool:
        ids = [one for some in pool.map(append_some, range(THREADS)) for one in some]
    assert sorted(ids) == list(range(1, THREADS * EACH + 1))
    assert checked(database) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'nobody' WHERE id = 2",
        "DELETE FROM audit_event WHERE id = 5",
        "DELETE FROM audit_event",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_event(database: Database, statement: str) -> None:
    fill(database)
    with pytest.raises(DBAPIError, match="only ever added to"), database.writing() as session:
        session.execute(text(statement))
    assert checked(database) is None


def test_postgresql_refuses_to_empty_the_table(postgresql_database: Database) -> None:
    fill(postgresql_database)
    with pytest.raises(DBAPIError, match="only ever added to"), postgresql_database.writing() as session:
        session.execute(text("TRUNCATE audit_event"))


@pytest.mark.parametrize("column", ["id", "hash"])
def test_sqlite_refuses_to_replace_an_event(sqlite_database: Database, column: str) -> None:
    fill(sqlite_database)
    values = {"id": "99", "hash": "'new'"} | {column: column}
    statement = (
        "INSERT OR REPLACE INTO audit_event"
        f" SELECT {values['id']}, at, 'nobody', action, subject, provider_id, detail, previous_hash, {values['hash']}"
        " FROM audit_event WHERE id = 2"
    )
    with pytest.raises(DBAPIError, match="only ever added to"), sqlite_database.writing() as session:
        session.execute(text(statement))
    assert checked(sqlite_database) is None


CHANGED = "was changed after it was written"


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_event SET actor = 'nobody' WHERE id = 3", Break(3, CHANGED)),
        ("UPDATE audit_event SET action = 'x' WHERE id = 1", Break(1, CHANGED)),
        ("UPDATE audit_event SET subject = 'provider:7' WHERE id = 5", Break(5, CHANGED)),
        ("UPDATE audit_event SET provider_id = NULL WHERE id = 4", Break(4, CHANGED)),
        ("UPDATE audit_event SET detail = '{}' WHERE id = 4", Break(4, CHANGED)),
        ("UPDATE audit_event SET at = '2026-11-03 12:00:00.000001' WHERE id = 2", Break(2, CHANGED)),
        ("UPDATE audit_event SET hash = 'x' WHERE id = 3", Break(3, CHANGED)),
        ("UPDATE audit_event SET previous_hash = 'x' WHERE id = 3", Break(3, "doesn't follow the event before it")),
        ("DELETE FROM audit_event WHERE id = 3", Break(3, "is missing")),
        ("DELETE FROM audit_event WHERE id = 1", Break(1, "is missing")),
        ("UPDATE audit_event SET id = 9 WHERE id = 5", Break(5, "is missing")),
    ],
)
def test_tampering_is_found_at_the_event_where_it_happened(database: Database, statement: str, found: Break) -> None:
    fill(database)
    tamper(database, statement)
    assert checked(database) == found
