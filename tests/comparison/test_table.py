"""What the table shows, and which of its rows differ."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.comparison.cells import AnswerCell, Cell, FigureCell, RuleCell, words
from directory.comparison.filling import Entry, compare, section_ids
from directory.comparison.table import Row, Table, cells_of, only_differences, without
from directory.evidence.levels import Source
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.readiness.models import Status
from directory.rules.facts import ProviderFacts
from tests.comparison.tables import CATALOGUE, entries, entry, table
from tests.rules.cases import TODAY, figure, met, perfect, support, system, with_figure


def row_of(found: Table, row_id: str) -> Row:
    return next(row for section in found.sections for row in section.rows if row.id == row_id)


def cells(found: Table, row_id: str) -> tuple[Cell | None, ...]:
    return cells_of(row_of(found, row_id), found.columns)


def with_volume(value: str, *sources: Source, **more: object) -> ProviderFacts:
    changed = replace(figure(Metric.REQUESTS_PER_DAY, value, *sources), **more)  # type: ignore[arg-type]
    return with_figure(perfect(), changed)


@settings(max_examples=30)
@given(entries(), st.randoms(use_true_random=False))
def test_another_order_of_providers_only_moves_columns(some: list[Entry], chance: object) -> None:
    other = list(some)
    chance.shuffle(other)  # type: ignore[attr-defined]  # random.Random
    one, two = (compare(which, CATALOGUE, some[0].verdicts.on) for which in (some, other))
    assert one.sections == two.sections
    assert sorted(one.columns, key=lambda column: column.slug) == sorted(two.columns, key=lambda column: column.slug)


@settings(max_examples=30)
@given(entries())
def test_differences_only_leaves_out_exactly_what_does_not_differ(some: list[Entry]) -> None:
    whole = compare(some, CATALOGUE, some[0].verdicts.on)
    less = only_differences(whole)
    kept = [row for section in less.sections for row in section.rows]
    assert kept == [row for section in whole.sections for row in section.rows if row.differs]
    assert less.columns == whole.columns
    assert all(section.rows for section in less.sections)


def told(cell: Cell | None) -> object:
    """What product and look say must be another for a row to differ, read anew from the cell."""
    if isinstance(cell, FigureCell):
        return DEFINITIONS[cell.metric].band(cell.value), cell.coverage
    if isinstance(cell, AnswerCell):
        return cell.status
    if isinstance(cell, RuleCell):
        return cell.outcome
    return words(cell) if cell is None or not hasattr(cell, "level") else "held"


@settings(max_examples=30)
@given(entries())
def test_a_row_differs_when_and_only_when_a_cell_stands_apart(some: list[Entry]) -> None:
    whole = compare(some, CATALOGUE, some[0].verdicts.on)
    for section in whole.sections:
        for row in section.rows:
            found = cells_of(row, whole.columns)
            is_conflicting = any(isinstance(cell, FigureCell) and cell.conflicting for cell in found)
            assert row.differs == (len({repr(told(cell)) for cell in found}) > 1 or is_conflicting), row.id


@settings(max_examples=30)
@given(entries())
def test_every_provider_has_a_place_in_every_row(some: list[Entry]) -> None:
    whole = compare(some, CATALOGUE, some[0].verdicts.on)
    assert whole.slugs == tuple(one.slug for one in some)
    ids = [row.id for section in whole.sections for row in section.rows]
    assert len(ids) == len(set(ids))
    assert {one for column in whole.columns for one in column.cells} <= set(ids)
    assert {section.id for section in whole.sections} <= set(section_ids(CATALOGUE))


def test_figures_in_one_band_do_not_differ_and_beside_an_edge_they_do() -> None:
    assert not row_of(table(with_volume("10000"), with_volume("99999")), "metric:requests_per_day").differs
    assert row_of(table(with_volume("9999"), with_volume("10000")), "metric:requests_per_day").differs


def test_hours_are_part_of_a_response() -> None:
    day = figure(Metric.RESPONSE_MINUTES, "15", coverage=Coverage.BUSINESS_HOURS)
    assert row_of(table(perfect(), with_figure(perfect(), day)), "metric:response_minutes").differs


def test_a_conflict_differs_and_shows_both_values() -> None:
    band = support(1, Source.REFERENCE, low=Decimal(1_000), high=Decimal(10_000), is_band=True)
    found = table(with_volume("9000"), with_volume("31000", supports=(band,)))
    conflicting = cells(found, "metric:requests_per_day")[1]
    assert isinstance(conflicting, FigureCell)
    assert (conflicting.text, conflicting.conflict) == (
        "9,999/day",
        "stated 31,000/day; a customer said 1,000–9,999/day",
    )
    assert row_of(found, "metric:requests_per_day").differs  # though both lie in one band


def test_unknown_is_neither_no_nor_the_same_as_anything_known() -> None:
    found = table(perfect(answers=(met("retries", status=Status.UNMET),)), perfect(answers=()))
    no, unknown = cells(found, "criterion:retries")
    assert (words(no), words(unknown)) == ("not met, stated", "not stated")
    assert row_of(found, "criterion:retries").differs
    assert not row_of(found, "criterion:caching").differs


def test_what_has_expired_is_not_there() -> None:
    later = TODAY + timedelta(days=500)
    found = table(perfect(), perfect(), on=later)
    assert cells(found, "metric:uptime_percent") == (None, None)


def test_the_headline_is_shown_until_another_system_is_chosen() -> None:
    small = system(2, figure(Metric.REQUESTS_PER_DAY, "120"))
    facts = perfect(systems=(*perfect().systems, small))
    headline = entry(facts, "one")
    chosen = replace(headline, system_id=2)
    nonsense = replace(headline, system_id=99)
    shown = [compare([one, entry(perfect(), "two")], CATALOGUE, TODAY) for one in (headline, chosen, nonsense)]
    volumes = [cells(one, "metric:requests_per_day")[0] for one in shown]
    assert [words(one) for one in volumes] == ["48,200/day, confirmed", "120/day, stated", "48,200/day, confirmed"]
    assert [one.sections[0].title for one in shown] == [
        "Figures of the headline system",
        "Figures of the systems chosen",
        "Figures of the headline system",
    ]
    assert [one.id for one in shown[0].columns[0].systems] == [1, 2]


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ({"window_days": 30}, {"window_days": 30}, ""),
        ({"window_days": 30}, {"window_days": 90}, "windows differ: 30 days, 90 days"),
        ({"window_days": 30}, {"window_days": None}, "windows differ: 30 days, not stated"),
        ({"method": "Log"}, {"method": "log "}, ""),
        ({"method": "log"}, {"method": "guess"}, "methods differ"),
        ({"method": "log"}, {"method": ""}, "methods not all stated"),
        (
            {"window_days": 7, "method": "log"},
            {"window_days": 30, "method": "guess"},
            "windows differ: 7 days, 30 days; methods differ",
        ),
    ],
)
def test_a_row_warns_where_windows_or_methods_differ(
    one: dict[str, object], two: dict[str, object], expected: str
) -> None:
    found = table(with_volume("12000", **one), with_volume("12000", **two))
    assert row_of(found, "metric:requests_per_day").warning == expected


def test_sections_can_be_left_out() -> None:
    whole = table(perfect(), perfect())
    less = without(whole, {"enterprise", "figures"})
    assert {section.id for section in whole.sections} - {section.id for section in less.sections} == {
        "enterprise",
        "figures",
    }


def test_a_rule_says_what_decided_it_without_the_name_of_the_system() -> None:
    cell = cells(table(perfect(), perfect()), "rule:P2")[0]
    assert isinstance(cell, RuleCell)
    assert cell.because == ("48,200/day, confirmed",)
