"""A provider that passes everything, for tests to spoil one thing at a time; and random ones."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from directory.evidence.facts import AnswerFacts, CertificationFacts, FigureFacts, Support
from directory.evidence.levels import Source
from directory.evidence.metrics import Coverage, Metric
from directory.readiness.models import Status
from directory.rules.facts import ProviderFacts, ReferenceFacts, SystemFacts

TODAY = date(2026, 11, 23)
RECENT = TODAY - timedelta(days=20)
CRITERIA = ("dpa", "eu-models", "gdpr", "sso", "rbac", "audit-logs")


def support(number: int, source: Source, value: Decimal | None = None, **more: object) -> Support:
    """Return evidence that gives exactly `value`, of 20 days ago."""
    plain = Support(id=number, source=source, dated_on=RECENT, from_on=RECENT, low=value, high=value)
    return replace(plain, **more)  # type: ignore[arg-type]


def figure(metric: Metric, value: str, *sources: Source, coverage: Coverage | None = None) -> FigureFacts:
    """Return a figure with evidence of these kinds, all in agreement."""
    return FigureFacts(
        id=1,
        metric=metric,
        value=Decimal(value),
        as_of_on=RECENT,
        coverage=coverage,
        supports=tuple(support(number, source, Decimal(value)) for number, source in enumerate(sources)),
    )


def system(number: int = 1, *figures: FigureFacts, **more: object) -> SystemFacts:
    """Return a live system with these figures."""
    facts = SystemFacts(
        id=number,
        name=f"System {number}",
        live_since=TODAY - timedelta(days=400),
        figures={one.metric: one for one in figures},
    )
    return replace(facts, **more)  # type: ignore[arg-type]


def at_scale_figures() -> tuple[FigureFacts, ...]:
    """Return figures that meet every rule on systems."""
    return (
        figure(Metric.REQUESTS_PER_DAY, "48200", Source.REFERENCE),
        figure(Metric.UPTIME_PERCENT, "99.96", Source.REFERENCE, Source.OBSERVATION),
        figure(Metric.DEPLOY_MINUTES, "12", Source.DOCUMENT),
        figure(Metric.RESPONSE_MINUTES, "15", Source.DOCUMENT, coverage=Coverage.ROUND_THE_CLOCK),
    )


def reference(number: int, domain: str, **more: object) -> ReferenceFacts:
    """Return a verified reference for system 1 from a customer of 2,000 people."""
    facts = ReferenceFacts(
        id=number,
        system_id=1,
        organisation_domain=domain,
        answered_on=RECENT,
        verified_on=RECENT,
        employees=2000,
        is_regulated=False,
        label=f"Customer {number}",
    )
    return replace(facts, **more)  # type: ignore[arg-type]


def met(criterion: str, *sources: Source, status: Status = Status.MET) -> AnswerFacts:
    """Return an answer with evidence of these kinds, all in agreement."""
    evidence = tuple(support(number, source, status=status) for number, source in enumerate(sources))
    return AnswerFacts(criterion, status, RECENT, supports=evidence)


def perfect(**more: object) -> ProviderFacts:
    """Return a provider that is At scale and passes Enterprise."""
    facts = ProviderFacts(
        id=1,
        slug="perfect",
        domain="perfect.example",
        systems=(system(1, *at_scale_figures()),),
        answers=tuple(met(criterion, Source.DOCUMENT) for criterion in CRITERIA),
        certifications=(CertificationFacts("iso27001", RECENT, supports=(support(1, Source.DOCUMENT),)),),
        references=(reference(1, "one.example"), reference(2, "two.example")),
    )
    return replace(facts, **more)  # type: ignore[arg-type]


def with_figure(facts: ProviderFacts, one: FigureFacts) -> ProviderFacts:
    """Return the provider with a figure of its first system replaced."""
    first, *rest = facts.systems
    changed = replace(first, figures={**first.figures, one.metric: one})
    return replace(facts, systems=(changed, *rest))


def _subsets(sources: Iterable[Source]) -> st.SearchStrategy[tuple[Source, ...]]:
    return st.lists(st.sampled_from(list(sources)), unique=True, max_size=3).map(tuple)


@st.composite
def agreeing_figures(draw: st.DrawFn, metric: Metric) -> FigureFacts:
    """A figure near the thresholds whose evidence, if any, agrees with it."""
    choices = {
        Metric.REQUESTS_PER_DAY: ("50", "999", "1000", "9999", "10000", "200000"),
        Metric.UPTIME_PERCENT: ("98.9", "99", "99.89", "99.9", "99.99"),
        Metric.DEPLOY_MINUTES: ("5", "60", "61"),
        Metric.RESPONSE_MINUTES: ("15", "60", "61"),
    }
    coverage = draw(st.sampled_from(Coverage)) if metric is Metric.RESPONSE_MINUTES else None
    return figure(metric, draw(st.sampled_from(choices[metric])), *draw(_subsets(Source)), coverage=coverage)


@st.composite
def agreeing_providers(draw: st.DrawFn) -> ProviderFacts:
    """A provider in whose facts nothing contradicts anything: every combination of present and missing."""
    systems = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        metrics = draw(st.lists(st.sampled_from(Metric), unique=True))
        since = draw(st.none() | st.integers(-10, 400).map(lambda back: TODAY - timedelta(days=back)))
        figures = [draw(agreeing_figures(metric)) for metric in metrics]
        systems.append(system(number, *figures, live_since=since))
    references = tuple(
        reference(
            number,
            draw(st.sampled_from(("one.example", "two.example", "perfect.example"))),
            system_id=draw(st.integers(1, 3)),
            employees=draw(st.sampled_from((None, 10, 1000))),
            is_regulated=draw(st.sampled_from((None, False, True))),
        )
        for number in range(1, draw(st.integers(0, 3)) + 1)
    )
    criteria = draw(st.lists(st.sampled_from(CRITERIA), unique=True))
    answers = tuple(met(one, *draw(_subsets(Source)), status=draw(st.sampled_from(Status))) for one in criteria)
    return perfect(systems=tuple(systems), references=references, answers=answers)
