"""What the index holds of a provider: one document with its systems, made from its profile and its verdicts."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.catalogue.schema import Taxonomy
from directory.catalogue.services import Catalogue
from directory.evidence.metrics import Coverage, Metric
from directory.evidence.weighing import Weighed
from directory.providers.models import Provider, System
from directory.readiness.models import Status
from directory.rules.case import Outcome, WeighedSystem
from directory.rules.evaluator import TierName, Verdicts, evaluate
from directory.rules.facts import changes_on
from directory.rules.queries import load_facts
from directory.search.tokens import sort_key, tokens

METRICS = tuple(Metric)
"""The order of the four metrics in every array of values and levels."""
TEXT_FIELDS = ("name", "summary", "description", "systems")
"""The fields that words are looked for in."""
TERM_FIELDS = (
    "industry",
    "agent_type",
    "region",
    "country",
    "size",
    "language",
    "engagement",
    "framework",
    "model",
    "cloud",
    "tool",
    "certification",
    "criterion",
    "production",
    "enterprise",
    "claimed",
)
"""The fields whose values are counted. Certifications and criteria are qualified by level: `gdpr/2`."""
BATCH = 500
"""So many providers are read at once."""
NEVER = date.max.toordinal()
SCALE = 10_000
LARGEST = 2**53
Profile = Any
"""A row of PROFILE: too many columns for a row type."""


@dataclass(frozen=True, slots=True)
class SystemDocument:
    """One system. Values are those used, times 10,000, and levels 0–4, by METRICS; −1 where nothing is in force."""

    id: int
    is_live: bool
    values: tuple[int, int, int, int]
    levels: tuple[int, int, int, int]
    is_round_the_clock: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One provider as of `evaluated_on`, right until the day before `changes_on` (both day ordinals).

    `words` are analysed, by TEXT_FIELDS; `terms` by TERM_FIELDS; `published_at` is in microseconds since
    1970; `tier` is 0, 1 or 2; systems stand best first.
    """

    id: int
    slug: str
    name_key: str
    words: tuple[list[str], list[str], list[str], list[str]]
    terms: Mapping[str, tuple[str, ...]]
    tier: int
    passes: int
    published_at: int
    evaluated_on: int
    changes_on: int = NEVER
    systems: tuple[SystemDocument, ...] = field(default=())


def qualified(value: str, level: int) -> str:
    """Return the term of a criterion or certification at a level."""
    return f"{value}/{level}"


def scaled(value: Decimal) -> int:
    """Return a value in ten-thousandths, as columns hold it; what is finer is cut off."""
    return min(int(value * SCALE), LARGEST)


def _upto(levels: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(qualified(value, level) for value, reached in levels for level in range(reached + 1))


def _system(weighed: WeighedSystem) -> SystemDocument:
    figures: list[Weighed | None] = [weighed.figures.get(metric) for metric in METRICS]
    volume, uptime, deploy, response = (scaled(one.value) if one else -1 for one in figures)
    levels = tuple(int(one.level) if one else -1 for one in figures)
    promise = weighed.figures.get(Metric.RESPONSE_MINUTES)
    return SystemDocument(
        id=weighed.facts.id,
        is_live=weighed.is_live,
        values=(volume, uptime, deploy, response),
        levels=(levels[0], levels[1], levels[2], levels[3]),
        is_round_the_clock=promise is not None and promise.coverage is Coverage.ROUND_THE_CLOCK,
    )


def _terms(row: Profile, verdicts: Verdicts, taxonomy: Taxonomy) -> dict[str, tuple[str, ...]]:
    live = [system.facts for system in verdicts.live_systems]
    size = taxonomy.size_of(row.employees)
    tiers = tuple(tier.value for tier in TierName if verdicts.tier and tier.rank <= verdicts.tier.rank)
    met = [(one, answer.level) for one, answer in verdicts.answers.items() if answer.status is Status.MET]
    terms: dict[str, Iterable[str | None]] = {
        "industry": (*row.industries, *(system.industry for system in live)),
        "agent_type": (*row.agent_types, *(system.agent_type for system in live)),
        "region": row.regions,
        "country": (row.country,),
        "size": (size,),
        "language": row.languages,
        "engagement": row.engagement,
        "framework": row.frameworks,
        "model": row.models,
        "cloud": row.clouds,
        "tool": row.tools,
        "certification": _upto((name, one.level) for name, one in verdicts.certifications.items()),
        "criterion": _upto(met),
        "production": tiers,
        "enterprise": ("1",) if verdicts.enterprise_outcome is Outcome.PASS else (),
        "claimed": ("1",) if row.claimed_at is not None else (),
    }
    return {name: tuple(sorted({value for value in values if value})) for name, values in terms.items()}


def _document(row: Profile, described: Iterable[tuple[str, str]], verdicts: Verdicts, catalogue: Catalogue) -> Document:
    next_on = changes_on(verdicts.facts, catalogue.rules, verdicts.on)
    of_systems = [word for name, summary in described for word in (*tokens(name), *tokens(summary))]
    return Document(
        id=row.id,
        slug=row.slug,
        name_key=sort_key(row.name, row.slug),
        words=(tokens(row.name), tokens(row.summary), tokens(row.description), of_systems),
        terms=_terms(row, verdicts, catalogue.taxonomy),
        tier=verdicts.tier.rank if verdicts.tier else 0,
        passes=verdicts.passes,
        published_at=int(row.published_at.timestamp() * 1_000_000),
        evaluated_on=verdicts.on.toordinal(),
        changes_on=NEVER if next_on is None else next_on.toordinal(),
        systems=tuple(_system(system) for system in verdicts.systems),
    )


PROFILE = (
    Provider.id,
    Provider.slug,
    Provider.name,
    Provider.summary,
    Provider.description,
    Provider.country,
    Provider.employees,
    Provider.languages,
    Provider.engagement,
    Provider.industries,
    Provider.regions,
    Provider.agent_types,
    Provider.frameworks,
    Provider.models,
    Provider.clouds,
    Provider.tools,
    Provider.claimed_at,
    Provider.published_at,
)


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids some hundreds at a time."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def read_documents(session: Session, ids: Collection[int], catalogue: Catalogue, on: date) -> list[Document]:
    """Return the documents of those of the providers that are public, by id; ask for some hundreds at a time."""
    rows: Sequence[Profile] = session.execute(
        select(*PROFILE).where(Provider.id.in_(ids), Provider.is_public).order_by(Provider.id)
    ).all()
    described: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
    systems = select(System.provider_id, System.name, System.summary).where(System.provider_id.in_(described))
    for provider_id, name, summary in session.execute(systems.order_by(System.id)):
        described[provider_id].append((name, summary))
    facts = load_facts(session, list(described), catalogue)
    present = [row for row in rows if row.id in facts]  # one may have been deleted between two queries
    verdicts = {row.id: evaluate(facts[row.id], catalogue.rules, on) for row in present}
    return [_document(row, described[row.id], verdicts[row.id], catalogue) for row in present]


def read_texts(session: Session, ids: Collection[int]) -> dict[int, list[str]]:
    """Return the texts in which words are looked for, of those of the providers that are public, by id."""
    profiles = select(Provider.id, Provider.name, Provider.summary, Provider.description)
    rows = session.execute(profiles.where(Provider.id.in_(ids), Provider.is_public)).all()
    texts = {row.id: [row.name, row.summary, row.description] for row in rows}
    systems = select(System.provider_id, System.name, System.summary).where(System.provider_id.in_(texts))
    for provider_id, name, summary in session.execute(systems):
        texts[provider_id] += [name, summary]
    return texts
