"""Demonstration entries: loading them in batches, and taking every one of them away again.

Loading is in ordinals: the hand-written entries first, then composed ones. An entry's domain follows from
its ordinal alone, so an entry that is there already is known by its domain and left alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from directory.audit.services import Event, append_all
from directory.catalogue.services import Catalogue
from directory.evidence.models import Evidence
from directory.exchange import demo_names
from directory.exchange.demo_batch import Moments, open_batch
from directory.exchange.demo_compose import Composer
from directory.exchange.demo_rows import Kitchen, add_provider, slug_of
from directory.exchange.demo_spec import ingredients, written
from directory.providers.models import Provider

ACTOR = "demo"
BATCH = 1_000
MOST = 1_000_000
DEFAULT_SEED = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to load: the entries with ordinals below `providers`, composed from `seed`, for one catalogue."""

    providers: int
    seed: int
    catalogue: Catalogue

    def batches(self) -> Iterator[range]:
        """Yield the ordinals in batches, each for one transaction."""
        for first in range(0, self.providers, BATCH):
            yield range(first, min(first + BATCH, self.providers))

    def composer(self) -> Composer:
        """Return what composes entries beyond the hand-written ones."""
        checklist = self.catalogue.checklist
        return Composer(ingredients(), self.catalogue.taxonomy, tuple(checklist.criteria), self.seed)


def default_providers() -> int:
    """Return how many entries are written by hand."""
    return len(written())


def count(session: Session) -> int:
    """Return how many demonstration entries there are."""
    return session.scalar(select(func.count()).where(Provider.is_demo)) or 0


def slug_at(ordinal: int) -> str:
    """Return the slug of the entry with that ordinal; its domain is `<slug>.example`."""
    if ordinal < len(written()):
        return slug_of(written()[ordinal])
    return demo_names.slug(*demo_names.parts(ingredients(), ordinal - len(written())))


def load(session: Session, plan: Plan, ordinals: Iterable[int], *, at: datetime) -> int:
    """Add the entries with these ordinals that aren't there yet, and return how many that were."""
    wanted = {f"{slug_at(ordinal)}.example": ordinal for ordinal in ordinals}
    there = set(session.scalars(select(Provider.domain).where(Provider.domain.in_(wanted))))
    missing = [ordinal for domain, ordinal in wanted.items() if domain not in there]
    if not missing:
        return 0
    batch, composer = open_batch(session), plan.composer()
    areas = {area.id: tuple(one.id for one in area.criteria) for area in plan.catalogue.checklist.areas}
    kitchen = Kitchen(batch, Moments(at), ingredients(), areas)
    taken = _taken_slugs(session, missing)
    events = []
    for ordinal in missing:
        composed = ordinal - len(written())
        spec = written()[ordinal] if composed < 0 else composer.compose(composed)
        slug = slug_at(ordinal)
        slug = f"{slug}-demo" if slug in taken else slug
        provider_id = add_provider(kitchen, spec, composer.random(composed), slug=slug)
        events.append(Event("provider.demonstrated", f"provider:{slug}", provider_id))
    batch.insert(session)
    append_all(session, events, actor=ACTOR, at=at)
    return len(missing)


def _taken_slugs(session: Session, ordinals: Sequence[int]) -> set[str]:
    """Return which slugs real entries have taken."""
    slugs = [slug_at(ordinal) for ordinal in ordinals]
    return set(session.scalars(select(Provider.slug).where(Provider.slug.in_(slugs))))


def hide(session: Session, *, at: datetime) -> int:
    """Take every demonstration entry out of readers' sight together with its evidence; return how many there are.

    The first step of removing them. Evidence goes at once, because nothing but its provider is indexed
    on it: deleting what it hangs on would otherwise read all of it, every time.
    """
    demo_ids = select(Provider.id).where(Provider.is_demo)
    session.execute(delete(Evidence).where(Evidence.provider_id.in_(demo_ids)))
    session.execute(
        update(Provider.__table__).where(Provider.is_demo, Provider.withdrawn_at.is_(None)).values(withdrawn_at=at)  # type: ignore[arg-type]  # a table is what it is
    )
    return count(session)


def remove(session: Session, *, at: datetime, limit: int = BATCH) -> int:
    """Delete up to `limit` demonstration entries with all that hangs on them; return how many that were."""
    query = select(Provider).where(Provider.is_demo).order_by(Provider.id).limit(limit)
    events = [Event("provider.removed", one.subject, one.id) for one in session.scalars(query)]
    if events:
        session.execute(delete(Provider).where(Provider.id.in_([one.provider_id for one in events])))
        append_all(session, events, actor=ACTOR, at=at)
    return len(events)
