"""Random providers as rows: everything that search reads, in every state, reproducible by seed."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.evidence.metrics import Metric
from directory.evidence.models import Document
from directory.providers.models import Provider, System
from directory.readiness.models import Status
from directory.references.models import Reference
from tests import factories as make
from tests.factories import AT, ON

VOCABULARY = (
    "agents invoices claims logistics Zürich healthcare retrieval support triage forecasting agent invoice the of"
    " naïve Ørsted данные 数据 banking bank insurance voice e-mail email tools evaluation production LLM language model"
)
WORDS = VOCABULARY.split()
PHRASES = ("retrieval augmented generation", "large language model", "RAG", "human in the loop", "customer support")
"""Names of more than one word for what has another name."""
HOSTILE = (
    "Robert'); DROP TABLE provider;--",
    "<script>alert(1)</script>",
    "100% _wild*card?",
    "…",
    "🙂 ﷺ",
    "\u202etxet\u202c A\u0301gents",
    "AND OR NOT (name:*",
    "STRASSE Straße ﬁ",
    "ZWILLINGE " * 20,
)
"""Names that somebody somewhere takes for something else."""
VALUES = {
    Metric.REQUESTS_PER_DAY: (50, 900, 1_000, 5_000, 10_000, 48_200, 250_000),
    Metric.UPTIME_PERCENT: ("97.5", "99", "99.5", "99.9", "99.96", "99.9999"),
    Metric.DEPLOY_MINUTES: ("4.5", 12, 30, 60, 61, 500),
    Metric.RESPONSE_MINUTES: (5, 15, "30.5", 60, 240),
}
CRITERIA = ("dpa", "eu-models", "gdpr", "sso", "rbac", "audit-logs", "caching")
CERTIFICATIONS = ("soc2-type2", "iso27001", "iso9001")
COUNTRIES = ("DE", "NL", "FR", None)
EMPLOYEES = (None, 1, 12, 80, 400, 30_000)


def text(random: Random, most: int) -> str:
    words = random.choices(WORDS, k=random.randint(0, most))
    if words and random.random() < 0.1:
        words.insert(random.randrange(len(words)), random.choice(PHRASES))
    return " ".join(words)


def name(random: Random) -> str:
    return random.choice(HOSTILE).strip() if random.random() < 0.1 else text(random, 3) or "Nameless"


def some(random: Random, values: Any, most: int = 3) -> list[Any]:
    return random.sample(list(values), random.randint(0, min(most, len(values))))


def terms(catalogue: Catalogue, facet: str, count: int = 4) -> list[str]:
    return [term.id for term in catalogue.taxonomy.terms(facet)][:count]


def profile(random: Random, catalogue: Catalogue) -> dict[str, Any]:
    def of(facet: str) -> list[str]:
        return some(random, terms(catalogue, facet))

    return {
        "name": name(random),
        "summary": text(random, 8),
        "description": text(random, 30),
        "country": random.choice(COUNTRIES),
        "employees": random.choice(EMPLOYEES),
        "languages": some(random, ("en", "de", "fr", "ja")),
        "engagement": of("engagement"),
        "industries": of("industry"),
        "regions": of("region"),
        "agent_types": of("agent_type"),
        "frameworks": of("framework"),
        "models": of("model"),
        "clouds": of("cloud"),
        "tools": of("tool"),
        "claimed_at": random.choice((None, AT)),
        "published_at": random.choice((None, AT, *(AT - timedelta(hours=random.randint(1, 900)) for _ in range(6)))),
        "withdrawn_at": AT if random.random() < 0.05 else None,
    }


def add_random_provider(session: Session, random: Random, catalogue: Catalogue) -> Provider:
    provider = make.add_provider(session, **profile(random, catalogue))
    documents = [_document(session, random, provider) for _ in range(random.randint(0, 2))]
    references: list[Reference] = []
    for number in range(random.choice((0, 1, 1, 2, 3))):
        references += _add_system(session, random, provider, documents, number=number, catalogue=catalogue)
    sources: list[Any] = [*documents, *references]
    for criterion in some(random, CRITERIA, 6):
        status = random.choice((Status.MET, Status.MET, *Status))
        answer = make.add_answer(session, provider, criterion, status, as_of_on=_day(random, 220))
        for source in some(random, sources, 2):
            make.add_evidence(session, source, answer, status=random.choice((status, status, Status.PARTLY)))
    for name in some(random, CERTIFICATIONS):
        valid_until = random.choice((None, ON + timedelta(days=random.randint(-30, 300))))
        columns: dict[str, Any] = {"as_of_on": _day(random, 220), "valid_until": valid_until}
        certification = make.add_certification(session, provider, name, **columns)
        for document in some(random, documents, 1):
            make.add_evidence(session, document, certification)
    if random.random() < 0.05:
        make.add_report(session, provider, decided_on=_day(random, 420))
    return provider


def _day(random: Random, most: int) -> date:
    """Return a day of the past; often one on which something expires, the day before, or the day after."""
    edges = [days for days in (181, 182, 183, 184, 185, 364, 365, 366) if days <= most]
    return make.days_ago(random.choice(edges) if edges and random.random() < 0.2 else random.randint(0, most))


def dates(random: Random) -> dict[str, date | None]:
    """Return when a system went live and was retired: in the past, today, or later than today."""
    retired_on = make.days_ago(random.choice((-30, -1, 0, 1, 90))) if random.random() < 0.25 else None
    live_since = random.choice((None, _day(random, 500), make.days_ago(365), make.days_ago(-20)))
    return {"live_since": min(live_since, retired_on or live_since) if live_since else None, "retired_on": retired_on}


def _document(session: Session, random: Random, provider: Provider) -> Document:
    ends_on = random.choice((None, ON + timedelta(days=random.randint(-20, 200))))
    return make.add_document(session, provider, dated_on=_day(random, 400), ends_on=ends_on)


def _add_system(
    session: Session,
    random: Random,
    provider: Provider,
    documents: list[Document],
    *,
    number: int,
    catalogue: Catalogue,
) -> list[Reference]:
    system = make.add_system(
        session,
        provider,
        name=f"{text(random, 2)} {number}".strip(),
        summary=text(random, 6),
        industry=random.choice((None, *terms(catalogue, "industry"))),
        agent_type=random.choice((None, *terms(catalogue, "agent_type"))),
        **dates(random),
    )
    references = [
        make.add_reference(
            session,
            system,
            answered_on=_day(random, 400),
            verified_at=AT - timedelta(days=random.randint(-5, 20)),
            organisation_domain=f"customer-{random.randint(1, 60)}.example",
            organisation_employees=random.choice((None, 50, 5_000)),
        )
        for _ in range(random.choice((0, 1, 1, 2)))
    ]
    for metric in some(random, Metric, 4) if random.random() < 0.4 else list(Metric):
        _add_figure(session, random, system, metric, [*references, *references, *documents])
    return references


def said(random: Random, metric: Metric, value: Decimal) -> dict[str, Any]:
    """Return what a source gives: mostly the value, else another one, or a band that it may lie in or not."""
    other = Decimal(random.choice(VALUES[metric]))
    if random.random() < 0.3:
        return {"low": other, "high": other}
    if random.random() < 0.3:
        return {"low": min(value, other), "high": random.choice((None, max(value, other) + 1)), "is_band": True}
    return {"low": value, "high": value}


def _add_figure(session: Session, random: Random, system: System, metric: Metric, sources: list[Any]) -> None:
    coverage = random.choice(("24x7", "24x7", "business-hours")) if metric is Metric.RESPONSE_MINUTES else None
    value = Decimal(random.choice(VALUES[metric]))
    figure = make.add_figure(session, system, metric, value, coverage=coverage, as_of_on=_day(random, 260))
    for source in some(random, sources, 2):
        make.add_evidence(session, source, figure, **said(random, metric, value))
    if metric is Metric.UPTIME_PERCENT and random.random() < 0.3:
        observation = make.add_observation(session, system, last_sample_on=_day(random, 12))
        make.add_evidence(session, observation, figure)


def fill(session: Session, random: Random, catalogue: Catalogue, count: int) -> None:
    for _ in range(count):
        add_random_provider(session, random, catalogue)
