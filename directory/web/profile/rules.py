"""The two filters' verdicts as panels: every rule, its outcome, what decided it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from directory.catalogue.schema import Rule, Rules, Tier
from directory.catalogue.services import Catalogue
from directory.rules.case import Outcome, RuleResult
from directory.rules.evaluator import TierName, Verdicts
from directory.rules.facts import SystemFacts
from directory.web.profile.published_rules import sentence_of

ENTERPRISE_HEADINGS = {
    Outcome.PASS: "Why “{name}”",
    Outcome.FAIL: "“{name}”: not met",
    Outcome.UNKNOWN: "“{name}”: not proven here yet",
}


Results = Mapping[str, RuleResult]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule held against the provider; `sentence` is its condition in full, where it doesn't hold."""

    id: str
    name: str
    sentence: str
    outcome: Outcome
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules under their own heading: those of a tier, or of a whole filter; `is_met` when all pass.

    `is_open` when they are shown at once; a group that is still far off is folded under how many of it hold.
    """

    heading: str
    is_met: bool
    passes: int
    is_open: bool
    lines: tuple[RuleLine, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One filter's reasons: what was reached comes first, what it would still take after; `system` is the reported."""

    id: str
    heading: str
    system: SystemFacts | None
    groups: tuple[RuleGroup, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """Both panels, the badges' words (None: not reached), and the version of the rules that decided."""

    tier: str | None
    enterprise: str | None
    panels: tuple[Panel, ...]
    version: str
    published_on: date


def _line(rule: Rule, result: RuleResult, catalogue: Catalogue, prefix: str) -> RuleLine:
    because = tuple(text.removeprefix(prefix) for text in result.because)
    condition = "" if result.is_pass else f"Asks for: {sentence_of(rule, catalogue)}"
    return RuleLine(rule.id, rule.name, condition, result.outcome, because)


def _group(heading: str, rules: Iterable[Rule], results: Results, catalogue: Catalogue, prefix: str = "") -> RuleGroup:
    """Return rules under a heading; `prefix` is cut off reasons that the panel's head has told already."""
    asked = [rule for rule in rules if rule.id in results]
    passes = sum(results[rule.id].is_pass for rule in asked)
    is_met = passes == len(asked)
    lines = tuple(_line(rule, results[rule.id], catalogue, prefix) for rule in asked)
    return RuleGroup(heading, is_met, passes, is_met, lines)


def _opened(groups: Iterable[RuleGroup]) -> tuple[RuleGroup, ...]:
    """Return a ladder of groups with every one open up to the first that isn't met, that one included."""
    found: list[RuleGroup] = []
    for group in groups:
        found.append(replace(group, is_open=all(one.is_met for one in found)))
    return tuple(found)


def _tier_label(tier: TierName | None, tiers: Iterable[Tier]) -> str | None:
    return next((one.name for one in tiers if tier is not None and one.id == tier.value), None)


def _production(verdicts: Verdicts, catalogue: Catalogue) -> Panel:
    rules: Rules = catalogue.rules
    by_id = {result.id: result for result in verdicts.production}
    reached = _tier_label(verdicts.tier, rules.production.tiers)
    system = verdicts.system.facts if verdicts.system else None
    prefix = f"{system.name}: " if system else ""
    groups = _opened(_group(tier.name, tier.rules, by_id, catalogue, prefix) for tier in rules.production.tiers)
    heading = f"Why “{reached}”" if reached else f"{rules.production.name}: not proven here yet"
    return Panel("production", heading, system, groups)


def _enterprise(verdicts: Verdicts, catalogue: Catalogue) -> Panel:
    filter_ = catalogue.rules.enterprise
    by_id = {result.id: result for result in verdicts.enterprise}
    heading = ENTERPRISE_HEADINGS[verdicts.enterprise_outcome].format(name=filter_.name)
    return Panel("enterprise", heading, None, (_group("", filter_.rules, by_id, catalogue),))


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
