"""What a handler works with."""

from dataclasses import dataclass

from directory.core.db import Database
from directory.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of the application that jobs need, one set a worker."""

    settings: Settings
    database: Database
