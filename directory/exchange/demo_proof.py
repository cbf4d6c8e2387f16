"""What speaks for a demonstration entry: documents, references and observations, and the evidence they give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from slugify import slugify

from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.models import Document, DocumentState, Evidence, Observation
from directory.evidence.wording import band, coverage_text, number, quantity
from directory.exchange.demo_batch import Batch, Moments, Row
from directory.exchange.demo_spec import (
    METRICS,
    CustomerSpec,
    ObservationSpec,
    PaperSpec,
    ReferenceSpec,
    SystemSpec,
    ingredients,
)
from directory.readiness.models import Status
from directory.references.models import Reference, ReferenceState, Relationship

PROBES_A_DAY = 1440
SILENT = {ReferenceState.ASKED, ReferenceState.DECLINED, ReferenceState.CANCELLED}
"""States in which the referee has said nothing."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Whom a document names, and for what."""

    provider_id: int
    name: str
    scope: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a piece of evidence is about, and what it says: a number (`value`), a band (`band`) or a status."""

    system_id: int | None = None
    metric: Metric | None = None
    value: Decimal | None = None
    band: tuple[Decimal, Decimal | None] | None = None
    coverage: str | None = None
    criterion: str | None = None
    status: Status | None = None
    certification: str | None = None

    def said(self) -> str:
        """Return what it says, in words."""
        if self.status is not None:
            return self.status.value.replace("-", " ")
        if self.metric is None:
            return ""
        hours = f", {coverage_text(self.coverage)}" if self.coverage else ""
        if self.band is not None:
            return band(self.metric, *self.band) + hours
        return quantity(self.metric, self.value or Decimal(0)) + hours

    def claimed(self) -> dict[str, Any]:
        """Return it as a vendor states what a document shows."""
        if self.criterion is not None:
            return {"criterion": self.criterion, "status": str(self.status)}
        if self.metric is None:
            return {"certification": self.certification}
        value = self.value if self.value is not None else (self.band or (Decimal(0), None))[0]
        return {
            "system_id": self.system_id,
            "metric": self.metric.value,
            "value": f"{value:f}",
            "coverage": self.coverage or "",
        }

    def answered(self) -> dict[str, Any]:
        """Return it as a referee answers it."""
        if self.status is not None:
            return {"status": self.status.value}
        hours = {"coverage": self.coverage} if self.coverage else {}
        if self.band is None:
            return {"value": f"{self.value or 0:f}"} | hours
        low, high = self.band
        return {"low": f"{low:f}", "high": None if high is None else f"{high:f}"} | hours


def _evidence(provider_id: int, subject: Subject) -> Row:
    low, high = subject.band or (subject.value, subject.value)
    return {
        "provider_id": provider_id,
        "document_id": None,
        "reference_id": None,
        "observation_id": None,
        "system_id": subject.system_id,
        "metric": subject.metric.value if subject.metric else None,
        "criterion": subject.criterion,
        "certification": subject.certification,
        "low": low,
        "high": high,
        "is_band": subject.band is not None,
        "coverage": subject.coverage,
        "status": subject.status.value if subject.status else None,
        "ends_on": None,
        "withdrawn_at": None,
    }


def add_paper(
    batch: Batch,
    moments: Moments,
    entity: Entity,
    paper: PaperSpec,
    *,
    title: str,
    subjects: Sequence[Subject],
) -> None:
    """Keep a document and what it says of each subject."""
    metric = subjects[0].metric
    window = DEFINITIONS[metric].window_days if metric else 365
    ends_on = None if paper.ends is None else moments.on(-paper.ends)
    withdrawn_at = moments.moment(paper.ago // 2) if paper.withdrawn else None
    document_id = batch.add(
        Document,
        {
            "provider_id": entity.provider_id,
            "title": title,
            "entity": entity.name,
            "scope": entity.scope,
            "url": None,
            "dated_on": moments.on(paper.ago),
            "window_starts_on": moments.on(paper.ago + window),
            "ends_on": ends_on,
            "checked_at": moments.moment(min(paper.ago, max(paper.ago - 4, 1))) if paper.checked else None,
            "withdrawn_at": withdrawn_at,
            "state": _document_state(paper).value,
            "subjects": [subject.claimed() for subject in subjects],
        },
    )
    ending = "checked" if paper.checked else "waiting to be checked"
    for subject in subjects:
        says = f"{title.lower() if title[1:2].islower() else title} {ending}"
        if paper.value is not None:
            says += f": {subject.said()}"
        row = _evidence(entity.provider_id, subject)
        row |= {"document_id": document_id, "dated_on": moments.on(paper.ago), "ends_on": ends_on}
        row |= {"withdrawn_at": withdrawn_at, "label": says}
        batch.add(Evidence, row)


def _document_state(paper: PaperSpec) -> DocumentState:
    if paper.withdrawn:
        return DocumentState.WITHDRAWN
    return DocumentState.CHECKED if paper.checked else DocumentState.WAITING


def add_observation(batch: Batch, moments: Moments, owner: tuple[int, int], observation: ObservationSpec) -> None:
    """Keep what the directory's own probe saw, one entry a day, and the evidence it gives."""
    provider_id, system_id = owner
    days = []
    for index in range(observation.days):
        samples = PROBES_A_DAY - observation.gaps.get(index, 0)
        days.append([samples, max(samples - observation.bad.get(index, 0), 0)])
    samples, good = sum(day[0] for day in days), sum(day[1] for day in days)
    uptime = (Decimal(100) * good / samples).quantize(Decimal("0.01"))
    observation_id = batch.add(
        Observation,
        {
            "system_id": system_id,
            "first_sample_on": moments.on(observation.last + observation.days - 1),
            "last_sample_on": moments.on(observation.last),
            "expected_samples": observation.days * PROBES_A_DAY,
            "samples": samples,
            "uptime_percent": uptime,
            "days": days,
        },
    )
    subject = Subject(system_id=system_id, metric=Metric.UPTIME_PERCENT, value=uptime)
    row = _evidence(provider_id, subject)
    row |= {"observation_id": observation_id, "dated_on": moments.on(observation.last)}
    row |= {"label": f"1-minute probe, {number(good)} of {number(samples)} samples good"}
    batch.add(Evidence, row)


