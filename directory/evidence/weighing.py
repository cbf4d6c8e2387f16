"""Weighing: what a figure, an answer or a certification is worth on a day. Pure; source: the methodology page.

Nothing here needs a job to have run: whether something is in force follows from its dates.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from directory.catalogue.schema import EvidencePolicy, Tolerance
from directory.core.dates import add_months
from directory.evidence.facts import AnswerFacts, CertificationFacts, FigureFacts, Support
from directory.evidence.levels import Level, Source
from directory.evidence.metrics import DEFINITIONS, Coverage, Definition
from directory.readiness.models import Status

STATUS_ORDER = (Status.UNMET, Status.NOT_APPLICABLE, Status.PARTLY, Status.MET)
"""From worst to best: what a conflict falls back to."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A figure in force. `value` is the value used by rules, filters and sorts; `stated` what was stated.

    `supports` are the pieces of evidence in force; `decided_by` the one that gave the value used, or
    None where that is the stated one. `dated_on` is the day of what gives the level. `ends_on` is the
    first day on which nothing of it is in force.
    """

    facts: FigureFacts
    value: Decimal
    stated: Decimal
    level: Level
    is_conflicting: bool
    coverage: Coverage | None
    dated_on: date
    ends_on: date
    supports: tuple[Support, ...]
    decided_by: Support | None

    @property
    def as_of_on(self) -> date:
        """The day the figure is stated for."""
        return self.facts.as_of_on


@dataclass(frozen=True, slots=True)
class WeighedAnswer:
    """An answer in force; the fields mean what they mean for a figure."""

    facts: AnswerFacts
    status: Status
    stated: Status
    level: Level
    is_conflicting: bool
    dated_on: date
    ends_on: date
    supports: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class WeighedCertification:
    """A certification in force, at level 1 at most."""

    facts: CertificationFacts
    level: Level
    dated_on: date
    ends_on: date
    supports: tuple[Support, ...]


def statement_ends_on(as_of_on: date, policy: EvidencePolicy) -> date:
    """Return the first day on which a statement of `as_of_on` no longer counts."""
    return add_months(as_of_on, policy.validity.stated_months)


def support_ends_on(support: Support, policy: EvidencePolicy) -> date:
    """Return the first day on which a piece of evidence no longer counts.

    A document lasts until its own end (that day included), 12 months from its date at most.
    """
    validity = policy.validity
    if support.source is Source.REFERENCE:
        return add_months(support.dated_on, validity.confirmed_months)
    if support.source is Source.OBSERVATION:
        return support.dated_on + timedelta(days=validity.observed_days + 1)
    at_most = add_months(support.dated_on, validity.documented_months)
    return at_most if support.until_on is None else min(at_most, support.until_on + timedelta(days=1))


def is_in_force(support: Support, policy: EvidencePolicy, on: date) -> bool:
    """Whether a piece of evidence counts on that day."""
    return support.is_sufficient and support.from_on <= on < support_ends_on(support, policy)


def in_force(supports: Iterable[Support], policy: EvidencePolicy, on: date) -> tuple[Support, ...]:
    """Return the pieces of evidence that count on that day."""
    return tuple(support for support in supports if is_in_force(support, policy, on))


def nearest(support: Support, stated: Decimal, definition: Definition) -> Decimal:
    """Return the value nearest to the stated one that this evidence allows."""
    low = support.low if support.low is not None else Decimal(0)
    high = support.high
    if high is not None and support.is_band:
        high = max(low, high - definition.step)
    if stated < low:
        return low
    return stated if high is None or stated <= high else high


def tolerated(tolerance: Tolerance, evident: Decimal) -> Decimal:
    """Return by how much a stated value may miss `evident` and still agree with it."""
    return max(tolerance.absolute, evident * tolerance.percent / 100)


def agrees(support: Support, facts: FigureFacts, policy: EvidencePolicy) -> bool:
    """Whether a piece of evidence agrees with the stated figure; a promise of other hours never does."""
    definition = DEFINITIONS[facts.metric]
    if support.coverage is not None and facts.coverage is not None and support.coverage != facts.coverage:
        return False
    evident = nearest(support, facts.value, definition)
    tolerance: Tolerance = getattr(policy.tolerance, facts.metric.value)
    return abs(facts.value - evident) <= tolerated(tolerance, evident)


def level_in_agreement(supports: Iterable[Support]) -> Level:
    """Return the level that pieces of evidence give together when none of them disagrees."""
    sources = {support.source for support in supports}
    if Source.REFERENCE in sources and len(sources) > 1:
        return Level.CORROBORATED
    return max((source.level for source in sources), default=Level.STATED)


def _latest_end(as_of_on: date, supports: Iterable[Support], policy: EvidencePolicy) -> date:
    return max([statement_ends_on(as_of_on, policy), *(support_ends_on(support, policy) for support in supports)])


def _dated_on(as_of_on: date, level: Level, supports: Iterable[Support]) -> date:
    """Return the newest day among what gives the level; for a corroborated one, of its confirmation."""
    carrier = Level.CONFIRMED if level is Level.CORROBORATED else level
    return max((support.dated_on for support in supports if support.source.level is carrier), default=as_of_on)


def weigh_figure(facts: FigureFacts, policy: EvidencePolicy, on: date) -> Weighed | None:
    """Return what a figure is worth on a day, or None when its statement and all its evidence have expired.

    The value used is the worst of the stated value and, for each evidence in force, the value nearest to
    the stated one that it allows. With any disagreement the figure is conflicting, and its level is that
    of the evidence which gave the value used.
    """
    supports = in_force(facts.supports, policy, on)
    if not supports and on >= statement_ends_on(facts.as_of_on, policy):
        return None
    definition = DEFINITIONS[facts.metric]
    value, decided_by = facts.value, None
    for support in sorted(supports, key=lambda one: (-one.source.level, one.id)):
        evident = nearest(support, facts.value, definition)
        if definition.is_worse(evident, value):
            value, decided_by = evident, support
    is_conflicting = not all(agrees(support, facts, policy) for support in supports)
    coverage, contradicted_by = _coverage_used(facts, supports)
    decided_by = contradicted_by or decided_by
    if is_conflicting:
        level = decided_by.source.level if decided_by else Level.STATED
    else:
        level = level_in_agreement(supports)
    return Weighed(
        facts=facts,
        value=value,
        stated=facts.value,
        level=level,
        is_conflicting=is_conflicting,
        coverage=coverage,
        dated_on=_dated_on(facts.as_of_on, level, supports),
        ends_on=_latest_end(facts.as_of_on, supports, policy),
        supports=supports,
        decided_by=decided_by,
    )


def _coverage_used(facts: FigureFacts, supports: Iterable[Support]) -> tuple[Coverage | None, Support | None]:
    """Return the worst coverage that anything in force gives, and the evidence that contradicts the stated one."""
    if facts.coverage is not Coverage.ROUND_THE_CLOCK:
        return facts.coverage, None
    lesser = [support for support in supports if support.coverage is Coverage.BUSINESS_HOURS]
    if not lesser:
        return facts.coverage, None
    return Coverage.BUSINESS_HOURS, max(lesser, key=lambda one: (one.source.level, -one.id))


def weigh_answer(facts: AnswerFacts, policy: EvidencePolicy, on: date) -> WeighedAnswer | None:
    """Return what an answer is worth on a day, or None when it has expired; evidence agrees by the same status."""
    supports = in_force(facts.supports, policy, on)
    if not supports and on >= statement_ends_on(facts.as_of_on, policy):
        return None
    status, decided_by = facts.status, None
    for support in sorted(supports, key=lambda one: (-one.source.level, one.id)):
        if support.status is not None and STATUS_ORDER.index(support.status) < STATUS_ORDER.index(status):
            status, decided_by = support.status, support
    is_conflicting = any(support.status != facts.status for support in supports)
    if is_conflicting:
        level = decided_by.source.level if decided_by else Level.STATED
    else:
        level = level_in_agreement(supports)
    return WeighedAnswer(
        facts=facts,
        status=status,
        stated=facts.status,
        level=level,
        is_conflicting=is_conflicting,
        dated_on=_dated_on(facts.as_of_on, level, supports),
        ends_on=_latest_end(facts.as_of_on, supports, policy),
        supports=supports,
    )


def weigh_certification(facts: CertificationFacts, policy: EvidencePolicy, on: date) -> WeighedCertification | None:
    """Return what a certification is worth on a day, or None when it, or all that speaks for it, has expired."""
    own_end = date.max if facts.valid_until is None else facts.valid_until + timedelta(days=1)
    supports = tuple(one for one in in_force(facts.supports, policy, on) if one.source is Source.DOCUMENT)
    ends_on = min(own_end, _latest_end(facts.as_of_on, supports, policy))
    if on >= ends_on:
        return None
    level = level_in_agreement(supports)
    return WeighedCertification(facts, level, _dated_on(facts.as_of_on, level, supports), ends_on, supports)


def boundaries(facts: FigureFacts | AnswerFacts | CertificationFacts, policy: EvidencePolicy) -> Iterator[date]:
    """Yield every day on which the worth of `facts` may change."""
    yield statement_ends_on(facts.as_of_on, policy)
    if isinstance(facts, CertificationFacts) and facts.valid_until is not None:
        yield facts.valid_until + timedelta(days=1)
    for support in facts.supports:
        yield support.from_on
        yield support_ends_on(support, policy)
