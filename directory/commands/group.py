"""How commands end: what the house or the database refuses is one line, never a traceback."""

from errno import EACCES, EDQUOT, ENOSPC, EROFS
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from directory.core.errors import DomainError


class Commands(click.Group):
    """A group of commands. A refusal is one line on standard error, and exit status 1."""

    def invoke(self, context: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        """Run the command."""
        try:
            return super().invoke(context)
        except DomainError as error:
            raise click.ClickException(str(error)) from error
        except DatabaseError as error:
            message = f"the database refused: {error.orig}. If it is new or old, run: directory migrate"
            raise click.ClickException(message) from error
        except OSError as error:
            if error.errno not in (ENOSPC, EDQUOT, EROFS, EACCES):
                raise
            message = f"can't write: {error.strerror}. See what is wrong with: directory doctor"
            raise click.ClickException(message) from error
