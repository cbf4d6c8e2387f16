"""What is asked about certifications: a row each, and spare ones."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from directory.catalogue.schema import Taxonomy
from directory.publishing.content import said
from directory.web.vendor.forms_edit import Asked, AskedGroup, Typed, terms

SPARE_ROWS = 2
MOST_ROWS = 100


def certification_groups(taxonomy: Taxonomy, count: int) -> tuple[AskedGroup, ...]:
    """Return rows for so many certifications, and spare ones."""
    names = (("", "None"), *terms(taxonomy, "certification"))
    return tuple(
        AskedGroup(
            f"row-{row}",
            f"Certification {row + 1}" if row < count else "One more",
            (
                Asked(f"{row}.name", "Certification", "choice", choices=names),
                Asked(f"{row}.valid_until", "Valid until", "day"),
                Asked(f"{row}.url", "Where it can be seen", "address", "The certificate, or your trust page."),
                Asked(f"{row}.as_of", "Stated as of", "day", "Becomes today when you change the row."),
            ),
            about=str(row),
        )
        for row in range(min(count + SPARE_ROWS, MOST_ROWS))
    )


def certifications_typed(value: Iterable[Mapping[str, Any]]) -> Typed:
    """Return the certifications by field, row by row."""
    return {f"{row}.{name}": str(one or "") for row, held in enumerate(value) for name, one in held.items()}


def certifications_value(typed: Typed) -> list[dict[str, str]]:
    """Return the certifications as the draft keeps them: empty rows are left out."""
    rows: dict[int, dict[str, str]] = {}
    for path, one in typed.items():
        row, name = path.split(".", 1)
        rows.setdefault(int(row), {})[name] = str(one)
    return [held for _, held in sorted(rows.items()) if said(held)]


def rows_sent(form: MultiDict[str, str]) -> int:
    """Return how many rows of certifications came with the form."""
    return next((row for row in range(MOST_ROWS) if f"{row}.name" not in form), MOST_ROWS)
