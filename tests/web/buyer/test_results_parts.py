"""The pure parts behind the page of results: the filter form, the plot, a card's words."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.catalogue.services import Catalogue, shipped
from directory.evidence.facts import FigureFacts, Support
from directory.evidence.levels import Level, Source
from directory.evidence.metrics import Metric
from directory.evidence.weighing import Weighed, weigh_figure
from directory.rules.evaluator import evaluate
from directory.rules.facts import ProviderFacts
from directory.search.plotting import Cell, Point, Spread
from directory.search.query import Query
from directory.search.results import FacetValue
from directory.web.buyer.cards import (
    card,
    enterprise_verdict,
    figure_cell,
    figure_cells,
    production_verdict,
)
from directory.web.buyer.forms import SHOWN, filters, group, typed
from directory.web.buyer.plot import HEIGHT, LEFT, SMALLEST, TOP, WIDTH, banded, plot, x_of, y_of

ON = date(2026, 11, 3)
RULES = shipped().rules


def values(count: int, *, selected: int | None = None) -> list[FacetValue]:
    return [FacetValue(str(n), f"Value {n}", 100 - n, n == selected) for n in range(count)]


def weighed(value: int, *supports: Support) -> Weighed:
    facts = FigureFacts(1, Metric.REQUESTS_PER_DAY, Decimal(value), date(2026, 10, 1), supports=supports)
    found = weigh_figure(facts, RULES.evidence, ON)
    assert found is not None
    return found


def customer(low: int, high: int) -> Support:
    on = date(2026, 10, 20)
    return Support(1, Source.REFERENCE, on, on, low=Decimal(low), high=Decimal(high), is_band=True)


# ---------------------------------------------------------------- what was typed


@pytest.mark.parametrize(
    ("given_pairs", "meant"),
    [
        ([("q", "  claims "), ("sort", "")], [("q", "claims")]),
        ([("utm_source", "x"), ("gclid", "1"), ("fbclid", "2"), ("utm", "3")], [("utm", "3")]),
        ([("min_requests_per_day", "5,000")], [("min_requests_per_day", "5000")]),
        ([("min_requests_per_day", "1 000 000")], [("min_requests_per_day", "1000000")]),
        ([("min_requests_per_day", "50,00")], [("min_requests_per_day", "50,00")]),
        ([("q", "5,000")], [("q", "5,000")]),
    ],
)
def test_parameters_are_taken_as_they_are_meant(
    given_pairs: list[tuple[str, str]], meant: list[tuple[str, str]]
) -> None:
    assert typed(given_pairs) == meant


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8))))
def test_taking_twice_changes_nothing(pairs: list[tuple[str, str]]) -> None:
    once = typed(pairs)
    assert typed(once) == once


# ---------------------------------------------------------------- groups of filters


def test_a_long_facet_folds_its_end_away() -> None:
    found = group("tool", "Tool", values(20), "", stands_open=False)
    assert (len(found.values), len(found.rest)) == (SHOWN, 20 - SHOWN)
    assert (found.is_open, found.is_rest_open) == (False, False)


def test_one_more_than_shown_is_not_worth_folding() -> None:
    assert group("tool", "Tool", values(SHOWN + 1), "", stands_open=False).rest == ()


def test_what_is_chosen_is_never_folded_away() -> None:
    found = group("tool", "Tool", values(20, selected=15), "", stands_open=False)
    assert (found.is_open, found.is_rest_open) == (True, True)


def test_an_error_opens_its_group() -> None:
    assert group("tool", "Tool", [], "no such value", stands_open=False).is_open


def test_tiers_and_levels_are_listed_even_when_nobody_is_there() -> None:
    form = filters(Query(), {}, RULES, {}, {})
    assert [(one.label, one.count) for one in form.production] == [("In production", 0), ("At scale", 0)]
    assert [one.level for one in form.levels] == list(Level)
    assert form.groups == ()


def test_a_wrong_number_is_shown_as_typed_and_a_right_one_as_read() -> None:
    query = Query(min_uptime=Decimal("99.90"))
    form = filters(query, {}, RULES, {"max_deploy_minutes": "a number"}, {"max_deploy_minutes": "soon"})
    assert {one.name: (one.value, one.error) for one in form.numbers if one.value} == {
        "min_uptime": ("99.90", ""),
        "max_deploy_minutes": ("soon", "a number"),
    }


# ---------------------------------------------------------------- the plot


@given(st.integers(1, 10**9), st.decimals(0, 100, places=4))
def test_every_dot_is_inside(volume: int, uptime: Decimal) -> None:
    assert LEFT <= x_of(volume) <= LEFT + WIDTH
    assert TOP <= y_of(uptime) <= TOP + HEIGHT


@given(st.tuples(st.integers(1, 10**9), st.integers(1, 10**9)), st.tuples(st.floats(0, 100), st.floats(0, 100)))
def test_more_is_never_further_left_nor_lower(volumes: tuple[int, int], uptimes: tuple[float, float]) -> None:
    assert x_of(min(volumes)) <= x_of(max(volumes))
    assert y_of(min(uptimes)) >= y_of(max(uptimes))


def points(*given: tuple[int, int, str, int]) -> Spread:
    found = tuple(Point(one, Decimal(volume), Decimal(uptime), tier) for one, volume, uptime, tier in given)
    return Spread(len(found), sum(one.tier > 0 for one in found), sum(one.tier > 1 for one in found), (), found)


def test_each_of_few_is_a_dot_with_its_name() -> None:
    spread = points((1, 12_000, "99.95", 2), (2, 2_000, "99.5", 1), (3, 5, "98", 0), (4, 9, "99", 0))
    picture = plot(spread, {1: "Best", 2: "Good", 3: "Other"}, RULES)
    assert picture is not None
    assert [(dot.name, dot.look) for dot in picture.dots] == [
        ("Other", ""),
        ("Good", "is-proven"),
        ("Best", "is-proven is-scaled"),
    ]
    assert (picture.edge_x, picture.edge_y) == (x_of(10_000), y_of(99.9))
    assert picture.summary.endswith("for 4 providers, 2 of them in production, 1 at scale")


def test_of_many_each_pair_of_bands_is_a_disc_and_a_cell_of_the_table() -> None:
    cells = (Cell(0, 0, 1, 0), Cell(2, 3, 100, 25), Cell(5, 5, 400, 400))
    picture = plot(Spread(501, 425, 7, cells, ()), {}, RULES)
    assert picture is not None
    assert [disc.title for disc in picture.discs] == [
        "0–99/day, below 99 %: 1 provider",
        "1,000–9,999/day, 99.9 to below 99.95 %: 100 providers, 25 in production",
        "1,000,000/day or more, 99.99 % or more: 400 providers, 400 in production",
    ]
    lowest, middle, best = picture.discs
    assert (middle.radius * 2, middle.core * 2) == pytest.approx((best.radius, middle.radius), abs=0.2)
    assert (lowest.radius, lowest.core, best.core) == (SMALLEST, 0, best.radius)
    assert lowest.x < picture.edge_x < best.x
    assert lowest.y > picture.edge_y > best.y
    assert picture.edge_x in [x for x, _ in picture.x_ticks]
    words, told = picture.rows[0]
    assert (words, told[5], told[0]) == ("1,000,000/day or more", "400 providers, 400 in production", "none")
    assert len(picture.columns) == len(told) == len(picture.rows) == 6


@given(st.sampled_from([Metric.REQUESTS_PER_DAY, Metric.UPTIME_PERCENT]), st.decimals(0, 100), st.decimals(0, 100))
def test_bands_keep_the_order(metric: Metric, one: Decimal, other: Decimal) -> None:
    assert 0 <= banded(metric, min(one, other)) <= banded(metric, max(one, other)) <= 1


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("Agents for claims", "Agents for claims."), ("Agents.", "Agents."), ("Why not?", "Why not?"), ("", "")],
)
def test_a_summary_ends_before_the_place_begins(typed: str, shown: str) -> None:
    row: Any = SimpleNamespace(slug="a", name="A", summary=typed, country="NO", claimed_at=None, is_demo=False)
    assert card(row, evaluate(ProviderFacts(1, "a", "a.example"), RULES, ON), None, RULES).summary == shown


def test_two_dots_make_no_picture() -> None:
    assert plot(points((1, 1_000, "99.5", 0), (2, 2_000, "99.95", 0)), {1: "a", 2: "b"}, RULES) is None


# ---------------------------------------------------------------- the words of a card


def test_a_figure_in_agreement_shows_value_level_and_age() -> None:
    cell = figure_cell(weighed(48_200, customer(10_000, 100_000)), RULES.evidence, ON)
    assert (cell.value, cell.unit, cell.level, cell.age, cell.conflict) == (
        "48,200",
        "/day",
        Level.CONFIRMED,
        "2 weeks ago",
        "",
    )


def test_a_conflict_names_what_was_stated() -> None:
    cell = figure_cell(weighed(31_000, customer(1_000, 10_000)), RULES.evidence, ON)
    assert (cell.value, cell.conflict) == ("9,999", "stated 31,000/day")


def test_a_conflict_in_which_the_stated_value_is_used_names_the_other() -> None:
    cell = figure_cell(weighed(2_100, customer(10_000, 100_000)), RULES.evidence, ON)
    assert (cell.value, cell.level, cell.conflict) == ("2,100", Level.STATED, "customer said 10,000–99,999/day")


def test_without_a_system_all_four_are_unknown() -> None:
    cells = figure_cells(None, RULES.evidence, ON)
    assert [(cell.metric, cell.value, cell.level) for cell in cells] == [(metric, None, None) for metric in Metric]


def test_a_verdict_says_how_much_is_missing(catalogue: Catalogue) -> None:
    verdicts = evaluate(ProviderFacts(1, "a", "a.example"), catalogue.rules, ON)
    production = production_verdict(verdicts, catalogue.rules)
    assert (production.word, production.is_met) == ("In production: 4 of 5 rules unknown", False)
    assert [title for title, _ in production.groups] == ["In production", "At scale"]
    upheld = replace(verdicts.facts, upheld_on=(date(2026, 10, 1),))
    assert production_verdict(evaluate(upheld, catalogue.rules, ON), catalogue.rules).word == (
        "In production: 1 of 5 rules fails, 4 unknown"
    )
    assert enterprise_verdict(verdicts, catalogue.rules).word == "Enterprise: 5 of 5 rules unknown"
