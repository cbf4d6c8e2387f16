"""The ways people see a page: wide or narrow, light or dark, with or without JavaScript."""

from dataclasses import dataclass
from itertools import product
from typing import Literal

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Look:
    """One way; `width` in CSS pixels."""

    width: int = 1280
    scheme: Scheme = "light"
    has_javascript: bool = True

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}{'' if self.has_javascript else '-no-js'}"

    @property
    def height(self) -> int:
        return 800 if self.width > 600 else 740


WIDE, NARROW = Look(), Look(width=375)
WITHOUT_JAVASCRIPT = Look(has_javascript=False)
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")
EVERY_LOOK = [Look(width, scheme) for width, scheme in product((1280, 375), SCHEMES)]
EVERY_LOOK_WITHOUT_JAVASCRIPT = [Look(look.width, look.scheme, has_javascript=False) for look in EVERY_LOOK]
