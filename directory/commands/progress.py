"""Showing how far long work has got: a bar on a terminal, a line every few seconds elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from directory.commands.context import Context
from directory.core import clock

SECONDS_BETWEEN_LINES = 3

Told = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is (0: nobody knows)."""


@contextmanager
def shown(context: Context) -> Iterator[Told]:
    """Give what to tell of progress; it goes to standard error."""
    if not context.console.is_terminal:
        yield Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=context.console, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=None)
            progress.update(tasks[what], completed=done, total=total or None)

        yield told


class Lines:
    """Progress as plain lines, none before the work has taken a few seconds."""

    def __init__(self) -> None:
        """Count from now."""
        self._said_at = clock.now()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say it, unless something was said a moment ago."""
        if (clock.now() - self._said_at).total_seconds() >= SECONDS_BETWEEN_LINES:
            self._said_at = clock.now()
            click.echo(f"{what}: {done:,}" + (f" of {total:,}" if total else ""), err=True)
