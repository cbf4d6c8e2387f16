"""The completeness guide: what each missing piece would change, found by asking the rule evaluator. Pure.

Nothing here knows what a rule means for a provider: pieces are added to the facts, and the rules in force say what
comes of it. Some hundred evaluations for one provider at most.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from directory.catalogue.schema import Rule, Rules, Tier
from directory.publishing.pieces import NEW_SYSTEM, Kind, Piece, missing, with_pieces
from directory.rules.case import Outcome, RuleResult
from directory.rules.evaluator import TierName, Verdicts, evaluate
from directory.rules.facts import ProviderFacts

SYSTEMS_AT_MOST = 4
"""Of how many live systems, the best first, missing pieces are weighed."""
ADVICE_AT_MOST = 12
DROPPED_FIRST = (Kind.OBSERVATION, Kind.DOCUMENT, Kind.CERTIFICATION, Kind.ANSWER, Kind.FIGURE, Kind.REFERENCE)
"""Of pieces that can replace each other, which are given up first: one reference confirms several figures."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What these pieces together would change: the tier reached, Enterprise, rules that would pass by then."""

    pieces: tuple[Piece, ...]
    tier: TierName | None
    is_enterprise: bool
    rules: tuple[str, ...]

    @property
    def is_a_standing(self) -> bool:
        """Whether it reaches a tier or Enterprise."""
        return self.tier is not None or self.is_enterprise


