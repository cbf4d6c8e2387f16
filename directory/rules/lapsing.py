"""Whether a provider reached a tier before today, by what is known of it today. Pure."""

from datetime import date

from directory.catalogue.schema import Rules
from directory.core.dates import add_months
from directory.rules.evaluator import TierName, evaluate
from directory.rules.facts import ProviderFacts, changes_on

MONTHS_BACK = 24
"""So far back is looked: whatever carries a tier lasts for twelve months at most."""


def lapsed(facts: ProviderFacts, rules: Rules, on: date) -> tuple[TierName, date] | None:
    """Return the tier that was reached last before a day, and the first day on which it no longer was.

    Between two days on which anything may change nothing does, so it is enough to look at those.
    """
    found = None
    day: date | None = add_months(on, -MONTHS_BACK)
    while day is not None and day < on:
        tier = evaluate(facts, rules, day).tier
        day = changes_on(facts, rules, day)
        if tier is not None:
            found = (tier, on if day is None else min(day, on))
    return found
