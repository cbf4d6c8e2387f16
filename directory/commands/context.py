"""What every command is handed: settings, database, and a console for progress."""

from dataclasses import dataclass, field
from functools import cached_property

import click
from rich.console import Console

from directory.core import log
from directory.core.db import Database
from directory.core.settings import Settings, SettingsError


@dataclass
class Context:
    """Made on first use, so that `--help` works whatever the environment says."""

    console: Console = field(default_factory=lambda: Console(stderr=True))

    @cached_property
    def settings(self) -> Settings:
        """Return the settings, or end the command with the line that says what is wrong with them."""
        try:
            settings = Settings.read()
            settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds what people told us in private
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            msg = f"DIRECTORY_VAR: can't make the folder: {error}"
            raise click.ClickException(msg) from error
        log.configure(settings)
        return settings

    @cached_property
    def database(self) -> Database:
        """Return the database; nothing is opened before its first use."""
        return Database(self.settings.database_url)


pass_context = click.make_pass_decorator(Context, ensure=True)
