"""From a demonstration entry to its rows: provider, systems, figures, answers, certifications, reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from slugify import slugify

from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.models import Figure
from directory.exchange.demo_batch import Batch, Moments, Row
from directory.exchange.demo_proof import Entity, Subject, add_observation, add_paper, add_reference, domain_of
from directory.exchange.demo_spec import AnswersSpec, Ingredients, PaperSpec, ProviderSpec, SystemSpec
from directory.providers.models import TERM_FIELDS, Provider, System
from directory.readiness.models import Answer, Certification, Status
from directory.review.models import Report, ReportState

SOURCE_NAME = "An invented industry list"
SOURCE_URL = "https://invented-list.example/agent-makers"


@dataclass(frozen=True, slots=True)
class Kitchen:
    """What every entry of a load shares: where rows go, the days, the ingredients, the checklist's criteria by area."""

    batch: Batch
    moments: Moments
    ingredients: Ingredients
    areas: Mapping[str, Sequence[str]]


def slug_of(spec: ProviderSpec) -> str:
    """Return the entry's slug."""
    return spec.slug or slugify(spec.name, replacements=[["&", "and"]])


def add_provider(kitchen: Kitchen, spec: ProviderSpec, random: Random, *, slug: str) -> int:
    """Keep every row of an entry and return the provider's id; the domain is the spec's, whatever the slug."""
    stated_by = "vendor" if spec.claimed else "import"
    provider_id = kitchen.batch.add(Provider, _provider(kitchen, spec, slug))
    for system in spec.systems:
        _add_system(kitchen, spec, system, random, owner=(provider_id, stated_by))
    if spec.answers is not None:
        _add_answers(kitchen, spec, spec.answers, random, provider_id)
    _add_certifications(kitchen, spec, provider_id)
    _add_reports(kitchen, spec, provider_id)
    return provider_id


