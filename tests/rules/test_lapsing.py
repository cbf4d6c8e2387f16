"""Whether a tier was reached before, and until when."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from directory.catalogue.services import shipped
from directory.core.dates import add_months
from directory.rules.evaluator import TierName, evaluate
from directory.rules.facts import ProviderFacts
from directory.rules.lapsing import lapsed
from tests.rules.cases import RECENT, TODAY, agreeing_providers, perfect

RULES = shipped().rules


def test_a_tier_lapses_on_the_day_on_which_the_first_of_what_carries_it_ends() -> None:
    end = add_months(RECENT, 12)
    assert lapsed(perfect(), RULES, end + timedelta(days=30)) == (TierName.AT_SCALE, end)
    assert evaluate(perfect(), RULES, end - timedelta(days=1)).tier is TierName.AT_SCALE
    assert evaluate(perfect(), RULES, end).tier is None


def test_what_never_was_has_not_lapsed() -> None:
    assert lapsed(perfect(references=()), RULES, TODAY + timedelta(days=400)) is None


def test_what_lapsed_too_long_ago_is_forgotten() -> None:
    assert lapsed(perfect(), RULES, add_months(RECENT, 40)) is None


@hypothesis_settings(max_examples=40)
@given(agreeing_providers(), st.integers(0, 600))
def test_it_is_what_looking_at_every_day_would_find(facts: ProviderFacts, days: int) -> None:
    on = TODAY + timedelta(days=days)
    expected: tuple[TierName, date] | None = None
    start = add_months(on, -24)
    for back in range((on - start).days, 0, -7):
        day = on - timedelta(days=back)
        tier = evaluate(facts, RULES, day).tier
        expected = (tier, day) if tier else expected
    found = lapsed(facts, RULES, on)
    assert (found is None) <= (expected is None)
    if found is not None:
        last = found[1] - timedelta(days=1)
        assert evaluate(facts, RULES, last).tier is found[0]
        assert found[1] <= on
