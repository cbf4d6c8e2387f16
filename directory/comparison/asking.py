"""What an address asks a comparison for: read from its parameters, written back in one canonical form. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from directory.comparison.table import LEAST, MOST

CHOICE = re.compile(r"([a-z0-9-]{1,90}):([0-9]{1,9})")
SLUG = re.compile(r"[a-z0-9-]{1,80}")
NAMES = ("provider", "system", "differences", "hide")
UNKNOWN = "there is no such parameter"
NO_SLUG = "each is named by its slug, as in its page’s address"
FLAG = "must be 1, or left out"


Chosen = Mapping[str, int]
"""System id by slug: whose figures are asked for, where that isn’t the headline’s."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Providers by slug in order, each once and at most six; a system by slug; which rows and sections to leave out."""

    slugs: tuple[str, ...] = ()
    systems: Chosen = field(default_factory=dict)
    differences: bool = False
    hidden: tuple[str, ...] = ()

    def parameters(
        self,
        *,
        slugs: tuple[str, ...] | None = None,
        differences: bool | None = None,
        hidden: tuple[str, ...] | None = None,
    ) -> list[tuple[str, str]]:
        """Return the parameters that ask for this, with what is given in its place."""
        wanted = self.slugs if slugs is None else slugs
        chosen = [("system", f"{slug}:{self.systems[slug]}") for slug in wanted if slug in self.systems]
        is_on = self.differences if differences is None else differences
        return [
            *(("provider", slug) for slug in wanted),
            *chosen,
            *((("differences", "1"),) if is_on else ()),
            *(("hide", one) for one in (self.hidden if hidden is None else hidden)),
        ]


@dataclass(frozen=True, slots=True)
class Read:
    """What was asked for, as far as it can be understood, and by parameter what can't."""

    asked: Asked
    errors: Mapping[str, str]


def read(pairs: Iterable[tuple[str, str]], sections: Iterable[str]) -> Read:
    """Return what the parameters ask for; empty ones are absent. `sections` are the ids that may be hidden."""
    given = [(name, value.strip()) for name, value in pairs if value.strip()]
    errors = {name: UNKNOWN for name, _ in given if name not in NAMES}
    slugs = [value for name, value in given if name == "provider"]
    kept = tuple(slug for slug in dict.fromkeys(slugs) if SLUG.fullmatch(slug))[:MOST]
    errors |= _about_providers(slugs)
    systems = {}
    for choice in (value for name, value in given if name == "system"):
        match = CHOICE.fullmatch(choice)
        if match is None:
            errors["system"] = "must be a provider’s slug, a colon and the id of one of its systems"
        else:
            systems[match[1]] = int(match[2])
    flags = {value for name, value in given if name == "differences"}
    if flags - {"1"}:
        errors["differences"] = FLAG
    known = set(sections)
    hidden = tuple(dict.fromkeys(value for name, value in given if name == "hide"))
    if set(hidden) - known:
        errors["hide"] = f"must be one of {', '.join(sorted(known))}"
    asked = Asked(kept, systems, "1" in flags, tuple(one for one in hidden if one in known))
    return Read(asked, errors)


def _about_providers(slugs: list[str]) -> dict[str, str]:
    if not all(map(SLUG.fullmatch, slugs)):
        return {"provider": NO_SLUG}
    twice = [slug for slug in dict.fromkeys(slugs) if slugs.count(slug) > 1]
    if twice:
        return {"provider": f"{', '.join(twice)} is asked for more than once"}
    if len(slugs) > MOST:
        return {"provider": f"{LEAST} to {MOST} providers stand side by side, not {len(slugs)}"}
    return {}
