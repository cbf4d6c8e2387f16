"""Pieces of evidence that a provider doesn't have yet: which ones rules ask for, and facts as if one were there. Pure.

Every piece follows from a condition of the rule file in force, so that another file asks for others.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum

from directory.catalogue.schema import (
    Certified,
    CriteriaMet,
    IndependentReferences,
    LargeReferee,
    LiveReference,
    MetricReaches,
    Rule,
    Rules,
    Stated,
)
from directory.evidence.facts import AnswerFacts, CertificationFacts, FigureFacts, Support
from directory.evidence.levels import Level, Source
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.evidence.weighing import weigh_figure
from directory.readiness.models import Status
from directory.rules.facts import ProviderFacts, ReferenceFacts, SystemFacts

NEW_SYSTEM = 0
"""The number of a system that isn't there yet."""


class Kind(IntEnum):
    """What a piece is, in the order in which a vendor does them."""

    SYSTEM = 1
    START = 2
    FIGURE = 3
    ANSWER = 4
    REFERENCE = 5
    DOCUMENT = 6
    CERTIFICATION = 7
    OBSERVATION = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """One missing piece. `metrics` are what a reference confirms, a document shows or a figure states.

    `days`: how long a system has been live; `value` and `coverage` those of a figure, the weakest that the rules
    asked about take (`is_bound`), or any. `employees`: of the customer, at least. `organisation` tells customers to
    come apart, `is_another` from those who have confirmed; `domain` is that of one who has, who would do as well.
    """

    kind: Kind
    system_id: int | None = None
    metrics: tuple[Metric, ...] = ()
    days: int = 0
    value: Decimal | None = None
    is_bound: bool = False
    coverage: Coverage | None = None
    organisation: int = 1
    is_another: bool = False
    domain: str = ""
    employees: int | None = None
    or_regulated: bool = False
    criterion: str = ""
    certifications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """What all rules in question together ask of one metric: the strictest bound, the highest level."""

    metric: Metric
    level: int = 0
    bound: Decimal | None = None
    coverage: Coverage | None = None

    def with_condition(self, condition: MetricReaches) -> "Ask":
        """Return what is asked when this condition is asked too."""
        bound = condition.at_least if condition.at_least is not None else condition.at_most
        bounds = [one for one in (self.bound, bound) if one is not None]
        strictest = max if DEFINITIONS[self.metric].is_more_better else min
        coverage = Coverage(condition.coverage) if condition.coverage else self.coverage
        return Ask(self.metric, max(self.level, condition.level), strictest(bounds, default=None), coverage)


def asks(rules: Iterable[Rule]) -> dict[Metric, Ask]:
    """Return what rules ask of each metric, by metric."""
    found: dict[Metric, Ask] = {}
    for rule in rules:
        condition = rule.condition
        if isinstance(condition, MetricReaches):
            metric = Metric(condition.metric)
            found[metric] = found.get(metric, Ask(metric)).with_condition(condition)
        elif isinstance(condition, Stated):
            for metric in map(Metric, condition.metrics):
                ask = found.get(metric, Ask(metric))
                found[metric] = replace(ask, level=max(ask.level, condition.level))
    return found


def with_pieces(facts: ProviderFacts, pieces: Iterable[Piece], on: date) -> ProviderFacts:
    """Return the facts as if these pieces were there, each from the day `on`."""
    for piece in pieces:
        facts = _with_piece(facts, piece, on)
    return facts


def _with_piece(facts: ProviderFacts, piece: Piece, on: date) -> ProviderFacts:
    if piece.kind is Kind.ANSWER:
        return _with_answer(facts, piece, on)
    if piece.kind is Kind.CERTIFICATION:
        return _with_certification(facts, piece, on)
    if piece.kind is Kind.SYSTEM:
        new = SystemFacts(id=NEW_SYSTEM, name="a new system", live_since=on - timedelta(days=piece.days))
        return replace(facts, systems=(*facts.systems, new))
    if piece.kind is Kind.REFERENCE:
        facts = replace(facts, references=(*facts.references, _reference(piece, on)))
    changed = (_system_with(one, piece, on) if one.id == piece.system_id else one for one in facts.systems)
    return replace(facts, systems=tuple(changed))


def _reference(piece: Piece, on: date) -> ReferenceFacts:
    return ReferenceFacts(
        id=-piece.organisation,
        system_id=piece.system_id or NEW_SYSTEM,
        organisation_domain=piece.domain or f"customer {piece.organisation} to come",  # no domain has blanks: nobody's
        answered_on=on,
        verified_on=on,
        employees=piece.employees,
        is_regulated=False if piece.employees else None,
    )


def _system_with(system: SystemFacts, piece: Piece, on: date) -> SystemFacts:
    if piece.kind is Kind.START:
        return replace(system, live_since=on - timedelta(days=piece.days))
    figures: dict[Metric, FigureFacts] = dict(system.figures)
    for metric in piece.metrics:
        if piece.kind is Kind.FIGURE and piece.value is not None:
            old = figures.get(metric)
            supports = old.supports if old else ()
            figures[metric] = FigureFacts(-1, metric, piece.value, on, piece.coverage, supports=supports)
        elif metric in figures:
            figures[metric] = _supported(figures[metric], SOURCES[piece.kind], on)
    return replace(system, figures=figures)


SOURCES = {
    Kind.REFERENCE: Source.REFERENCE,
    Kind.DOCUMENT: Source.DOCUMENT,
    Kind.OBSERVATION: Source.OBSERVATION,
}


