"""What a referee types, read as a number or a band."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.errors import InvalidInputError
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.evidence.wording import number
from directory.references.questions import QUESTIONS, Told, band_of, bands, kept, read_value, told_of

REQUESTS, UPTIME, DEPLOY, RESPONSE = Metric


@st.composite
def stated(draw: st.DrawFn) -> tuple[Metric, Decimal]:
    metric = draw(st.sampled_from(Metric))
    definition = DEFINITIONS[metric]
    steps = draw(st.integers(0, int(definition.highest / definition.step)))
    return metric, steps * definition.step


@given(stated())
def test_every_value_is_read_as_it_is_written_and_lies_in_one_band(case: tuple[Metric, Decimal]) -> None:
    metric, value = case
    assert read_value(metric, number(value)) == value
    assert read_value(metric, f" {value:f} ") == value
    assert [one.holds(value) for one in bands(metric)].count(True) == 1
    assert DEFINITIONS[metric].band(value) in [(one.low, one.high) for one in bands(metric)]


@pytest.mark.parametrize(
    ("metric", "typed", "value"),
    [
        (REQUESTS, "48 000", "48000"),
        (REQUESTS, "48.000", "48000"),
        (REQUESTS, "1’200’000", "1200000"),
        (UPTIME, "99,95", "99.95"),
        (UPTIME, "99.9573 %", "99.9573"),
        (UPTIME, "100", "100"),
        (DEPLOY, "12,5", "12.5"),
        (DEPLOY, "1,440", "1440"),
        (DEPLOY, "1,440.5", "1440.5"),
        (DEPLOY, "1.440,5", "1440.5"),
        (RESPONSE, "0", "0"),
    ],
)
def test_numbers_are_read_as_people_write_them(metric: Metric, typed: str, value: str) -> None:
    assert read_value(metric, typed) == Decimal(value)


@pytest.mark.parametrize(
    ("metric", "typed", "words"),
    [
        (REQUESTS, "many", "as a number"),
        (REQUESTS, "-5", "as a number"),
        (REQUESTS, "12.5", "whole number"),
        (REQUESTS, "1e9", "as a number"),
        (REQUESTS, "9" * 31, "as a number"),
        (REQUESTS, "٤٨", "as a number"),
        (UPTIME, "100.01", "more than 100"),
        (UPTIME, "99.99999", "4 decimals"),
        (UPTIME, "99,9,9", "as a number"),
        (DEPLOY, "12.55", "1 decimal at most"),
        (DEPLOY, "NaN", "as a number"),
    ],
)
def test_what_is_no_value_is_refused_with_what_to_do(metric: Metric, typed: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        read_value(metric, typed)


@given(stated(), st.sampled_from([None, *Coverage]))
def test_what_was_said_comes_back_from_what_is_kept(case: tuple[Metric, Decimal], coverage: Coverage | None) -> None:
    metric, value = case
    holding = next(one for one in bands(metric) if one.holds(value))
    for told in (Told(value, value, is_band=False, coverage=coverage), Told(holding.low, holding.high, True, coverage)):
        assert told_of({metric.value: kept(told)}, metric) == told
    assert told_of({}, metric) is None


def test_what_was_said_is_written_with_its_unit_and_coverage() -> None:
    assert Told(Decimal(48_000), Decimal(48_000), is_band=False).in_words(REQUESTS) == "48,000/day"
    band = band_of(RESPONSE, "from-15")
    assert band is not None
    told = Told(band.low, band.high, is_band=True, coverage=Coverage.ROUND_THE_CLOCK)
    assert told.in_words(RESPONSE) == "15 to below 30 min, 24×7"
    assert band_of(RESPONSE, "from-16") is None


def test_every_metric_is_asked_for_in_words_without_a_number_of_minutes_or_requests() -> None:
    assert set(QUESTIONS) == set(Metric)
    texts = " ".join(f"{one.text} {one.hint}" for one in QUESTIONS.values())
    assert {word for word in texts.split() if word.isdigit()} <= {"30", "90"}, "the windows, and no example"