def _provider(kitchen: Kitchen, spec: ProviderSpec, slug: str) -> Row:
    domain = f"{slug_of(spec)}.example"
    on, moment = kitchen.moments.on, kitchen.moments.moment
    amount, currency = spec.min_project or (None, None)
    terms = {name: list(getattr(spec, name)) for name in TERM_FIELDS}
    return {
        "slug": slug,
        "name": spec.name,
        "website": f"https://{domain}/",
        "domain": domain,
        "summary": spec.summary,
        "description": spec.description.strip(),
        "country": spec.country,
        "founded": spec.founded,
        "employees": spec.employees,
        "min_project_amount": amount,
        "min_project_currency": currency,
        **terms,
        "source_name": None if spec.claimed else SOURCE_NAME,
        "source_url": None if spec.claimed else SOURCE_URL,
        "source_retrieved_on": None if spec.claimed else on(spec.listed),
        "is_demo": True,
        "claimed_at": moment(spec.listed * 4 // 5) if spec.claimed else None,
        "published_at": moment(spec.listed),
        "withdrawn_at": None,
        "created_at": moment(spec.listed),
        "updated_at": moment(_last_change(spec)),
        "revision": 1,
    }


def _last_change(spec: ProviderSpec) -> int:
    """Return how many days ago anything of the entry was last stated."""
    figures = (figure.ago for system in spec.systems for _, figure in system.figures())
    return min([spec.listed, *figures, *([spec.answers.ago] if spec.answers else [])])


def _add_system(
    kitchen: Kitchen, spec: ProviderSpec, system: SystemSpec, random: Random, *, owner: tuple[int, str]
) -> None:
    provider_id, stated_by = owner
    on = kitchen.moments.on
    customer = system.customer
    system_id = kitchen.batch.add(
        System,
        {
            "provider_id": provider_id,
            "name": system.name,
            "summary": system.summary,
            "industry": system.industry,
            "agent_type": system.agent_type,
            "live_since": None if system.live is None else on(system.live),
            "retired_on": None if system.retired is None else on(system.retired),
            "customer_name": customer.name if customer else None,
            "customer_website": f"https://{domain_of(customer)}/" if customer else None,
            "customer_employees": customer.employees if customer else None,
            "customer_is_regulated": customer.regulated if customer else None,
            "customer_is_public": customer.public if customer else False,
        },
    )
    _add_figures(kitchen, spec, system, random, owner=(provider_id, system_id, stated_by))
    for reference in system.references:
        add_reference(kitchen.batch, kitchen.moments, (provider_id, system_id, system), reference, random)
    if system.observation is not None:
        add_observation(kitchen.batch, kitchen.moments, (provider_id, system_id), system.observation)


def _add_figures(
    kitchen: Kitchen, spec: ProviderSpec, system: SystemSpec, random: Random, *, owner: tuple[int, int, str]
) -> None:
    provider_id, system_id, stated_by = owner
    for metric, figure in system.figures():
        newest = {
            "system_id": system_id,
            "metric": metric.value,
            "value": figure.value,
            "coverage": figure.coverage,
            "window_days": figure.window or _usual_window(metric),
            "as_of_on": kitchen.moments.on(figure.ago),
            "method": figure.method or random.choice(kitchen.ingredients.methods[metric.value]),
            "source_url": None,
            "stated_by": stated_by,
            "stated_at": kitchen.moments.moment(max(figure.ago - 2, 0)),
            "superseded_at": None,
        }
        kitchen.batch.add(Figure, newest)
        superseded_at = newest["stated_at"]
        for value, ago in figure.was:
            stated_at = kitchen.moments.moment(ago)
            older = {**newest, "value": value, "as_of_on": kitchen.moments.on(ago)}
            kitchen.batch.add(Figure, {**older, "stated_at": stated_at, "superseded_at": superseded_at})
            superseded_at = stated_at
        if figure.paper is not None:
            title = figure.paper.title or kitchen.ingredients.papers[metric.value]
            subject = Subject(
                system_id=system_id,
                metric=metric,
                value=figure.value if figure.paper.value is None else figure.paper.value,
                coverage=figure.coverage,
            )
            entity = Entity(provider_id, spec.name, f"{system.name}: {DEFINITIONS[metric].label.lower()}")
            add_paper(kitchen.batch, kitchen.moments, entity, figure.paper, title=title, subjects=[subject])


def _usual_window(metric: Metric) -> int | None:
    return None if metric is Metric.RESPONSE_MINUTES else DEFINITIONS[metric].window_days


def statuses(answers: AnswersSpec, areas: Mapping[str, Sequence[str]]) -> dict[str, Status]:
    """Return the status of every criterion that is answered, areas and `all` written out."""
    found: dict[str, Status] = {}
    for names, status in (
        (answers.partly, Status.PARTLY),
        (answers.unmet, Status.UNMET),
        (answers.not_applicable, Status.NOT_APPLICABLE),
        (answers.met, Status.MET),
    ):
        for name in names:
            criteria = [one for area in areas.values() for one in area] if name == "all" else areas.get(name, (name,))
            for criterion in criteria:
                found.setdefault(criterion, status)
    return found


def _note(kitchen: Kitchen, spec: AnswersSpec, criterion: str, status: Status, random: Random) -> str:
    if criterion in spec.notes:
        return spec.notes[criterion]
    if random.random() < 0.35:
        return ""
    specific = kitchen.ingredients.notes.get(criterion, ()) if status is Status.MET else ()
    choices = specific or kitchen.ingredients.status_notes[status.value]
    return random.choice(choices)


def _add_answers(kitchen: Kitchen, spec: ProviderSpec, answers: AnswersSpec, random: Random, provider_id: int) -> None:
    stated = statuses(answers, kitchen.areas)
    domain = f"{slug_of(spec)}.example"
    for criterion, status in stated.items():
        kitchen.batch.add(
            Answer,
            {
                "provider_id": provider_id,
                "criterion": criterion,
                "status": status.value,
                "note": _note(kitchen, answers, criterion, status, random),
                "evidence_url": f"https://{domain}/trust#{criterion}" if criterion in answers.documented else None,
                "as_of_on": kitchen.moments.on(answers.ago),
                "stated_by": "vendor" if spec.claimed else "import",
                "stated_at": kitchen.moments.moment(answers.ago),
                "superseded_at": None,
            },
        )
    documented = statuses(AnswersSpec(met=answers.documented), kitchen.areas)
    subjects = [Subject(criterion=one, status=stated[one]) for one in documented if one in stated]
    if subjects:
        paper = answers.paper or PaperSpec(ago=answers.ago)
        title = paper.title or kitchen.ingredients.papers["answers"]
        entity = Entity(provider_id, spec.name, "all systems run for customers")
        add_paper(kitchen.batch, kitchen.moments, entity, paper, title=title, subjects=subjects)


def _add_certifications(kitchen: Kitchen, spec: ProviderSpec, provider_id: int) -> None:
    for name, certification in spec.certifications.items():
        until = certification.until
        valid_until: date | None = None if until is None else kitchen.moments.on(-until)
        kitchen.batch.add(
            Certification,
            {
                "provider_id": provider_id,
                "name": name,
                "valid_until": valid_until,
                "url": f"https://{slug_of(spec)}.example/trust",
                "as_of_on": kitchen.moments.on(certification.ago),
                "stated_by": "vendor" if spec.claimed else "import",
                "stated_at": kitchen.moments.moment(certification.ago),
                "superseded_at": None,
            },
        )
        if certification.paper is not None:
            title = certification.paper.title or kitchen.ingredients.papers["certification"]
            entity = Entity(provider_id, spec.name, "the whole firm")
            subject = Subject(certification=name)
            add_paper(kitchen.batch, kitchen.moments, entity, certification.paper, title=title, subjects=[subject])


def _add_reports(kitchen: Kitchen, spec: ProviderSpec, provider_id: int) -> None:
    for report in spec.reports:
        is_open = report.state == ReportState.OPEN
        kitchen.batch.add(
            Report,
            {
                "provider_id": provider_id,
                "kind": report.kind,
                "message": report.message,
                "contact": "reader@careful-reader.example",
                "state": report.state,
                "notice": report.notice,
                "created_at": kitchen.moments.moment(report.ago + 12),
                "decided_on": None if is_open else kitchen.moments.on(report.ago),
            },
        )
