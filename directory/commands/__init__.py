"""The `directory` command line: one module for each group of commands."""

from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from directory.commands.audit import audit
from directory.commands.catalogue import catalogue
from directory.commands.database import migrate, reindex
from directory.commands.demo import demo
from directory.commands.doctor import doctor
from directory.commands.exchange import export_command, import_command
from directory.commands.serving import run, serve, worker
from directory.core.errors import DomainError


class Commands(click.Group):
    """The commands. What the house or the database refuses is one line on standard error, and exit status 1."""

    def invoke(self, context: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command."""
        try:
            return super().invoke(context)
        except DomainError as error:
            raise click.ClickException(str(error)) from error
        except DatabaseError as error:
            message = f"the database refused: {error.orig}. If it is new or old, run: directory migrate"
            raise click.ClickException(message) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="find-the-makers", prog_name="directory")
def main() -> None:
    """Find the Makers: a directory of providers of AI-agent systems in which every figure carries its evidence."""


for command in (audit, catalogue, demo, doctor, export_command, import_command, migrate, reindex, run, serve, worker):
    main.add_command(command)
