"""The guide keeps its promises: what it advises, done for real, has the effect that it named."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert, to_builtins

from directory.catalogue.schema import Rules
from directory.catalogue.services import Catalogue, shipped
from directory.core.db import Database
from directory.evidence.metrics import Coverage, Metric
from directory.publishing import guide as guide_module
from directory.publishing.advice import Words
from directory.publishing.gaps import ending, unanswered
from directory.publishing.guide import Advice, Guide, guide
from directory.publishing.pieces import Kind, with_pieces
from directory.rules.case import Outcome
from directory.rules.evaluator import TierName, Verdicts, evaluate
from directory.rules.facts import ProviderFacts
from directory.rules.queries import load_verdicts
from tests.factories import (
    ON,
    add_answer,
    add_certification,
    add_proven,
    add_provider,
    add_reference,
    days_ago,
)
from tests.rules.cases import TODAY, agreeing_providers, at_scale_figures, perfect, system

RULES = shipped().rules
IN_PRODUCTION, AT_SCALE = TierName.IN_PRODUCTION, TierName.AT_SCALE


def passed(verdicts: Verdicts) -> set[str]:
    return {one.id for one in (*verdicts.production, *verdicts.enterprise) if one.is_pass}


def advices(found: Guide) -> list[Advice]:
    return [*found.singles, *found.plans]


def bare(number: int = 1, **more: object) -> ProviderFacts:
    """A provider with good figures, which nobody has confirmed."""
    figures = [replace(one, supports=()) for one in at_scale_figures()]
    return perfect(references=(), answers=(), certifications=(), systems=(system(number, *figures),), **more)


def test_a_provider_with_everything_gets_no_advice() -> None:
    assert guide(perfect(), RULES, TODAY) == Guide((), (), ())
    assert guide(perfect(), RULES, TODAY).is_complete


def test_one_reference_puts_a_provider_in_production_and_the_guide_says_so(catalogue: Catalogue) -> None:
    facts = bare()
    first = guide(facts, RULES, TODAY).singles[0]
    words = Words(facts, catalogue)
    sentence = f"{words.piece(first.pieces[0])} {words.effect(first)}"
    assert sentence == "A verified reference on System 1 that confirms volume and uptime would put you In production"
    assert set(first.rules) >= {"P1", "P2", "P3"}


def test_another_organisation_is_asked_for_only_where_it_matters(catalogue: Catalogue) -> None:
    facts = perfect(references=perfect().references[:1])
    (advice,) = guide(facts, RULES, TODAY).singles
    assert advice.tier is AT_SCALE
    assert "by a customer from another organisation" in Words(facts, catalogue).piece(advice.pieces[0])
    figures = {metric: replace(one, supports=()) for metric, one in facts.systems[0].figures.items()}
    unconfirmed = replace(facts, systems=(replace(facts.systems[0], figures=figures),))
    first = guide(unconfirmed, RULES, TODAY).singles[0]
    assert first.tier is IN_PRODUCTION
    assert Words(facts, catalogue).piece(first.pieces[0]) == (
        "A verified reference on System 1 that confirms volume and uptime"
    )


def test_a_reference_is_asked_to_confirm_no_more_than_it_takes() -> None:
    facts = perfect(references=perfect().references[:1])
    volume = replace(facts.systems[0].figures[Metric.REQUESTS_PER_DAY], supports=())
    facts = replace(facts, systems=(*facts.systems, system(2, volume)))
    for advice in guide(facts, RULES, TODAY).singles:
        assert advice.tier is AT_SCALE
        assert advice.pieces[0].metrics == ()


def test_where_no_single_piece_reaches_a_tier_the_fewest_are_given_in_order(catalogue: Catalogue) -> None:
    facts = bare()
    said = dict(facts.systems[0].figures)
    del said[Metric.DEPLOY_MINUTES]
    facts = replace(facts, systems=(replace(facts.systems[0], figures=said),))
    found = guide(facts, RULES, TODAY)
    plan = next(one for one in found.plans if one.tier)
    assert [piece.kind for piece in plan.pieces] == [Kind.FIGURE, Kind.REFERENCE]
    assert Words(facts, catalogue).plan(plan) == "After these two, you’d be In production."
    assert Words(facts, catalogue).piece(plan.pieces[0]) == "Deployment of System 1, stated,"
    assert not any(one.tier for one in found.singles)


def test_a_provider_without_a_system_is_told_of_one(catalogue: Catalogue) -> None:
    facts = perfect(systems=(), references=())
    plan = next(one for one in guide(facts, RULES, TODAY).plans if one.tier)
    assert plan.pieces[0].kind is Kind.SYSTEM
    assert Words(facts, catalogue).piece(plan.pieces[0]) == "A system that has been live for 90 days or longer"
    assert plan.pieces[-1].kind is Kind.REFERENCE


def test_what_no_piece_can_change_is_said_instead(catalogue: Catalogue) -> None:
    found = guide(bare(upheld_on=(TODAY,)), RULES, TODAY)
    (block,) = found.blocks
    assert [one.id for one in block.results] == ["P5"]
    assert Words(bare(), catalogue).target(block) == "In production"
    assert not any(one.tier for one in advices(found))


def test_another_rule_file_gives_other_advice() -> None:
    raw = to_builtins(RULES)
    raw["production"]["tiers"][0]["rules"] = [
        {
            "id": "P1",
            "name": "Says how fast",
            "condition": {"check": "stated", "metrics": ["deploy_minutes"], "level": 1},
        }
    ]
    other = convert(raw, Rules, strict=False)
    first = guide(bare(), other, TODAY).singles[0]
    assert first.tier is IN_PRODUCTION
    assert {piece.kind for piece in first.pieces} == {Kind.DOCUMENT} or first.pieces[0].metrics == (
        Metric.DEPLOY_MINUTES,
    )
    assert guide(bare(), RULES, TODAY).singles[0].pieces[0].metrics == (Metric.REQUESTS_PER_DAY, Metric.UPTIME_PERCENT)


@given(agreeing_providers())
def test_advice_that_is_followed_brings_what_it_promises_and_no_piece_of_a_plan_is_needless(
    facts: ProviderFacts,
) -> None:
    before = evaluate(facts, RULES, TODAY)
    found = guide(facts, RULES, TODAY)
    for advice in advices(found):
        after = evaluate(with_pieces(facts, advice.pieces, TODAY), RULES, TODAY)
        assert set(advice.rules) <= passed(after) - passed(before)
        assert advice.tier in (None, after.tier)
        assert advice.is_enterprise <= (after.enterprise_outcome is Outcome.PASS)
    for plan in found.plans:
        for left_out in plan.pieces:
            if left_out.kind is Kind.SYSTEM:
                continue  # the other pieces stand on it
            rest = [one for one in plan.pieces if one is not left_out]
            after = evaluate(with_pieces(facts, rest, TODAY), RULES, TODAY)
            has_tier = plan.tier is None or after.tier is plan.tier
            has_enterprise = not plan.is_enterprise or after.enterprise_outcome is Outcome.PASS
            assert not (has_tier and has_enterprise), "a plan for one may bring the other beside"


@given(agreeing_providers())
def test_next_tier_and_enterprise_are_reached_planned_or_blocked(facts: ProviderFacts) -> None:
    before = evaluate(facts, RULES, TODAY)
    found = guide(facts, RULES, TODAY)
    tiers = {one.tier for one in advices(found)} | {one.tier for one in found.blocks}
    assert before.tier is AT_SCALE or tiers & set(TierName)
    is_known = any(one.is_enterprise for one in advices(found)) or any(one.tier is None for one in found.blocks)
    assert is_known != (before.enterprise_outcome is Outcome.PASS)


@given(st.integers(0, 60))
def test_it_takes_some_hundred_evaluations_at_most(number: int) -> None:
    many = replace(bare(), systems=tuple(replace(bare().systems[0], id=n, name=f"S {n}") for n in range(1, number + 1)))
    calls = 0

    def counting(facts: ProviderFacts, rules: Rules, on: object) -> Verdicts:
        nonlocal calls
        calls += 1
        return evaluate(facts, rules, TODAY)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(guide_module, "evaluate", counting)
        guide(many, RULES, TODAY)
    assert calls <= 300


def test_gaps_are_counted_by_area_and_what_ends_soon_is_named(sqlite_database: Database, catalogue: Catalogue) -> None:
    with sqlite_database.writing() as session:
        provider = add_provider(session)
        one = add_proven(session, provider)
        one.name = "Claims triage"
        late = add_reference(session, one, answered_on=days_ago(330), organisation="Old Mutuality", is_named=True)
        add_certification(session, provider, "iso27001", valid_until=ON + timedelta(days=10))
        add_answer(session, provider, "retries", as_of_on=days_ago(150))
        add_answer(session, provider, "caching", as_of_on=days_ago(10))
        verdicts = load_verdicts(session, [provider.id], catalogue, ON)[provider.id]
        assert late.id
    soon = ending(verdicts, catalogue.rules)
    assert [one.what for one in soon] == [
        "ISO 27001",
        "Retries: the answer",
        "The reference by Old Mutuality on Claims triage",
    ]
    assert soon[0].last_on == ON + timedelta(days=10)
    assert {one.place for one in soon} == {Kind.CERTIFICATION, Kind.ANSWER, Kind.REFERENCE}
    counts = {one.area: (one.count, one.of) for one in unanswered(catalogue.checklist, verdicts.answers)}
    assert counts["error-handling"] == (5, 6)
    assert counts["scalability"] == (4, 5)


def test_a_reply_in_business_hours_counts_where_the_rules_ask_for_no_hours() -> None:
    raw = to_builtins(RULES)
    raw["enterprise"]["rules"] = [
        {"id": "E1", "name": "Responds", "condition": {"check": "stated", "metrics": ["response_minutes"], "level": 0}}
    ]
    found = guide(perfect(systems=(system(1),)), convert(raw, Rules, strict=False), TODAY)
    (advice,) = [one for one in found.singles if one.is_enterprise]
    assert advice.pieces[0].coverage is Coverage.BUSINESS_HOURS
