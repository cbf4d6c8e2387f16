"""The boxes that may be ticked in a filter: a page has hundreds, so they are joined here rather than by a template."""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

from directory.search.results import FacetValue

BOX = Markup(
    '<label class="option"><input type="checkbox" name="{}" value="{}"{}>'
    '<span>{}</span><span class="count">{}</span></label>'
)
CHECKED = Markup(" checked")
PLACE = "\0"
"""Stands where the count goes; no label holds it, since no database takes it."""
KNOWN = 10_000


def boxes(values: Iterable[FacetValue], name: str) -> Markup:
    """Return the boxes of a facet's values, labels and ids escaped."""
    joined = []
    for value, label, count, is_selected in values:
        before, after = _around(name, value, label, is_selected)
        joined.append(f"{before}{count:,}{after}")
    return Markup("".join(joined))  # noqa: S704 - made of escaped parts and numbers


@lru_cache(KNOWN)
def _around(name: str, value: str, label: str, is_selected: bool) -> tuple[str, str]:  # noqa: FBT001 - part of a key
    """Return the markup before a box's count and after it."""
    before, _, after = BOX.format(name, value, CHECKED if is_selected else "", label, PLACE).partition(PLACE)
    return str(before), str(after)
