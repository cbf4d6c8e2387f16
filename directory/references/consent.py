"""What of a referee may be published: the name of the firm where they agreed, else only what kind of firm it is."""

from directory.catalogue.schema import Taxonomy
from directory.core.places import country_name


def public_label(
    *,
    organisation: str,
    is_named: bool,
    employees: int | None,
    industry: str | None,
    country: str | None,
    taxonomy: Taxonomy,
) -> str:
    """Return how pages name a customer who confirmed something."""
    if is_named:
        return organisation
    size = taxonomy.size_of(employees)
    parts = [
        taxonomy.label("industry", industry) if industry else "",
        taxonomy.label("size", size) if size else "",
        country_name(country),
    ]
    known = ", ".join(part for part in parts if part)
    return f"an unnamed customer ({known})" if known else "an unnamed customer"
