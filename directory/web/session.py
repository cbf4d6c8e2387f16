"""What a request works with: the parts of the application, one reading session, the catalogue in force, the day."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from directory.audit import queries as audit
from directory.audit.changes import Changes
from directory.catalogue.services import Catalogue, in_force
from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.search.service import Search

KEY = "directory"
IN_FORCE = "directory.in-force"
"""Where an application keeps the catalogue in force, with the newest event when it was read."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that an application is made of, one set a process."""

    settings: Settings
    database: Database
    search: Search
    changes: Changes


def install(app: Flask, services: Services) -> None:
    """Give the application its parts, and close each request's session at its end."""
    app.extensions[KEY] = services
    app.teardown_appcontext(_close)


def services() -> Services:
    """Return the parts of the application that serves this request."""
    found: Services = current_app.extensions[KEY]
    return found


def position() -> int:
    """Return the newest event of the log as of when this request began to read: what it reads is as new, or newer.

    What a process keeps from one request to the next, it keeps under this number.
    """
    if "position" not in g:
        g.position = audit.position(services().database)
    found: int = g.position
    return found


def reader() -> Session:
    """Return the session that this request reads with; it sees one state of the database throughout."""
    if "reader" not in g:
        position()
        g.reader = services().database.reader()
    session: Session = g.reader
    return session


def catalogue() -> Catalogue:
    """Return the catalogue in force, the same one for the whole request.

    A switch is an event, so it is read again only where there is a newer one.
    """
    if "catalogue" not in g:
        kept = current_app.extensions.get(IN_FORCE)
        if kept is None or kept[0] != position():
            kept = current_app.extensions[IN_FORCE] = (position(), in_force(reader()))
        g.catalogue = kept[1]
    found: Catalogue = g.catalogue
    return found


def today() -> date:
    """Return the day on which this request computes levels and rules, the same for all of it."""
    if "today" not in g:
        g.today = clock.today()
    day: date = g.today
    return day


@contextmanager
def transaction() -> Iterator[Session]:
    """Give a session that commits at the end, or rolls back whole on an error: the only way a view writes."""
    with services().database.writing() as session:
        yield session


@contextmanager
def transaction_apart(parts: Services) -> Iterator[Session]:
    """Give a session as `transaction` does, outside any request and over a connection that is closed at the end."""
    database = Database(parts.settings.database_url)
    try:
        with database.writing() as session:
            yield session
    finally:
        database.dispose()


@contextmanager
def rehearsal() -> Iterator[Session]:
    """Give a session whose work is always rolled back: what a preview writes is never kept, nor seen by others."""
    with services().database.rehearsing() as session:
        yield session


def _close(_error: BaseException | None) -> None:
    session: Session | None = g.pop("reader", None)
    if session is not None:
        session.close()
