"""The `directory` command line: one module for each group of commands."""

import click

from directory.commands.audit import audit
from directory.commands.catalogue import catalogue
from directory.commands.database import migrate, reindex
from directory.commands.demo import demo
from directory.commands.doctor import doctor
from directory.commands.exchange import export_command, import_command
from directory.commands.group import Commands
from directory.commands.serving import run, serve, worker
from directory.commands.user import user


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="find-the-makers", prog_name="directory")
def main() -> None:
    """Find the Makers: a directory of providers of AI-agent systems in which every figure carries its evidence."""


for command in (
    audit,
    catalogue,
    demo,
    doctor,
    export_command,
    import_command,
    migrate,
    reindex,
    run,
    serve,
    user,
    worker,
):
    main.add_command(command)
