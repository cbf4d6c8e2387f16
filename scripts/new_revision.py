"""Write the next migration from what the models have that the newest revision lacks: new_revision.py "what it does"."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.util import CommandError

from directory.core import schema
from directory.core.db import make_engine


def main(message: str) -> None:
    """Migrate an empty SQLite database, compare it with the models, write the difference as a numbered file."""
    number = f"{len(schema.revisions()) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'empty.sqlite'}"
        if number != "0001":
            schema.upgrade(url)
        engine = make_engine(url)
        with engine.connect() as connection:
            settings = schema.config()
            settings.attributes["connection"] = connection
            settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            command.revision(settings, message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit(f"usage: {sys.argv[0]} MESSAGE")
    try:
        main(sys.argv[1])
    except CommandError as error:
        sys.exit(str(error))