@dataclass(frozen=True, slots=True)
class Block:
    """Rules that no missing piece can make pass, between the provider and a tier (None: Enterprise)."""

    tier: TierName | None
    results: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """`singles`: what one piece alone would change, the best first. `plans`: the fewest pieces found, in order."""

    singles: tuple[Advice, ...]
    plans: tuple[Advice, ...]
    blocks: tuple[Block, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing that the rules ask for."""
        return not (self.singles or self.plans or self.blocks)


@dataclass(frozen=True, slots=True)
class _Target:
    """Something to reach: rules to look for missing pieces of, and whether verdicts have it."""

    tier: Tier | None
    rules: tuple[Rule, ...]

    def is_reached(self, verdicts: Verdicts) -> bool:
        if self.tier is None:
            return verdicts.enterprise_outcome is Outcome.PASS
        return verdicts.tier is not None and verdicts.tier.rank >= TierName(self.tier.id).rank

    def misses(self, verdicts: Verdicts) -> tuple[RuleResult, ...]:
        names = {rule.id for rule in self.rules}
        results = verdicts.enterprise if self.tier is None else verdicts.production
        return tuple(one for one in results if one.id in names and not one.is_pass)


def guide(facts: ProviderFacts, rules: Rules, on: date) -> Guide:
    """Return what would bring a provider further under these rules on that day."""
    verdicts = evaluate(facts, rules, on)
    considered = tuple(one.facts for one in verdicts.live_systems[:SYSTEMS_AT_MOST])
    search = _Search(replace(facts, systems=considered), rules, on, tuple(one.id for one in considered) or (None,))
    targets = [target for target in _targets(rules, verdicts) if not target.is_reached(verdicts)]
    found = [search.plan(target) for target in targets]
    plans = [one for one in found if isinstance(one, Advice)]
    short = [one for one in plans if len(one.pieces) == 1]
    return Guide(
        singles=tuple(_distinct([*short, *search.singles(targets)])[:ADVICE_AT_MOST]),
        plans=tuple(one for one in plans if len(one.pieces) > 1),
        blocks=tuple(one for one in found if isinstance(one, Block)),
    )


def _distinct(advices: Iterable[Advice]) -> list[Advice]:
    """Return one advice for each change to each system; where no standing is reached, for the best system only."""
    found: dict[object, Advice] = {}
    for one in sorted(advices, key=_greatest_first):
        piece = one.pieces[0]
        what = (piece.kind, one.tier, one.is_enterprise)
        found.setdefault((*what, piece.system_id) if one.is_a_standing else (*what, one.rules), one)
    return list(found.values())


def _targets(rules: Rules, verdicts: Verdicts) -> Iterator[_Target]:
    """Yield the next tier, and Enterprise."""
    below: tuple[Rule, ...] = ()
    for tier in rules.production.tiers:
        below = (*below, *tier.rules)
        if verdicts.tier is None or TierName(tier.id).rank > verdicts.tier.rank:
            yield _Target(tier, below)
            break
    yield _Target(None, rules.enterprise.rules)


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for pieces that change something; `facts` hold only the systems in question."""

    facts: ProviderFacts
    rules: Rules
    on: date
    systems: tuple[int | None, ...]

    def verdicts(self, pieces: Iterable[Piece] = (), facts: ProviderFacts | None = None) -> Verdicts:
        return evaluate(with_pieces(facts or self.facts, pieces, self.on), self.rules, self.on)

    def singles(self, targets: Sequence[_Target]) -> list[Advice]:
        """Return what each piece alone would change."""
        pieces = {
            self._on_its_own(one): None
            for target in targets
            for system_id in self.systems
            for one in missing(self.facts, self.rules, target.rules, system_id, self.on)
        }
        before = self.verdicts()
        possible = [one for one in pieces if one.system_id != NEW_SYSTEM or one.kind is Kind.SYSTEM]
        found = [advice for one in possible if (advice := self._advice((one,), before)) is not None]
        return [self._no_more_than_needed(self._by_anybody(one, before), before) for one in found]

    def known_domain(self) -> str:
        """Return the domain of a customer who has confirmed already, or nothing."""
        in_force = (one for one in self.facts.references if one.is_in_force(self.rules.evidence, self.on))
        return next((one.organisation_domain for one in in_force), "")

    def _no_more_than_needed(self, advice: Advice, before: Verdicts) -> Advice:
        """Return the advice with a reference that confirms only what its standing takes; less would not reach it."""
        (piece,) = advice.pieces
        for metric in piece.metrics if advice.is_a_standing and piece.kind is Kind.REFERENCE else ():
            (piece,) = advice.pieces
            less = replace(piece, metrics=tuple(one for one in piece.metrics if one is not metric))
            other = self._advice((less,), before)
            if other and (other.tier, other.is_enterprise) == (advice.tier, advice.is_enterprise):
                advice = other
        return advice

    def _by_anybody(self, advice: Advice, before: Verdicts) -> Advice:
        """Return the same advice without asking for another organisation, where one that has confirmed would do."""
        (piece,) = advice.pieces
        if not piece.is_another or piece.organisation > 1:
            return advice
        same = self._advice((replace(piece, is_another=False, domain=self.known_domain()),), before)
        does = same is not None and (same.tier, same.is_enterprise) == (advice.tier, advice.is_enterprise)
        return same if same and does and (same.rules == advice.rules or advice.is_a_standing) else advice

    def _on_its_own(self, piece: Piece) -> Piece:
        """Return a reference that confirms only what is stated already."""
        figures = next((one.figures for one in self.facts.systems if one.id == piece.system_id), {})
        is_reference = piece.kind is Kind.REFERENCE
        return replace(piece, metrics=tuple(one for one in piece.metrics if one in figures)) if is_reference else piece

    def _advice(self, pieces: tuple[Piece, ...], before: Verdicts) -> Advice | None:
        after = self.verdicts(pieces)
        rules = tuple(one for one in _passed(after) if one not in _passed(before))
        tier = after.tier if _rank(after) > _rank(before) else None
        is_enterprise = _is_enterprise(after) and not _is_enterprise(before)
        is_worse = _rank(after) < _rank(before) or (_is_enterprise(before) and not _is_enterprise(after))
        is_progress = tier is not None or is_enterprise or after.passes > before.passes
        return Advice(pieces, tier, is_enterprise, rules) if is_progress and not is_worse else None

    def plan(self, target: _Target) -> Advice | Block:
        """Return the fewest pieces found that reach the target with one of the systems, or what keeps it away."""
        outcomes = [self._plan_with(target, system_id) for system_id in self.systems]
        plans = [one for one in outcomes if isinstance(one, Advice)]
        if plans:
            return min(plans, key=lambda one: len(one.pieces))
        blocks = [one for one in outcomes if isinstance(one, Block)]
        return min(blocks, key=lambda one: len(one.results))

    def _plan_with(self, target: _Target, system_id: int | None) -> Advice | Block:
        """Start from everything that may be missing, then leave out what isn't needed, piece by piece."""
        asked = (system_id,) if target.tier is not None else self.systems  # Enterprise takes any live system
        facts = replace(self.facts, systems=tuple(one for one in self.facts.systems if one.id in asked))
        pieces = missing(facts, self.rules, target.rules, system_id, self.on)
        everything = self.verdicts(pieces, facts)
        if not target.is_reached(everything):
            return Block(TierName(target.tier.id) if target.tier else None, target.misses(everything))

        def is_enough(some: Sequence[Piece]) -> bool:
            return target.is_reached(self.verdicts(some, facts))

        needed = _needed(pieces, is_enough, self.known_domain())
        advice = self._advice(tuple(sorted(needed, key=lambda one: one.kind)), self.verdicts())
        assert advice is not None, "a target that isn't reached yet lacks a rule"  # noqa: S101 - a rule of the house
        return advice


def _needed(pieces: list[Piece], is_enough: Callable[[Sequence[Piece]], bool], known: str) -> list[Piece]:
    """Return the pieces without which it isn't enough, each confirming no more than it must."""
    kept = list(pieces)
    for piece in sorted(pieces, key=_dropped_first):
        rest = [one for one in kept if one is not piece]
        if is_enough(rest):
            kept = rest
    for at, piece in enumerate(kept):
        if piece.kind is Kind.REFERENCE:
            kept[at] = _modest(piece, kept[:at], kept[at + 1 :], is_enough)
            same = replace(kept[at], is_another=False, domain=known)
            if known and is_enough([*kept[:at], same, *kept[at + 1 :]]):
                kept[at] = same
    return kept


def _dropped_first(piece: Piece) -> tuple[int, int]:
    order = DROPPED_FIRST.index(piece.kind) if piece.kind in DROPPED_FIRST else len(DROPPED_FIRST)
    return order, -piece.organisation


def _modest(
    piece: Piece, before: list[Piece], after: list[Piece], is_enough: Callable[[Sequence[Piece]], bool]
) -> Piece:
    """Return a reference that confirms, and whose customer is, no more than needed."""
    anybody = replace(piece, employees=None, or_regulated=False)
    if piece.employees is not None and is_enough([*before, anybody, *after]):
        piece = anybody
    for metric in piece.metrics:
        less = replace(piece, metrics=tuple(one for one in piece.metrics if one is not metric))
        if is_enough([*before, less, *after]):
            piece = less
    return piece


def _passed(verdicts: Verdicts) -> tuple[str, ...]:
    return tuple(one.id for one in (*verdicts.production, *verdicts.enterprise) if one.is_pass)


def _rank(verdicts: Verdicts) -> int:
    return verdicts.tier.rank if verdicts.tier else 0


def _is_enterprise(verdicts: Verdicts) -> bool:
    return verdicts.enterprise_outcome is Outcome.PASS


def _greatest_first(advice: Advice) -> tuple[int, int, int, int]:
    rank = advice.tier.rank if advice.tier else 0
    return (-rank, -int(advice.is_enterprise), -len(advice.rules), advice.pieces[0].kind)
