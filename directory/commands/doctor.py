"""`directory doctor`: looks at every part that the directory depends on and says what to do."""

import os
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

import click
from redis import Redis, RedisError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from directory.catalogue.services import in_force
from directory.commands.context import Context, pass_context
from directory.core import clock, schema
from directory.core.errors import DomainError
from directory.core.mail import DEFAULT_PORTS
from directory.jobs import queue
from directory.jobs.heartbeat import alive
from directory.search.service import Search

MAX_CLOCK_SECONDS = 5.0
MIN_FREE_BYTES = 100 * 2**20
SMTP_SECONDS = 5
REDIS_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part. `advice` is empty when nothing needs doing."""

    part: str
    is_good: bool
    message: str
    advice: str = ""


def _settings(context: Context) -> Finding:
    where = "production" if context.settings.is_production else "development"
    if context.settings.is_production and not context.settings.base_url.startswith("https://"):
        advice = "set DIRECTORY_BASE_URL to the https:// address that readers use"
        return Finding("settings", is_good=False, message=f"{where}, but the base address isn't https", advice=advice)
    return Finding("settings", is_good=True, message=where)


def _folder(context: Context) -> Finding:
    folder: Path = context.settings.var
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        advice = "make the folder writable for this user, or set DIRECTORY_VAR to another"
        return Finding("var folder", is_good=False, message=f"{folder}: {error.strerror}", advice=advice)
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    advice = "" if free >= MIN_FREE_BYTES else "make room: files, the search index and SQLite need it"
    return Finding("var folder", is_good=not advice, message=f"{folder}, {free // 2**20:,} MiB free", advice=advice)


def _database(context: Context) -> Finding:
    try:
        with context.database.reading() as session:
            session.execute(text("SELECT 1"))
        found = schema.current(context.database.engine)
    except SQLAlchemyError as error:
        advice = "start the database, or correct DIRECTORY_DATABASE_URL"
        return Finding("database", is_good=False, message=f"doesn't answer ({type(error).__name__})", advice=advice)
    if found != schema.head():
        message = f"schema is {found or 'empty'}, newest is {schema.head()}"
        return Finding("database", is_good=False, message=message, advice="run: directory migrate")
    return Finding("database", is_good=True, message=f"answers, schema {found}")


def _catalogue(context: Context) -> Finding:
    try:
        with context.database.reading() as session:
            found = in_force(session)
    except (SQLAlchemyError, DomainError) as error:
        message = str(error) if isinstance(error, DomainError) else "can't be read"
        return Finding("catalogue", is_good=False, message=message, advice="run: directory migrate")
    versions = f"taxonomy {found.taxonomy.version}, checklist {found.checklist.version}, rules {found.rules.version}"
    return Finding("catalogue", is_good=True, message=versions)


def _index(context: Context) -> Finding:
    state = Search(context.database, context.settings.index_dir).state()
    advice = "start a worker (directory worker), or run: directory reindex" if state.is_degraded else ""
    return Finding("search index", is_good=not state.is_degraded, message=state.message, advice=advice)


def _workers(context: Context) -> Finding:
    """Look whether somebody does what is due; without work nobody is missed."""
    now = clock.now()
    try:
        with context.database.reading() as session:
            at_work, left, failed = alive(session, now), queue.overdue(session, now), queue.failed(session)
    except SQLAlchemyError:
        return Finding("workers", is_good=False, message="can't be counted", advice="make the database answer first")
    message = f"{at_work} at work; jobs overdue: {left}, given up: {failed}"
    advice = "start a worker: directory worker" if left and not at_work else ""
    return Finding("workers", is_good=not advice, message=message, advice=advice)


def _limits(context: Context) -> Finding:
    if not context.settings.redis_url:
        return Finding("limits", is_good=True, message="counted in each process")
    try:
        with Redis.from_url(context.settings.redis_url, socket_timeout=REDIS_SECONDS) as server:
            server.ping()
    except RedisError as error:
        message = f"Redis doesn't answer ({type(error).__name__}): each process counts alone"
        return Finding("limits", is_good=False, message=message, advice="start Redis, or correct DIRECTORY_REDIS_URL")
    return Finding("limits", is_good=True, message="counted in Redis, which answers")


def _mail(context: Context) -> Finding:
    if not context.settings.smtp_url:
        advice = "set DIRECTORY_SMTP_URL" if context.settings.is_production else ""
        message = f"written to {context.settings.mail_dir}"
        return Finding("mail", is_good=not context.settings.is_production, message=message, advice=advice)
    parts = urlsplit(context.settings.smtp_url)
    kind: Callable[..., smtplib.SMTP] = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    try:
        with kind(host, port, timeout=SMTP_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        message = f"{host}:{port} doesn't answer ({type(error).__name__})"
        return Finding("mail", is_good=False, message=message, advice="correct DIRECTORY_SMTP_URL, or start the server")
    return Finding("mail", is_good=True, message=f"{host}:{port} answers")


def _clock(context: Context) -> Finding:
    """Compare this machine's clock with the database's; SQLite's is the same one."""
    if context.database.engine.dialect.name == "sqlite":
        return Finding("clock", is_good=True, message=f"{clock.now():%Y-%m-%d %H:%M:%S} UTC, the database's own")
    try:
        with context.database.reading() as session:
            theirs: datetime = session.scalars(select(func.now())).one()
    except SQLAlchemyError:
        return Finding("clock", is_good=False, message="can't be compared", advice="make the database answer first")
    seconds = abs((theirs.astimezone(UTC) - clock.now()).total_seconds())
    advice = "" if seconds <= MAX_CLOCK_SECONDS else "synchronise both machines' clocks (NTP)"
    return Finding("clock", is_good=not advice, message=f"{seconds:.1f} s from the database's", advice=advice)


CHECKS = (_settings, _folder, _database, _catalogue, _index, _workers, _mail, _limits, _clock)


def examine(context: Context) -> Iterator[Finding]:
    """Yield what is found of each part, in the order in which things depend on each other."""
    for check in CHECKS:
        yield check(context)


@click.command()
@pass_context
def doctor(context: Context) -> None:
    """Check settings, database, migrations, index, workers, mail, limits and clock, and say what to do."""
    bad = 0
    for finding in examine(context):
        click.echo(f"{'ok ' if finding.is_good else 'BAD'}  {finding.part}: {finding.message}")
        if finding.advice:
            click.echo(f"     → {finding.advice}")
        bad += not finding.is_good
    if bad:
        msg = f"{bad} of {len(CHECKS)} need attention"
        raise click.ClickException(msg)
