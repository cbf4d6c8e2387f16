"""The two filters' verdicts as panels: every rule, its outcome, what decided it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from directory.catalogue.schema import Rule, Rules, Tier
from directory.catalogue.services import Catalogue
from directory.rules.case import Outcome, RuleResult
from directory.rules.evaluator import TierName, Verdicts, combined
from directory.web.buyer.published_rules import sentence_of

ENTERPRISE_HEADINGS = {
    Outcome.PASS: "Why “{name}”",
    Outcome.FAIL: "“{name}”: not met",
    Outcome.UNKNOWN: "“{name}”: not proven here yet",
}


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule held against the provider; `sentence` is its condition in full."""

    id: str
    name: str
    sentence: str
    outcome: Outcome
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules under their own heading: those of a tier, or of a whole filter; `is_met` when all pass."""

    heading: str
    is_met: bool
    lines: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One filter's reasons: what was reached comes first, what it would still take after."""

    id: str
    heading: str
    system: str
    groups: tuple[RuleGroup, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Both panels, the badges' words (None: not reached), and the version of the rules that decided."""

    tier: str | None
    enterprise: str | None
    panels: tuple[Panel, ...]
    version: str
    published_on: date


def _line(rule: Rule, result: RuleResult, catalogue: Catalogue) -> RuleLine:
    return RuleLine(rule.id, rule.name, sentence_of(rule, catalogue), result.outcome, result.because)


def _group(heading: str, rules: Iterable[Rule], results: dict[str, RuleResult], catalogue: Catalogue) -> RuleGroup:
    asked = [rule for rule in rules if rule.id in results]
    is_met = combined(results[rule.id] for rule in asked) is Outcome.PASS
    return RuleGroup(heading, is_met, tuple(_line(rule, results[rule.id], catalogue) for rule in asked))


def _tier_label(tier: TierName | None, tiers: Iterable[Tier]) -> str | None:
    return next((one.name for one in tiers if tier is not None and one.id == tier.value), None)


def _production(verdicts: Verdicts, catalogue: Catalogue) -> Panel:
    rules: Rules = catalogue.rules
    by_id = {result.id: result for result in verdicts.production}
    reached = _tier_label(verdicts.tier, rules.production.tiers)
    groups = tuple(_group(tier.name, tier.rules, by_id, catalogue) for tier in rules.production.tiers)
    heading = f"Why “{reached}”" if reached else f"{rules.production.name}: not proven here yet"
    return Panel("production", heading, verdicts.system.facts.name if verdicts.system else "", groups)


def _enterprise(verdicts: Verdicts, catalogue: Catalogue) -> Panel:
    filter_ = catalogue.rules.enterprise
    by_id = {result.id: result for result in verdicts.enterprise}
    heading = ENTERPRISE_HEADINGS[verdicts.enterprise_outcome].format(name=filter_.name)
    return Panel("enterprise", heading, "", (_group("", filter_.rules, by_id, catalogue),))


def reasons(verdicts: Verdicts, catalogue: Catalogue) -> Reasons:
    """Return what the rules in force say of a provider, with every reason."""
    rules = catalogue.rules
    is_enterprise = verdicts.enterprise_outcome is Outcome.PASS
    return Reasons(
        tier=_tier_label(verdicts.tier, rules.production.tiers),
        enterprise=rules.enterprise.name if is_enterprise else None,
        panels=(_production(verdicts, catalogue), _enterprise(verdicts, catalogue)),
        version=rules.version,
        published_on=rules.published_on,
    )
