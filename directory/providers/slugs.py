"""Slugs: the last part of a provider's address. Made once from the name or the domain, never changed."""

from collections.abc import Callable
from contextlib import suppress

import idna
from slugify import slugify

MAX_BASE = 68
"""Room is left for a number behind it: the column holds 80 characters."""

RESERVED = frozenset({"new", "claim", "claim-link", "invitation"})
"""Words that stand where a slug does in the workspace's addresses."""


def slug_base(name: str, domain: str) -> str:
    """Return a slug made of the name, in Latin letters; of the domain if nothing of the name is left."""
    slug = _slug(name) or _slug(domain.replace(".", " ")) or "provider"
    return f"{slug}-firm" if slug in RESERVED else slug


def domain_base(domain: str) -> str:
    """Return a slug made of a registrable domain: of what stands before its suffix, in Latin letters."""
    label = domain.partition(".")[0]
    with suppress(idna.IDNAError):  # older names that today's rules don't know
        label = idna.decode(label)
    return slug_base(label, domain)


def free_slug(base: str, is_taken: Callable[[str], bool]) -> str:
    """Return `base`, or `base` with a number from 2 that isn't taken.

    Taken numbers are normally without gaps, and then it is the smallest free one. It asks about as many
    slugs as the number has binary digits: ten thousand firms of one name don't take ten thousand questions.
    """
    if not is_taken(base):
        return base
    high = 2
    while is_taken(f"{base}-{high}"):
        high *= 2
    low = max(high // 2, 1)  # taken; `high` is free
    while high - low > 1:
        middle = (low + high) // 2
        if is_taken(f"{base}-{middle}"):
            low = middle
        else:
            high = middle
    return f"{base}-{high}"


def _slug(text: str) -> str:
    return slugify(text, max_length=MAX_BASE, word_boundary=True, replacements=[["&", " and "]])
