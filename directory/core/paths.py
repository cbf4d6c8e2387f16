"""Where templates, static files, catalogue data and migrations lie: beside the package or in the wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
MIGRATIONS = PACKAGE / "migrations"


def shipped(name: str) -> Path:
    """Return the folder `name` (`templates`, `static` or `data`).

    In a checkout it lies beside the package; in an installed wheel, inside it.
    """
    inside = PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else PACKAGE.parent / name