def _supported(figure: FigureFacts, source: Source, on: date) -> FigureFacts:
    says_so = Support(-1, source, on, on, low=figure.value, high=figure.value, coverage=figure.coverage)
    return replace(figure, supports=(*figure.supports, says_so))


def _with_answer(facts: ProviderFacts, piece: Piece, on: date) -> ProviderFacts:
    old = next((one for one in facts.answers if one.criterion == piece.criterion), None)
    supports = old.supports if old else ()
    document = Support(-1, Source.DOCUMENT, on, on, status=Status.MET)
    answer = AnswerFacts(piece.criterion, Status.MET, on, supports=(*supports, document))
    return replace(facts, answers=(*(one for one in facts.answers if one is not old), answer))


def _with_certification(facts: ProviderFacts, piece: Piece, on: date) -> ProviderFacts:
    name = piece.certifications[0]
    document = Support(-1, Source.DOCUMENT, on, on)
    others = tuple(one for one in facts.certifications if one.name != name)
    return replace(facts, certifications=(*others, CertificationFacts(name, on, supports=(document,))))


def missing(facts: ProviderFacts, rules: Rules, asked: Iterable[Rule], system_id: int | None, on: date) -> list[Piece]:
    """Return every piece that `asked` may lack, in order, where rules on systems are asked of one system.

    None: of a system that isn't there yet. More than needed is returned: what can be left out, the evaluator knows.
    """
    wanted = list(asked)
    first = [] if system_id is not None else [Piece(Kind.SYSTEM, NEW_SYSTEM, days=_days(wanted))]
    number = NEW_SYSTEM if system_id is None else system_id
    known = with_pieces(facts, first, on)
    first += _stating(_system(known, number), asks(wanted), _days(wanted), rules, on)
    system = _system(with_pieces(facts, first, on), number)
    return [*first, *_answers(wanted, facts), *_evidence(system, wanted, facts, rules, on)]


def _system(facts: ProviderFacts, number: int) -> SystemFacts:
    return next(one for one in facts.systems if one.id == number)


def _days(rules: Iterable[Rule]) -> int:
    return max((rule.condition.min_live_days for rule in rules if isinstance(rule.condition, LiveReference)), default=0)


def _stating(system: SystemFacts, wanted: Mapping[Metric, Ask], days: int, rules: Rules, on: date) -> Iterator[Piece]:
    if days and system.live_since is None:
        yield Piece(Kind.START, system.id, days=days)
    for metric, ask in wanted.items():
        figure = system.figures.get(metric)
        if figure is None or weigh_figure(figure, rules.evidence, on) is None:
            yield _figure(system.id, ask)


def _figure(system_id: int, ask: Ask) -> Piece:
    """Return the figure to state: at the bound, or where there is none the worst, so that any value does."""
    definition = DEFINITIONS[ask.metric]
    worst = Decimal(0) if definition.is_more_better else definition.highest
    is_response = ask.metric is Metric.RESPONSE_MINUTES
    return Piece(
        Kind.FIGURE,
        system_id,
        (ask.metric,),
        value=worst if ask.bound is None else ask.bound,
        is_bound=ask.bound is not None,
        coverage=ask.coverage or (Coverage.BUSINESS_HOURS if is_response else None),
    )


def _answers(wanted: Iterable[Rule], facts: ProviderFacts) -> Iterator[Piece]:
    for rule in wanted:
        if isinstance(rule.condition, CriteriaMet):
            yield from (Piece(Kind.ANSWER, criterion=one) for one in rule.condition.all_of)
        elif isinstance(rule.condition, Certified):
            stated = {one.name for one in facts.certifications}
            names = sorted(rule.condition.any_of, key=lambda name: name not in stated)
            yield Piece(Kind.CERTIFICATION, certifications=tuple(names))


def _evidence(system: SystemFacts, wanted: list[Rule], facts: ProviderFacts, rules: Rules, on: date) -> Iterator[Piece]:
    levels: dict[Metric, int] = {}
    wanted_levels = {metric: ask.level for metric, ask in asks(wanted).items() if ask.level}
    for metric, level in wanted_levels.items():
        weighed = weigh_figure(system.figures[metric], rules.evidence, on) if metric in system.figures else None
        if weighed is not None and weighed.level < level:
            levels[metric] = level
    has_some = any(one.is_in_force(rules.evidence, on) for one in facts.references)
    yield from _references(system.id, tuple(levels), wanted, has_some=has_some)
    for metric, level in levels.items():
        if level in (Level.DOCUMENTED, Level.CORROBORATED):
            yield Piece(Kind.DOCUMENT, system.id, (metric,))
        elif level == Level.OBSERVED and metric is Metric.UPTIME_PERCENT:
            yield Piece(Kind.OBSERVATION, system.id, (metric,))


def _references(
    system_id: int, confirmed: tuple[Metric, ...], wanted: Iterable[Rule], *, has_some: bool
) -> Iterator[Piece]:
    """Yield as many references as any rule may take, the first one confirming the system's figures."""
    conditions = [rule.condition for rule in wanted]
    large = next((one for one in conditions if isinstance(one, LargeReferee)), None)
    organisations = [one.organisations for one in conditions if isinstance(one, IndependentReferences)]
    is_asked = large or confirmed or any(isinstance(one, LiveReference) for one in conditions)
    for number in range(1, max([*organisations, 1 if is_asked else 0]) + 1):
        yield Piece(
            Kind.REFERENCE,
            system_id,
            confirmed if number == 1 else (),
            organisation=number,
            is_another=has_some or number > 1,
            employees=large.min_employees if large and number == 1 else None,
            or_regulated=bool(large and large.or_regulated and number == 1),
        )
