"""Entries to compare, made from random providers, and tables of them."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from directory.catalogue.services import shipped
from directory.comparison.filling import Entry, compare
from directory.comparison.table import Table
from directory.rules.evaluator import evaluate
from directory.rules.facts import ProviderFacts
from tests.rules.cases import TODAY, agreeing_providers, perfect

CATALOGUE = shipped()
TERMS = {"tool": ("terraform", "langsmith"), "region": ("eu",), "size": (), "country": ("NO",), "engagement": ()}


def entry(facts: ProviderFacts, slug: str, on: date = TODAY, **more: object) -> Entry:
    """Return a provider as the table is filled from it."""
    plain = Entry(slug, slug.title(), False, True, TERMS, {"asked": 2}, evaluate(facts, CATALOGUE.rules, on))
    return replace(plain, **more)  # type: ignore[arg-type]


def table(*facts: ProviderFacts, on: date = TODAY) -> Table:
    """Return the comparison of these providers, called one, two and so on."""
    names = ("one", "two", "three", "four", "five", "six")
    return compare([entry(one, name, on) for one, name in zip(facts, names, strict=False)], CATALOGUE, on)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Two to six providers; some are the same but for the name, some look at a day when much has expired."""
    facts = draw(st.lists(agreeing_providers() | st.just(perfect()), min_size=2, max_size=6))
    on = TODAY + timedelta(days=draw(st.sampled_from((0, 200, 400))))
    return [entry(one, f"p{number}", on) for number, one in enumerate(facts)]
