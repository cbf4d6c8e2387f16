"""Which evidence ends soon: 60, 30 and 7 days before, so that there is time to renew it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from directory.catalogue.schema import EvidencePolicy
from directory.catalogue.services import Catalogue
from directory.core.dates import add_months
from directory.evidence.facts import Support
from directory.evidence.levels import Source
from directory.evidence.metrics import DEFINITIONS
from directory.evidence.models import Evidence
from directory.evidence.weighing import in_force, support_ends_on
from directory.providers.membership import Membership
from directory.providers.models import Provider
from directory.rules.facts import ProviderFacts
from directory.rules.queries import load_facts

DAYS_BEFORE = (60, 30, 7)
BATCH = 200
SLACK = timedelta(days=4)
"""Months differ in length: candidates are looked for a few days around, and then weighed exactly."""
HOW = {Source.REFERENCE: "confirmed by a customer", Source.DOCUMENT: "documented"}


@dataclass(frozen=True, slots=True)
class Expiring:
    """Evidence that ends: of what, how it is evidenced, and the last day on which it counts."""

    subject: str
    how: str
    last_on: date


def expiring(facts: ProviderFacts, policy: EvidencePolicy, on: date) -> tuple[Expiring, ...]:
    """Return what ends in exactly so many days and isn't carried on by other evidence of the same kind. Pure."""
    days = {on + timedelta(days=before) for before in DAYS_BEFORE}
    grouped: dict[tuple[date, str, str], list[str]] = defaultdict(list)
    for owner, subject, supports in _subjects(facts, on):
        for source, how in HOW.items():
            of_kind = [one for one in in_force(supports, policy, on) if one.source is source]
            ends_on = max((support_ends_on(one, policy) for one in of_kind), default=None)
            if ends_on in days:
                grouped[ends_on, how, owner].append(subject)
    return tuple(
        Expiring(f"{owner}: {', '.join(subjects)}" if owner else ", ".join(subjects), how, ends_on - timedelta(days=1))
        for (ends_on, how, owner), subjects in sorted(grouped.items())
    )


def _subjects(facts: ProviderFacts, on: date) -> Iterator[tuple[str, str, Iterable[Support]]]:
    for system in facts.systems:
        if system.is_live(on):
            for metric, figure in system.figures.items():
                yield system.name, DEFINITIONS[metric].label.lower(), figure.supports
    for answer in facts.answers:
        yield "", answer.label or answer.criterion, answer.supports
    for certification in facts.certifications:
        yield "", certification.label or certification.name, certification.supports


def to_remind(session: Session, catalogue: Catalogue, on: date) -> Iterator[tuple[ProviderFacts, tuple[Expiring, ...]]]:
    """Yield each listed provider that somebody edits and that has evidence ending, with what ends.

    The database is asked for the few that may have any; only those are loaded and weighed.
    """
    policy = catalogue.rules.evidence
    numbers: list[int] = list(session.scalars(_candidates(policy, on)))
    for start in range(0, len(numbers), BATCH):
        for facts in load_facts(session, numbers[start : start + BATCH], catalogue).values():
            found = expiring(facts, policy, on)
            if found:
                yield facts, found


def _candidates(policy: EvidencePolicy, on: date) -> Select[int]:
    members = select(Membership.id).where(Membership.provider_id == Evidence.provider_id).exists()
    return (
        select(Evidence.provider_id)
        .join(Provider, Provider.id == Evidence.provider_id)
        .where(
            Evidence.withdrawn_at.is_(None),
            Provider.is_public,
            or_(*(condition for before in DAYS_BEFORE for condition in _may_end(policy, on, before))),
            members,
        )
        .distinct()
        .order_by(Evidence.provider_id)
    )


def _may_end(policy: EvidencePolicy, on: date, before: int) -> Iterator[ColumnElement[bool]]:
    day = on + timedelta(days=before)
    yield Evidence.ends_on == day - timedelta(days=1)
    for months in {policy.validity.confirmed_months, policy.validity.documented_months}:
        begun = add_months(day, -months)
        yield Evidence.dated_on.between(begun - SLACK, begun + SLACK)
