"""Reading a query from (name, value) pairs: strict, each error under its parameter's name."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.rules.evaluator import TierName
from directory.search.query import FACET_PARAMETERS, Query, Sort
from directory.search.values import choices

MOST_WORDS_LENGTH = 200
MOST_VALUES = 50
DIGITS = re.compile(r"[0-9]{1,13}")
DECIMAL = re.compile(r"[0-9]{1,7}(\.[0-9]{1,4})?")
REPEATABLE = (*FACET_PARAMETERS, "criterion")


def normalised(text: str) -> str:
    """Return words in composed form, without control characters, white space folded."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in composed).split())


def _words(value: str) -> str:
    words = normalised(value) if len(value) <= 10 * MOST_WORDS_LENGTH else value
    if len(words) > MOST_WORDS_LENGTH:
        raise ValueError(f"at most {MOST_WORDS_LENGTH} characters")
    return words


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not DIGITS.fullmatch(value) or not least <= int(value) <= most:
            raise ValueError(f"a whole number from {least:,} to {most:,}")
        return int(value)

    return read


def _decimal(most: int, unit: str) -> Callable[[str], Decimal]:
    def read(value: str) -> Decimal:
        if not DECIMAL.fullmatch(value) or Decimal(value) > most:
            raise ValueError(f"a number{unit} from 0 to {most:,} with at most 4 decimals")
        exact = Decimal(value).normalize()
        return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact

    return read


def _flag(value: str) -> bool:
    if value != "1":
        raise ValueError("1, or left out")
    return True


def _tier(value: str) -> TierName:
    if value not in set(TierName):
        raise ValueError("in-production or at-scale")
    return TierName(value)


def _level(value: str) -> Level:
    if value not in {"0", "1", "2", "3", "4"}:
        raise ValueError("a level from 0 to 4")
    return Level(int(value))


def _sort(value: str) -> Sort:
    if value not in set(Sort):
        raise ValueError(f"one of {', '.join(Sort)}")
    return Sort(value)


SCALARS: dict[str, tuple[str, Callable[[str], object]]] = {
    "q": ("words", _words),
    "production": ("production", _tier),
    "enterprise": ("enterprise", _flag),
    "min_requests_per_day": ("min_requests_per_day", _whole(0, 10**12)),
    "min_uptime": ("min_uptime", _decimal(100, "")),
    "max_deploy_minutes": ("max_deploy_minutes", _decimal(1_000_000, " of minutes")),
    "max_response_minutes": ("max_response_minutes", _decimal(1_000_000, " of minutes")),
    "level": ("level", _level),
    "claimed": ("claimed", _flag),
    "sort": ("sort", _sort),
    "page": ("page", _whole(1, 1_000_000)),
    "per_page": ("per_page", _whole(1, 100)),
}
"""Parameter → field of `Query` and its reader, which raises ValueError with what would be acceptable."""


def _one(values: list[str], reader: Callable[[str], object]) -> object:
    if len(values) > 1:
        raise ValueError("given more than once with different values")
    return reader(values[0])


def _known(name: str, values: list[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Return the values in canonical order; country codes may be typed in either case."""
    if len(values) > MOST_VALUES:
        raise ValueError(f"at most {MOST_VALUES} values")
    known = choices(name, catalogue)
    found = {value.upper() if name == "country" and value.isascii() else value for value in values}
    if not known.keys() >= found:
        unknown = min(found - known.keys())
        raise ValueError(f"no such value: {normalised(unknown)[:60]}")
    return tuple(value for value in known if value in found) if name == "criterion" else tuple(sorted(found))


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return different values by name; those that are empty or only white space are as if they weren't there."""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        stripped = value.strip()
        values = grouped.setdefault(name, []) if stripped else grouped.get(name, [])
        if stripped and stripped not in values[: MOST_VALUES + 1] and len(values) <= MOST_VALUES:
            values.append(stripped)
    return grouped


def read(pairs: Iterable[tuple[str, str]], catalogue: Catalogue) -> tuple[Query, dict[str, str]]:
    """Return the query of the acceptable parameters, and messages about the others by name."""
    fields: dict[str, object] = {}
    facets: dict[str, tuple[str, ...]] = {}
    errors: dict[str, str] = {}
    for name, values in _grouped(pairs).items():
        try:
            if name in REPEATABLE:
                facets[name] = _known(name, values, catalogue)
            elif name in SCALARS:
                attribute, reader = SCALARS[name]
                fields[attribute] = _one(values, reader)
            else:
                errors[normalised(name)[:60]] = "there is no such parameter"
        except ValueError as error:
            errors[name] = str(error)
    fields["criteria"] = facets.pop("criterion", ())
    fields["facets"] = tuple((name, facets[name]) for name in FACET_PARAMETERS if name in facets)
    query = Query(**fields)  # type: ignore[arg-type] # each reader gives its field's type
    if query.sort is Query(words=query.words).ordering:
        query = Query(**(fields | {"sort": None}))  # type: ignore[arg-type] # as above
    return query, errors