def _said(system: SystemSpec, system_id: int, name: str, raw: Any) -> Subject:  # noqa: ANN401 - see ReferenceSpec.says
    """Return what a referee says of one figure or criterion; None as `raw`: what agrees with what is stated."""
    if name not in METRICS:
        return Subject(criterion=name, status=Status(raw or Status.MET))
    metric = METRICS[name]
    stated = dict(system.figures()).get(metric)
    coverage = stated.coverage if stated else None
    if raw is None:
        value = stated.value if stated else Decimal(0)
        return Subject(system_id=system_id, metric=metric, band=DEFINITIONS[metric].band(value), coverage=coverage)
    if not isinstance(raw, list):
        return Subject(system_id=system_id, metric=metric, value=Decimal(str(raw)), coverage=coverage)
    low, high, *rest = raw
    edges = (Decimal(str(low)), None if high is None else Decimal(str(high)))
    return Subject(system_id=system_id, metric=metric, band=edges, coverage=rest[0] if rest else coverage)


def domain_of(customer: CustomerSpec) -> str:
    """Return an organisation's made-up domain."""
    return customer.domain or f"{slugify(customer.name)}.example"


@lru_cache(1_000)
def _mailbox(given: str, family: str) -> str:
    return f"{slugify(given)}.{slugify(family)}"


def _person(random: Random, domain: str) -> tuple[str, str]:
    """Return a made-up referee's name and address."""
    given, family = random.choice(ingredients().given_names), random.choice(ingredients().family_names)
    return f"{given} {family}", f"{_mailbox(given, family)}@{domain}"


def _organisation(system: SystemSpec, reference: ReferenceSpec) -> CustomerSpec:
    return reference.organisation or system.customer or CustomerSpec(name="Customer")


def add_reference(
    batch: Batch,
    moments: Moments,
    owner: tuple[int, int, SystemSpec],
    reference: ReferenceSpec,
    random: Random,
) -> None:
    """Keep a reference, and the evidence it gives once it was verified (kept, but withdrawn, when it was withdrawn)."""
    provider_id, system_id, system = owner
    row = _reference(moments, system, reference, random)
    told = {**dict.fromkeys(reference.confirms), **reference.says}
    said = {_topic(name): _said(system, system_id, name, raw) for name, raw in told.items()}
    row |= {"provider_id": provider_id, "system_id": system_id, "asked": _asked(said)}
    has_answered = row["answered_on"] is not None
    row |= {"answers": {name: subject.answered() for name, subject in said.items()} if has_answered else {}}
    row |= {"relationship": Relationship.CUSTOMER.value if has_answered else None}
    reference_id = batch.add(Reference, row)
    if row["verified_at"] is None:
        return
    for subject in said.values():
        evidence = _evidence(provider_id, subject)
        evidence |= {"reference_id": reference_id, "dated_on": row["answered_on"]}
        evidence |= {"withdrawn_at": row["withdrawn_at"], "label": f"customer said {subject.said()}"}
        batch.add(Evidence, evidence)


def _topic(name: str) -> str:
    return METRICS[name].value if name in METRICS else name


def _asked(said: Mapping[str, Subject]) -> dict[str, list[str]]:
    """Return what is asked of the referee, as a reference keeps it."""
    metrics = [name for name, subject in said.items() if subject.metric is not None]
    return {"metrics": metrics, "criteria": [name for name in said if name not in metrics]}


def _reference(moments: Moments, system: SystemSpec, reference: ReferenceSpec, random: Random) -> Row:
    state = ReferenceState(reference.state)
    ago = reference.ago
    customer = _organisation(system, reference)
    domain = domain_of(customer)
    name, email = _person(random, domain)
    has_answered = state not in SILENT
    was_verified = state in {ReferenceState.VERIFIED, ReferenceState.WITHDRAWN}
    return {
        "state": state.value,
        "asked_at": moments.moment(ago + (random.randint(2, 15) if has_answered else 0)),
        "answered_on": moments.on(ago) if has_answered else None,
        "verified_at": moments.moment(max(ago - 3, ago // 2)) if was_verified else None,
        "withdrawn_at": moments.moment(ago // 3) if state is ReferenceState.WITHDRAWN else None,
        "referee_name": name,
        "referee_title": reference.title,
        "referee_email": email,
        "organisation": customer.name,
        "organisation_domain": domain,
        "organisation_employees": customer.employees,
        "organisation_is_regulated": customer.regulated,
        "organisation_country": customer.country,
        "organisation_industry": customer.industry or system.industry,
        "is_named": reference.named,
        "quote": reference.quote,
    }
