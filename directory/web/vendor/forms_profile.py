"""What is asked about the firm."""

from collections.abc import Iterable, Mapping
from typing import Any

from directory.catalogue.schema import Taxonomy
from directory.core.places import countries
from directory.web.vendor.forms_edit import Asked, AskedGroup, Choices, Typed, terms, words


def _countries() -> Choices:
    named = sorted(countries().items(), key=lambda item: item[1])
    return (("", "Not stated"), *named)


IDENTITY = AskedGroup(
    "identity",
    "Name and website",
    (
        Asked("name", "Name", is_needed=True),
        Asked("website", "Website", "address", "The firm’s own, not a page on somebody else’s.", is_needed=True),
    ),
    "Who you are waits for review like everything else, and can’t be changed again within 30 days.",
)
WORDS = AskedGroup(
    "words",
    "In your words",
    (
        Asked("summary", "One sentence", "area", "What you build, for whom. Up to 500 characters.", rows=2),
        Asked("description", "Description", "area", "Up to 20,000 characters, plain text.", rows=10),
    ),
)
WORK = (
    ("engagement", "Ways of working", "engagement", ""),
    ("industries", "Industries", "industry", ""),
    ("agent_types", "Kinds of agents", "agent_type", ""),
    ("regions", "Hosting regions", "region", "Where systems that you build can run."),
)
TECHNOLOGY = (
    ("frameworks", "Frameworks", "framework", ""),
    ("models", "Models", "model", ""),
    ("clouds", "Clouds", "cloud", ""),
    ("tools", "Tools", "tool", ""),
)


def profile_groups(taxonomy: Taxonomy) -> tuple[AskedGroup, ...]:
    """Return what is asked about the firm."""
    return (
        IDENTITY,
        WORDS,
        _firm(),
        AskedGroup("work", "Your work", _ticks(taxonomy, WORK)),
        AskedGroup("technology", "Technology", _ticks(taxonomy, TECHNOLOGY)),
    )


def _ticks(taxonomy: Taxonomy, lists: Iterable[tuple[str, str, str, str]]) -> tuple[Asked, ...]:
    return tuple(Asked(path, label, "ticks", hint, terms(taxonomy, facet)) for path, label, facet, hint in lists)


def _firm() -> AskedGroup:
    return AskedGroup(
        "firm",
        "The firm",
        (
            Asked("country", "Head office", "choice", choices=_countries()),
            Asked("founded", "Founded", "number", "A year."),
            Asked("employees", "Employees", "number", "People, as a whole number."),
            Asked("languages", "Languages", "words", "That you work in, with commas between: German, English."),
            Asked("min_amount", "Smallest project", "number", "What a project costs at least."),
            Asked("min_currency", "Currency", hint="Of that sum, in three letters: EUR."),
        ),
    )


def profile_typed(value: Mapping[str, Any]) -> Typed:
    """Return the profile by field."""
    typed: Typed = {
        name: tuple(map(str, one)) if isinstance(one, list) else str(one or "") for name, one in value.items()
    }
    typed["languages"] = ", ".join(value.get("languages") or ())
    return typed


def profile_value(typed: Typed) -> dict[str, Any]:
    """Return the profile as the draft keeps it."""
    value: dict[str, Any] = {name: list(one) if isinstance(one, tuple) else one for name, one in typed.items()}
    return {**value, "languages": words(typed["languages"])}
