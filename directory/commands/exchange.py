"""`directory import` and `directory export`."""

import sys
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click
from sqlalchemy.exc import SQLAlchemyError

from directory.catalogue import services as catalogues
from directory.commands.context import Context, pass_context
from directory.commands.progress import shown
from directory.core import clock
from directory.core.errors import DomainError
from directory.exchange.checking import Checker
from directory.exchange.exporting import export, replacing
from directory.exchange.importing import Importer, Notice, Report
from directory.exchange.sources import SUFFIXES, Format, opened
from directory.exchange.writing import Outcome

FORMATS = click.Choice([kind.value for kind in Format])


@click.command("import")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--format", "kind", type=FORMATS, help="JSON Lines or CSV; otherwise the file's name or content tells.")
@pass_context
def import_command(context: Context, file: str, *, dry_run: bool, kind: str | None) -> None:
    """Add or update unclaimed listings from FILE (- for standard input).

    Every bad line is reported with its number, field and reason, and the good ones are imported. An absent
    key, or an empty cell, keeps what is there; null clears it. Exits 1 if any line was bad.
    """
    at = clock.now()
    try:
        checker = _checker(context, at)
        with opened(file, Format(kind) if kind else None) as source, shown(context) as progress:
            importer = Importer(context.database.writing, checker, at, _tell, progress, is_dry_run=dry_run)
            report = importer.run(source)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(f"{_refusal(error)} What was written before stays.") from error
    _sum_up(report, is_dry_run=dry_run)


@click.command("export")
@click.argument("file", default="-")
@click.option("--format", "kind", type=FORMATS, help="JSON Lines, unless FILE ends in .csv.")
@pass_context
def export_command(context: Context, file: str, kind: str | None) -> None:
    """Write everything public to FILE, or to standard output, in the import format."""
    chosen = Format(kind or SUFFIXES.get(Path(file).suffix.lower(), "jsonl"))
    try:
        with ExitStack() as stack:
            session = stack.enter_context(context.database.reading())
            told = stack.enter_context(shown(context))
            stream = stack.enter_context(_written(file))
            count = export(session, stream, chosen, lambda done: told("exporting", done, 0))
    except BrokenPipeError:
        raise  # whoever read has had enough: click ends quietly
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}") from error
    except SQLAlchemyError as error:
        raise click.ClickException(_refusal(error)) from error
    click.echo(f"{count:,} provider{'' if count == 1 else 's'} exported", err=True)


def _refusal(error: SQLAlchemyError) -> str:
    reason = getattr(error, "orig", None) or error
    return f"the database refused: {reason}. If it is new or old, run: directory migrate."


def _written(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdout.buffer)
    return replacing(Path(file))


def _checker(context: Context, at: datetime) -> Checker:
    with context.database.reading() as session:
        catalogue = catalogues.in_force(session)
    return Checker(
        taxonomy=catalogue.taxonomy,
        criteria=frozenset(catalogue.checklist.criteria),
        today=at.date(),
        accepts_demo=not context.settings.is_production,
    )


def _tell(notice: Notice) -> None:
    click.echo(str(notice), err=True)


def _sum_up(report: Report, *, is_dry_run: bool) -> None:
    click.echo(f"dry run, nothing was written: {report}" if is_dry_run else str(report))
    if report.counts[Outcome.BAD]:
        raise SystemExit(1)
