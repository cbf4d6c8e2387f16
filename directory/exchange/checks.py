"""What a single value of the format may be: each check returns the value as it is kept, or raises ValueError."""

import difflib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache

from directory.catalogue.schema import Taxonomy
from directory.core.places import ENGLISH, countries, languages
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.exchange.format import MAX_ITEMS
from directory.exchange.problems import shown

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 1, 1)
MAX_AMOUNT = Decimal(10**12)


def text(longest: int) -> Callable[[str], str]:
    """Return a check for a text of at most so many characters."""

    def check(value: str) -> str:
        if len(value) > longest:
            raise ValueError(f"has {len(value):,} characters; at most {longest:,} are kept")
        return value

    return check


def whole(least: int, most: int) -> Callable[[int], int]:
    """Return a check for a whole number within bounds, both included."""

    def check(value: int) -> int:
        if not least <= value <= most:
            raise ValueError(
                f"must be from {least} to {most}" if most < 9999 else f"must be from {least:,} to {most:,}"
            )
        return value

    return check


def day(latest: date = LATEST) -> Callable[[date], date]:
    """Return a check for a day up to `latest`, that day included."""

    def check(value: date) -> date:
        if value < EARLIEST:
            raise ValueError(f"is before {EARLIEST.year}")
        if value > latest:
            raise ValueError("is too far in the future" if latest == LATEST else "is in the future")
        return value

    return check


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a check for one of a few words."""

    def check(value: str) -> str:
        if value not in choices:
            raise ValueError(f"must be {', '.join(choices[:-1])} or {choices[-1]}, not {shown(value)}")
        return value

    return check


def country(value: str) -> str:
    """Return an ISO 3166-1 alpha-2 code."""
    code = value.upper()
    if code in countries():
        return code
    codes = {name.casefold(): code for code, name in countries().items()} | {"uk": "GB", "usa": "US"}
    raise ValueError(f"{shown(value)} isn't an ISO 3166-1 alpha-2 code{_hint(value, codes)}")


def language(value: str) -> str:
    """Return an ISO 639 code, of two letters where there is one, of a code or an English name."""
    code = value.lower()
    if code in languages():
        return code
    codes = _language_codes()
    if value.casefold() in codes:
        return codes[value.casefold()]
    raise ValueError(f"{shown(value)} isn't an ISO 639 code{_hint(value, codes)}")


def currency(value: str) -> str:
    """Return an ISO 4217 code."""
    code = value.upper()
    if len(code) != 3 or code not in ENGLISH.currencies:
        raise ValueError(f"{shown(value)} isn't an ISO 4217 code such as EUR")
    return code


def amount(value: Decimal) -> Decimal:
    """Return a sum of money."""
    if not (value.is_finite() and 0 <= value <= MAX_AMOUNT and value % Decimal("0.01") == 0):
        raise ValueError("must be from 0 to 1,000,000,000,000 with at most 2 decimals")
    return plain(value)


def figure(metric: Metric) -> Callable[[Decimal], Decimal]:
    """Return a check for a value of a metric."""
    definition = DEFINITIONS[metric]
    places = -int(definition.step.as_tuple().exponent)
    kind = "a whole number" if places == 0 else "a number"
    decimals = f" with at most {places} decimal{'s' if places > 1 else ''}" if places else ""

    def check(value: Decimal) -> Decimal:
        if not definition.is_acceptable(value):
            raise ValueError(f"must be {kind} from 0 to {int(definition.highest):,}{decimals}")
        return plain(value)

    return check


def plain(value: Decimal) -> Decimal:
    """Return the same number without exponent, sign of zero or needless zeros."""
    value += 0
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def term(taxonomy: Taxonomy, facet: str) -> Callable[[str], str]:
    """Return a check for a term of the taxonomy: its id, label or another spelling becomes its id."""

    @lru_cache(maxsize=1024)
    def check(value: str) -> str:
        found = taxonomy.spellings.get((facet, value.casefold()))
        if found is None:
            known = {word: term_id for (of, word), term_id in taxonomy.spellings.items() if of == facet}
            raise ValueError(f"{shown(value)} isn't a known {facet.replace('_', ' ')}{_hint(value, known)}")
        return found

    return check


def each(check: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    """Return a check for a list of such values: empty ones and repetitions are left out, the order stays."""

    def check_all(values: list[str]) -> list[str]:
        if len(values) > MAX_ITEMS:
            raise ValueError(f"has {len(values):,} items; at most {MAX_ITEMS} are kept")
        kept: dict[str, None] = {}
        reasons = []
        for value in filter(None, values):
            try:
                kept[check(value)] = None
            except ValueError as error:
                reasons.append(str(error))
        if reasons:
            raise ValueError("; ".join(reasons[:5]))
        return list(kept)

    return check_all


@cache
def _language_codes() -> dict[str, str]:
    longest_first = sorted(languages().items(), key=lambda item: -len(item[0]))
    return {name.casefold(): code for code, name in longest_first}


def _hint(value: str, known: dict[str, str]) -> str:
    typed = value.casefold()[:60]
    begun = [word for word in known if len(typed) > 3 and word.startswith(f"{typed} ")]
    close = begun or difflib.get_close_matches(typed, known, n=1, cutoff=0.7)
    return f"; did you mean {known[close[0]]}?" if close else ""
