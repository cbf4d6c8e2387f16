"""What other rules would do to the providers listed today: who would gain or lose a tier or Enterprise. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.catalogue.schema import Rules
from directory.catalogue.services import Catalogue
from directory.providers.models import Provider
from directory.rules.case import Outcome
from directory.rules.evaluator import TierName, Verdicts, evaluate
from directory.rules.queries import load_facts

BATCH = 500
NAMES_AT_MOST = 20
ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Movement:
    """How many providers would gain or lose one thing, with the names of the first few."""

    what: str
    is_gain: bool
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What a switch of rules would do; `what` of a movement is a tier's id or `enterprise`."""

    providers: int
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """A provider that would lose something: tiers' ids, and `enterprise`."""

    provider_id: int
    what: tuple[str, ...]


def standings(verdicts: Verdicts) -> frozenset[str]:
    """Return what a provider has reached: each tier up to its own, and `enterprise`."""
    rank = verdicts.tier.rank if verdicts.tier else 0
    tiers = {str(tier) for tier in TierName if tier.rank <= rank}
    return frozenset(tiers | ({ENTERPRISE} if verdicts.enterprise_outcome is Outcome.PASS else set()))


def _public(session: Session) -> Iterator[dict[int, str]]:
    """Yield public providers' names by id, in batches, without holding a cursor open."""
    last = 0
    while True:
        query = select(Provider.id, Provider.name).where(Provider.is_public, Provider.id > last)
        batch = {row.id: row.name for row in session.execute(query.order_by(Provider.id).limit(BATCH))}
        if not batch:
            return
        yield batch
        last = max(batch)


def impact(
    session: Session,
    catalogue: Catalogue,
    rules: Rules,
    on: date,
    progress: Callable[[int, int], None] | None = None,
    *,
    names_at_most: int = NAMES_AT_MOST,
) -> Impact:
    """Hold every public provider against the rules in force and against `rules`, on one day.

    `progress(done, total)` is called after each batch of 500.
    """
    total = session.scalar(select(func.count()).select_from(Provider).where(Provider.is_public)) or 0
    counts: Counter[tuple[str, bool]] = Counter()
    names: dict[tuple[str, bool], list[str]] = defaultdict(list)
    done = 0
    for batch in _public(session):
        for provider_id, old, new in _compared(session, list(batch), catalogue, replace(catalogue, rules=rules), on):
            for what in old ^ new:
                counts[what, what in new] += 1
                if len(names[what, what in new]) < names_at_most:
                    names[what, what in new].append(batch[provider_id])
        done += len(batch)
        if progress:
            progress(done, total)
    return Impact(done, tuple(_movements(counts, names)))


def losses(session: Session, catalogue: Catalogue, rules: Rules, on: date) -> Iterator[list[Loss]]:
    """Yield, batch by batch, the public providers that would lose something by `rules`, with what."""
    for batch in _public(session):
        compared = _compared(session, list(batch), catalogue, replace(catalogue, rules=rules), on)
        yield [Loss(provider_id, _in_order(old - new)) for provider_id, old, new in compared if old - new]


def _in_order(what: frozenset[str]) -> tuple[str, ...]:
    return tuple(one for one in (*map(str, TierName), ENTERPRISE) if one in what)


def _compared(
    session: Session, ids: list[int], now: Catalogue, proposed: Catalogue, on: date
) -> Iterator[tuple[int, frozenset[str], frozenset[str]]]:
    """Yield each provider's id with what it has reached, and what it would have."""
    before = load_facts(session, ids, now)
    is_same_evidence = now.rules.evidence.observed == proposed.rules.evidence.observed
    after = before if is_same_evidence else load_facts(session, ids, proposed)
    for provider_id in ids:
        if provider_id in before and provider_id in after:
            old = standings(evaluate(before[provider_id], now.rules, on))
            yield provider_id, old, standings(evaluate(after[provider_id], proposed.rules, on))


def _movements(counts: Counter[tuple[str, bool]], names: dict[tuple[str, bool], list[str]]) -> Iterator[Movement]:
    for what in (*map(str, TierName), ENTERPRISE):
        for is_gain in (True, False):
            if counts[what, is_gain]:
                yield Movement(what, is_gain, counts[what, is_gain], tuple(names[what, is_gain]))
