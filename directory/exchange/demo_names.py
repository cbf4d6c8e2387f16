"""Names for composed entries: as many as anybody asks for, no two alike, the same whatever the seed."""

from functools import cache
from math import gcd

from directory.exchange.demo_spec import Ingredients

GOLDEN = 0.6180339887
"""Stepping by this share of the whole visits everything once, and neighbours look unlike each other."""


@cache
def _step(count: int) -> int:
    step = int(count * GOLDEN)
    while gcd(step, count) != 1:
        step += 1
    return step


def most(ingredients: Ingredients) -> int:
    """Return how many different names there are."""
    return len(ingredients.starts) * len(ingredients.ends) * len(ingredients.styles)


def parts(ingredients: Ingredients, number: int) -> tuple[str, str]:
    """Return the root and the style of the composed entry `number` (from 0 up to, not including, `most`)."""
    count = most(ingredients)
    if not 0 <= number < count:
        raise IndexError(number)
    index = number * _step(count) % count
    index, style = divmod(index, len(ingredients.styles))
    start, end = divmod(index, len(ingredients.ends))
    root = ingredients.starts[start] + ingredients.ends[end]
    return root, ingredients.styles[style]


def slug(root: str, style: str) -> str:
    """Return the slug of a composed name; roots and styles are plain letters."""
    return style.format(root=root).lower().replace(" & ", "-and-").replace(" ", "-")


def in_script(root: str, letters: dict[str, str]) -> str:
    """Return a root in another script, letter by letter, pairs of letters first."""
    written, rest = "", root.lower()
    while rest:
        size = 2 if rest[:2] in letters else 1
        written += letters.get(rest[:size], "")
        rest = rest[size:]
    return written.capitalize()
