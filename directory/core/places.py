"""Names of countries and languages, in English, from Unicode's data."""

from functools import cache

from babel import Locale

ENGLISH = Locale("en")


@cache
def countries() -> dict[str, str]:
    """Return name by ISO 3166-1 alpha-2 code."""
    return {
        code: str(name) for code, name in ENGLISH.territories.items() if len(code) == 2 and code not in NOT_COUNTRIES
    }


@cache
def languages() -> dict[str, str]:
    """Return name by ISO 639 code: of two letters, or three where a language has no shorter one."""
    return {code: str(name) for code, name in ENGLISH.languages.items() if code.isalpha() and len(code) <= 3}


NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})
"""Codes that Unicode names but ISO 3166-1 doesn't assign to a country."""


def country_name(code: str | None) -> str:
    """Return a country's name, the code itself if it has none, or nothing."""
    return countries().get(code, code) if code else ""
