"""What is suggested while somebody types into a search field: a list that a script puts under it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import render_template, request
from flask.typing import ResponseReturnValue

from directory.search.filters import NAMES
from directory.search.parsing import MOST_WORDS_LENGTH, normalised
from directory.search.suggesting import SuggestedValue
from directory.web.buyer.queries import public_entries
from directory.web.buyer.results import address
from directory.web.for_all import same_for_all
from directory.web.session import catalogue, reader, services, today


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: where it leads, its name, what kind of thing it is, how many results it has."""

    address: str
    name: str
    kind: str
    count: int | None = None
    is_demo: bool = False


def show() -> ResponseReturnValue:
    """Show the options for what was typed; too much or nothing has none."""
    text = normalised(request.args.get("q", "")[: MOST_WORDS_LENGTH + 1])
    return same_for_all(f"/suggest?{urlencode({'q': text})}", lambda: _list(text))


def _list(text: str) -> str:
    options: tuple[Option, ...] = ()
    if len(text) <= MOST_WORDS_LENGTH:
        found = services().search.suggest(text, catalogue(), today())
        options = (*_providers(found.provider_ids), *map(_value, found.values))
    return render_template("buyer/suggestions.html", options=options)


def _providers(ids: tuple[int, ...]) -> tuple[Option, ...]:
    """Return the providers in the order found; the database has the last word on who is public."""
    found = public_entries(reader(), ids)
    shown = (found[one] for one in ids if one in found)
    return tuple(Option(f"/providers/{row.slug}", row.name, "provider", is_demo=row.is_demo) for row in shown)


def _value(found: SuggestedValue) -> Option:
    kind = "criterion" if found.parameter == "criterion" else NAMES[found.parameter]
    return Option(address(found.query), found.value.label, kind, found.value.count)
