"""Levels, agreement, value used, conflict and expiry: the examples of the methodology, then what always holds."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from directory.catalogue.services import shipped
from directory.evidence.facts import AnswerFacts, CertificationFacts, FigureFacts, Support
from directory.evidence.levels import Level, Source
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.evidence.weighing import (
    STATUS_ORDER,
    agrees,
    boundaries,
    in_force,
    nearest,
    weigh_answer,
    weigh_certification,
    weigh_figure,
)
from directory.readiness.models import Status
from tests.evidence.strategies import TODAY, days, figures, supports

POLICY = shipped().rules.evidence
LONG_AGO = TODAY - timedelta(days=400)


def stated(value: str, metric: Metric = Metric.REQUESTS_PER_DAY, **more: object) -> FigureFacts:
    return replace(FigureFacts(id=1, metric=metric, value=Decimal(value), as_of_on=TODAY), **more)  # type: ignore[arg-type]


def says(source: Source, low: str, high: str | None = "same", **more: object) -> Support:
    upper = Decimal(low) if high == "same" else None if high is None else Decimal(high)
    support = Support(
        id=1, source=source, dated_on=TODAY, from_on=TODAY, low=Decimal(low), high=upper, is_band=high != "same"
    )
    return replace(support, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "used", "conflicting", "level"),
    [("48200", "48200", False, 2), ("10100", "9999", False, 2), ("31000", "9999", True, 2)],
)
def test_the_value_used_is_the_nearest_the_customer_allows(
    value: str, used: str, conflicting: bool, level: int
) -> None:
    low, high = ("10000", "100000") if value == "48200" else ("1000", "10000")
    weighed = weigh_figure(stated(value, supports=(says(Source.REFERENCE, low, high),)), POLICY, TODAY)
    assert weighed is not None
    assert (weighed.value, weighed.is_conflicting, weighed.level) == (Decimal(used), conflicting, level)
    assert weighed.stated == Decimal(value)


def test_evidence_better_than_the_statement_conflicts_and_leaves_the_stated_value_at_level_0() -> None:
    weighed = weigh_figure(stated("1000", supports=(says(Source.REFERENCE, "10000", None),)), POLICY, TODAY)
    assert weighed is not None
    assert (weighed.value, weighed.level, weighed.is_conflicting) == (Decimal(1000), Level.STATED, True)


@pytest.mark.parametrize(
    ("metric", "value", "evident", "agree"),
    [
        (Metric.REQUESTS_PER_DAY, "1250", "1000", True),
        (Metric.REQUESTS_PER_DAY, "1251", "1000", False),
        (Metric.UPTIME_PERCENT, "99.95", "99.9", True),
        (Metric.UPTIME_PERCENT, "99.9501", "99.9", False),
        (Metric.DEPLOY_MINUTES, "5", "10", True),
        (Metric.DEPLOY_MINUTES, "4.9", "10", False),
        (Metric.DEPLOY_MINUTES, "75", "100", True),
        (Metric.DEPLOY_MINUTES, "74.9", "100", False),
    ],
)
def test_agreement_ends_where_the_tolerance_does(metric: Metric, value: str, evident: str, agree: bool) -> None:
    assert agrees(says(Source.DOCUMENT, evident), stated(value, metric), POLICY) is agree


@pytest.mark.parametrize(
    ("sources", "level"),
    [
        ((), Level.STATED),
        ((Source.DOCUMENT,), Level.DOCUMENTED),
        ((Source.REFERENCE,), Level.CONFIRMED),
        ((Source.OBSERVATION,), Level.OBSERVED),
        ((Source.DOCUMENT, Source.OBSERVATION), Level.OBSERVED),
        ((Source.REFERENCE, Source.REFERENCE), Level.CONFIRMED),
        ((Source.REFERENCE, Source.DOCUMENT), Level.CORROBORATED),
        ((Source.REFERENCE, Source.OBSERVATION), Level.CORROBORATED),
    ],
)
def test_levels_by_what_agrees(sources: tuple[Source, ...], level: Level) -> None:
    evidence = tuple(says(source, "99.9", id=number) for number, source in enumerate(sources))
    weighed = weigh_figure(stated("99.9", Metric.UPTIME_PERCENT, supports=evidence), POLICY, TODAY)
    assert weighed is not None
    assert weighed.level is level


@pytest.mark.parametrize(
    ("source", "until_on", "last"),
    [
        (Source.DOCUMENT, None, date(2027, 11, 22)),
        (Source.DOCUMENT, date(2027, 1, 31), date(2027, 1, 31)),
        (Source.DOCUMENT, date(2030, 1, 1), date(2027, 11, 22)),
        (Source.REFERENCE, None, date(2027, 11, 22)),
        (Source.OBSERVATION, None, date(2026, 11, 30)),
    ],
)
def test_evidence_lasts_to_its_last_day_and_no_longer(source: Source, until_on: date | None, last: date) -> None:
    facts = stated("500", as_of_on=LONG_AGO, supports=(says(source, "500", until_on=until_on),))
    on_its_last_day = weigh_figure(facts, POLICY, last)
    assert on_its_last_day is not None
    assert on_its_last_day.level is source.level
    assert weigh_figure(facts, POLICY, last + timedelta(days=1)) is None


def test_a_statement_lasts_six_months() -> None:
    assert weigh_figure(stated("1"), POLICY, date(2027, 5, 22)) is not None
    assert weigh_figure(stated("1"), POLICY, date(2027, 5, 23)) is None


def test_evidence_counts_from_the_day_it_was_checked_and_an_observation_only_when_it_is_long_enough() -> None:
    tomorrow = says(Source.REFERENCE, "900", from_on=TODAY + timedelta(days=1))
    too_short = says(Source.OBSERVATION, "900", is_sufficient=False)
    for support in (tomorrow, too_short):
        weighed = weigh_figure(stated("1000", supports=(support,)), POLICY, TODAY)
        assert weighed is not None
        assert (weighed.value, weighed.level, weighed.supports) == (Decimal(1000), Level.STATED, ())
    later = weigh_figure(stated("1000", supports=(tomorrow,)), POLICY, TODAY + timedelta(days=1))
    assert later is not None
    assert (later.value, later.level) == (Decimal(900), Level.CONFIRMED)


def test_whoever_contradicts_round_the_clock_decides_before_whoever_says_more_minutes() -> None:
    slower = says(Source.REFERENCE, "12", coverage=Coverage.ROUND_THE_CLOCK)
    by_day = says(Source.DOCUMENT, "10", coverage=Coverage.BUSINESS_HOURS, id=2)
    facts = stated("10", Metric.RESPONSE_MINUTES, coverage=Coverage.ROUND_THE_CLOCK, supports=(slower, by_day))
    weighed = weigh_figure(facts, POLICY, TODAY)
    assert weighed is not None
    assert (weighed.value, weighed.coverage, weighed.is_conflicting) == (Decimal(12), Coverage.BUSINESS_HOURS, True)
    assert (weighed.decided_by, weighed.level) == (by_day, Level.DOCUMENTED)


def test_of_two_that_give_the_value_used_the_stronger_gives_the_level() -> None:
    weak, strong = says(Source.DOCUMENT, "100", id=1), says(Source.REFERENCE, "100", id=2)
    by_day = {"coverage": Coverage.BUSINESS_HOURS}
    volume = stated("1000", supports=(weak, strong))
    promise = stated(
        "100",
        Metric.RESPONSE_MINUTES,
        coverage=Coverage.ROUND_THE_CLOCK,
        supports=(replace(weak, **by_day), replace(strong, **by_day)),  # type: ignore[arg-type]  # only the coverage
    )
    for facts in (volume, promise):
        weighed = weigh_figure(facts, POLICY, TODAY)
        assert weighed is not None
        assert (weighed.is_conflicting, weighed.level, weighed.decided_by and weighed.decided_by.id) == (True, 2, 2)


def test_not_applicable_counts_for_less_than_partly() -> None:
    said = Support(id=1, source=Source.REFERENCE, dated_on=TODAY, from_on=TODAY, status=Status.NOT_APPLICABLE)
    weighed = weigh_answer(AnswerFacts("gdpr", Status.PARTLY, TODAY, supports=(said,)), POLICY, TODAY)
    assert weighed is not None
    assert (weighed.status, weighed.level) == (Status.NOT_APPLICABLE, Level.CONFIRMED)


def test_business_hours_said_by_the_customer_are_what_is_used() -> None:
    customer = says(Source.REFERENCE, "15", coverage=Coverage.BUSINESS_HOURS)
    facts = stated("15", Metric.RESPONSE_MINUTES, coverage=Coverage.ROUND_THE_CLOCK, supports=(customer,))
    weighed = weigh_figure(facts, POLICY, TODAY)
    assert weighed is not None
    assert (weighed.coverage, weighed.is_conflicting, weighed.level) == (Coverage.BUSINESS_HOURS, True, 2)


@given(figures(), days)
def test_the_value_used_is_never_better_than_stated(facts: FigureFacts, on: date) -> None:
    weighed = weigh_figure(facts, POLICY, on)
    assume(weighed is not None)
    assert weighed is not None
    assert not DEFINITIONS[facts.metric].is_worse(weighed.stated, weighed.value)
    assert not (weighed.is_conflicting and weighed.level is Level.CORROBORATED)


@given(st.data(), figures(), days)
def test_more_agreeing_evidence_never_lowers_a_level(data: st.DataObject, facts: FigureFacts, on: date) -> None:
    before = weigh_figure(facts, POLICY, on)
    more = replace(data.draw(supports(facts.metric)), id=10**7, coverage=facts.coverage)
    if not agrees(more, facts, POLICY):
        more = replace(more, low=facts.value, high=facts.value, is_band=False)
    after = weigh_figure(replace(facts, supports=(*facts.supports, more)), POLICY, on)
    if before is not None:
        assert after is not None
        assert after.level >= before.level
        assert after.ends_on >= before.ends_on


@given(figures(), days)
def test_what_has_expired_is_as_if_it_were_not_there(facts: FigureFacts, on: date) -> None:
    remaining = replace(facts, supports=in_force(facts.supports, POLICY, on))
    whole, rest = weigh_figure(facts, POLICY, on), weigh_figure(remaining, POLICY, on)
    assert (whole is None) == (rest is None)
    if whole is not None and rest is not None:
        assert (whole.value, whole.level, whole.is_conflicting, whole.ends_on) == (
            rest.value,
            rest.level,
            rest.is_conflicting,
            rest.ends_on,
        )


@given(figures(), days)
def test_nothing_changes_between_boundaries(facts: FigureFacts, on: date) -> None:
    assume(on + timedelta(days=1) not in set(boundaries(facts, POLICY)))
    today, tomorrow = (weigh_figure(facts, POLICY, day) for day in (on, on + timedelta(days=1)))
    assert today == tomorrow


@given(figures(), days)
def test_a_figure_ends_on_the_day_it_says(facts: FigureFacts, on: date) -> None:
    weighed = weigh_figure(facts, POLICY, on)
    assume(weighed is not None and all(support.from_on <= on for support in facts.supports))
    assert weighed is not None
    assert weigh_figure(facts, POLICY, weighed.ends_on - timedelta(days=1)) is not None
    assert weigh_figure(facts, POLICY, weighed.ends_on) is None


@given(st.data(), st.sampled_from(Metric))
def test_the_nearest_value_lies_inside_the_evidence(data: st.DataObject, metric: Metric) -> None:
    support, figure = data.draw(supports(metric)), data.draw(figures())
    evident = nearest(support, figure.value, DEFINITIONS[metric])
    assert support.low is not None
    assert evident >= support.low
    if support.high is not None:
        assert evident < support.high or (not support.is_band and evident == support.high)


statuses = st.sampled_from(Status)


@given(statuses, st.lists(st.tuples(st.sampled_from(Source), statuses), max_size=3))
def test_an_answer_is_never_better_than_what_speaks_for_it(own: Status, said: list[tuple[Source, Status]]) -> None:
    evidence = tuple(
        Support(id=number, source=source, dated_on=TODAY, from_on=TODAY, status=status)
        for number, (source, status) in enumerate(said)
    )
    weighed = weigh_answer(AnswerFacts("sso", own, TODAY, supports=evidence), POLICY, TODAY)
    assert weighed is not None
    assert STATUS_ORDER.index(weighed.status) == min(STATUS_ORDER.index(one) for one in (own, *(s for _, s in said)))
    assert weighed.is_conflicting == any(status != own for _, status in said)


def test_a_certification_reaches_level_1_at_most_and_ends_with_its_own_date() -> None:
    document = Support(id=1, source=Source.DOCUMENT, dated_on=TODAY, from_on=TODAY)
    reference = replace(document, id=2, source=Source.REFERENCE)
    facts = CertificationFacts(
        "iso27001", TODAY, valid_until=TODAY + timedelta(days=10), supports=(document, reference)
    )
    weighed = weigh_certification(facts, POLICY, TODAY)
    assert weighed is not None
    assert weighed.level is Level.DOCUMENTED
    assert weigh_certification(facts, POLICY, TODAY + timedelta(days=10)) is not None
    assert weigh_certification(facts, POLICY, TODAY + timedelta(days=11)) is None
