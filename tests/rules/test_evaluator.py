"""The two filters as published: each rule spoiled on its own, then what always holds."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert, to_builtins

from directory.catalogue.schema import Rules
from directory.catalogue.services import shipped
from directory.core.dates import add_months
from directory.evidence.levels import Source
from directory.evidence.metrics import Coverage, Metric
from directory.readiness.models import Status
from directory.rules.case import Outcome
from directory.rules.evaluator import TierName, Verdicts, evaluate
from directory.rules.facts import ProviderFacts, changes_on
from tests.rules.cases import (
    CRITERIA,
    RECENT,
    TODAY,
    agreeing_providers,
    at_scale_figures,
    figure,
    met,
    perfect,
    reference,
    system,
    with_figure,
)

RULES = shipped().rules
VOLUME, UPTIME, DEPLOY, RESPONSE = Metric


def outcomes(verdicts: Verdicts) -> dict[str, str]:
    return {result.id: result.outcome.value for result in (*verdicts.production, *verdicts.enterprise)}


def judged(facts: ProviderFacts, on: date = TODAY) -> Verdicts:
    return evaluate(facts, RULES, on)


def test_a_provider_that_meets_everything_is_at_scale_and_enterprise() -> None:
    verdicts = judged(perfect())
    assert verdicts.tier is TierName.AT_SCALE
    assert verdicts.enterprise_outcome is Outcome.PASS
    assert set(outcomes(verdicts).values()) == {"pass"}
    assert list(outcomes(verdicts)) == [
        "P1",
        "P2",
        "P3",
        "P4",
        "P5",
        "S1",
        "S2",
        "S3",
        "S4",
        "S5",
        *[f"E{n}" for n in range(1, 6)],
    ]


P, S, NONE = TierName.IN_PRODUCTION, TierName.AT_SCALE, None
REF, DOC = Source.REFERENCE, Source.DOCUMENT
BUSINESS, CLOCK = Coverage.BUSINESS_HOURS, Coverage.ROUND_THE_CLOCK

FIGURES = [
    (figure(VOLUME, "999", REF), "P2", "fail", NONE),
    (figure(VOLUME, "1000", REF), "S2", "fail", P),
    (figure(VOLUME, "48200", DOC), "P2", "unknown", NONE),
    (figure(UPTIME, "98.9999", REF), "P3", "fail", NONE),
    (figure(UPTIME, "99.8999", REF), "S3", "fail", P),
    (figure(UPTIME, "99.96", DOC), "P3", "unknown", NONE),
    (figure(RESPONSE, "61", DOC, coverage=CLOCK), "S4", "fail", P),
    (figure(RESPONSE, "61", DOC, coverage=CLOCK), "E5", "fail", P),
    (figure(RESPONSE, "15", DOC, coverage=BUSINESS), "S4", "fail", P),
    (figure(RESPONSE, "15", coverage=CLOCK), "S4", "unknown", P),
    (figure(DEPLOY, "60.1", DOC), "S5", "fail", P),
    (figure(DEPLOY, "12"), "S5", "unknown", P),
    (replace(figure(DEPLOY, "12"), as_of_on=add_months(TODAY, -6)), "P4", "unknown", NONE),
]


@pytest.mark.parametrize(("spoiled", "rule", "outcome", "tier"), FIGURES)
def test_one_figure_decides(spoiled: object, rule: str, outcome: str, tier: TierName | None) -> None:
    verdicts = judged(with_figure(perfect(), spoiled))  # type: ignore[arg-type]
    assert outcomes(verdicts)[rule] == outcome
    assert verdicts.tier is tier


ONE_CUSTOMER = (reference(1, "one.example"), reference(2, "one.example"))
OWN_DOMAIN = (reference(1, "one.example"), reference(2, "perfect.example"))
SMALL = tuple(reference(n, f"{n}.example", employees=999) for n in (1, 2))
LARGE = (reference(1, "one.example", employees=1000),)
MAYBE_REGULATED = (reference(1, "one.example", employees=5, is_regulated=None),)
NOT_YET = (reference(1, "one.example", verified_on=TODAY + timedelta(days=1)),)
SILENT = tuple(reference(n, f"{n}.example", employees=None) for n in (1, 2))
REGULATED = tuple(reference(n, f"{n}.example", employees=5, is_regulated=True) for n in (1, 2))
OLD = tuple(reference(n, f"{n}.example", answered_on=add_months(TODAY, -12)) for n in (1, 2))
REFERENCES = [
    ((), {"P1": "unknown", "S1": "unknown", "E1": "unknown"}),
    (OLD, {"P1": "unknown", "S1": "unknown", "E1": "unknown"}),
    (ONE_CUSTOMER, {"P1": "pass", "S1": "unknown"}),
    (OWN_DOMAIN, {"S1": "unknown"}),
    (SMALL, {"E1": "fail", "S1": "pass"}),
    (LARGE, {"E1": "pass"}),
    (SILENT, {"E1": "unknown"}),
    (MAYBE_REGULATED, {"E1": "unknown"}),
    (NOT_YET, {"P1": "unknown", "E1": "unknown"}),
    (REGULATED, {"E1": "pass"}),
]


@pytest.mark.parametrize(("references", "expected"), REFERENCES)
def test_references_decide(references: tuple[object, ...], expected: dict[str, str]) -> None:
    found = outcomes(judged(perfect(references=references)))
    assert {rule: found[rule] for rule in expected} == expected


@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize(
    ("status", "sources", "outcome"),
    [
        (Status.MET, (), "unknown"),
        (Status.PARTLY, (DOC,), "fail"),
        (Status.UNMET, (), "fail"),
        (Status.NOT_APPLICABLE, (DOC,), "fail"),
        (None, (), "unknown"),
    ],
)
def test_each_criterion_of_enterprise_decides(
    criterion: str, status: Status | None, sources: tuple[Source, ...], outcome: str
) -> None:
    answers = [met(one, DOC) for one in CRITERIA if one != criterion]
    if status is not None:
        answers.append(met(criterion, *sources, status=status))
    rule = "E3" if criterion in ("dpa", "eu-models", "gdpr") else "E4"
    assert outcomes(judged(perfect(answers=tuple(answers))))[rule] == outcome


def test_a_certification_that_is_only_stated_is_unknown_and_so_is_another_one() -> None:
    certified = perfect().certifications[0]
    assert outcomes(judged(perfect(certifications=(replace(certified, supports=()),))))["E2"] == "unknown"
    assert outcomes(judged(perfect(certifications=(replace(certified, name="iso9001"),))))["E2"] == "unknown"
    ended = replace(certified, valid_until=TODAY - timedelta(days=1))
    assert outcomes(judged(perfect(certifications=(ended,))))["E2"] == "unknown"


@pytest.mark.parametrize(("back", "outcome"), [(89, "fail"), (90, "pass"), (-1, "unknown")])
def test_a_system_must_have_been_live_for_ninety_days(back: int, outcome: str) -> None:
    young = system(1, *at_scale_figures(), live_since=TODAY - timedelta(days=back))
    assert outcomes(judged(perfect(systems=(young,))))["P1"] == outcome


def test_a_retired_system_proves_nothing() -> None:
    retired = system(1, *at_scale_figures(), retired_on=TODAY)
    verdicts = judged(perfect(systems=(retired,)))
    assert verdicts.tier is None
    assert verdicts.system is None
    assert {outcomes(verdicts)[rule] for rule in ("P1", "P2", "P3", "P4", "S2", "E5")} == {"unknown"}


def test_an_upheld_misrepresentation_costs_the_tier_for_twelve_months() -> None:
    facts = perfect(upheld_on=(RECENT,))
    assert judged(facts).tier is None
    assert outcomes(judged(facts))["P5"] == "fail"
    assert outcomes(judged(facts, add_months(RECENT, 12)))["P5"] == "pass"


def test_two_half_good_systems_do_not_add_up() -> None:
    figures = {one.metric: one for one in at_scale_figures()}
    busy = system(1, figures[VOLUME], figures[DEPLOY], figures[RESPONSE], figure(UPTIME, "98", REF))
    steady = system(2, figures[UPTIME], figures[DEPLOY], figures[RESPONSE], figure(VOLUME, "10", REF))
    both = (reference(1, "one.example"), reference(2, "two.example", system_id=2))
    verdicts = judged(perfect(systems=(busy, steady), references=both))
    assert verdicts.tier is None


def test_the_system_that_carries_the_tier_is_reported_even_if_another_passes_more_rules() -> None:
    modest = [
        figure(VOLUME, "1000", REF),
        figure(UPTIME, "99", REF),
        figure(DEPLOY, "500"),
        figure(RESPONSE, "500", coverage=BUSINESS),
    ]
    strong = [one for one in at_scale_figures() if one.metric is not UPTIME]
    systems = (system(1, *modest), system(2, *strong))
    both = (reference(1, "one.example"), reference(2, "two.example", system_id=2))
    verdicts = judged(perfect(systems=systems, references=both))
    assert verdicts.tier is TierName.IN_PRODUCTION
    assert verdicts.system is not None
    assert verdicts.system.facts.id == 1
    assert verdicts.systems[0].facts.id == 2


def test_a_rule_file_with_other_thresholds_gives_other_tiers() -> None:
    content = to_builtins(RULES)
    content["production"]["tiers"][0]["rules"][1]["condition"]["at_least"] = 50_000
    stricter = convert(content, Rules, strict=False)
    assert evaluate(perfect(), stricter, TODAY).tier is None


@given(agreeing_providers())
def test_unknown_never_passes_and_every_pass_names_its_evidence(facts: ProviderFacts) -> None:
    verdicts = judged(facts)
    for result in (*verdicts.production, *verdicts.enterprise):
        assert result.because
        assert all(result.because)
    if not facts.references:
        assert verdicts.tier is None
        assert verdicts.enterprise_outcome is not Outcome.PASS


def rank(facts: ProviderFacts) -> tuple[int, bool]:
    verdicts = judged(facts)
    return (verdicts.tier.rank if verdicts.tier else 0, verdicts.enterprise_outcome is Outcome.PASS)


@given(agreeing_providers() | st.just(perfect()), st.data())
def test_less_evidence_never_gains_anything(facts: ProviderFacts, data: st.DataObject) -> None:
    before = rank(facts)
    for poorer in _poorer(facts, data):
        after = rank(poorer)
        assert after[0] <= before[0]
        assert after[1] <= before[1]


def _poorer(facts: ProviderFacts, data: st.DataObject) -> list[ProviderFacts]:
    """Return the provider without one reference, one answer, one certification, one system, one support."""
    found = []
    for name in ("references", "answers", "certifications", "systems"):
        items = getattr(facts, name)
        if items:
            gone = data.draw(st.sampled_from(items))
            fewer: dict[str, Any] = {name: tuple(one for one in items if one is not gone)}
            found.append(replace(facts, **fewer))
    for one in facts.systems:
        for metric, stated in one.figures.items():
            if stated.supports:
                bare = {**one.figures, metric: replace(stated, supports=stated.supports[1:])}
                others = tuple(replace(other, figures=bare) if other is one else other for other in facts.systems)
                found.append(replace(facts, systems=others))
    return found


@given(agreeing_providers() | st.just(perfect()), st.integers(0, 500))
def test_nothing_changes_before_the_day_it_is_said_to(facts: ProviderFacts, offset: int) -> None:
    on = TODAY + timedelta(days=offset)
    until = changes_on(facts, RULES, on)
    assert until is None or until > on
    last = on + timedelta(days=200) if until is None else until - timedelta(days=1)
    assert outcomes(judged(facts, on)) == outcomes(judged(facts, last))
    assert rank_at(facts, on) == rank_at(facts, last)


def rank_at(facts: ProviderFacts, on: date) -> list[tuple[int, int, int, int]]:
    return [one.rank for one in judged(facts, on).systems]
