"""Search in plain loops over rows and verdicts: no index, no bitmaps. What the real one is held against."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import log
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.providers.models import Provider
from directory.readiness.models import Status
from directory.rules.case import Outcome, WeighedSystem
from directory.rules.evaluator import Verdicts
from directory.rules.queries import load_verdicts
from directory.search.expression import Way, read
from directory.search.query import Query, Sort
from directory.search.tokens import tokens
from directory.search.values import choices
from tests.search.followups import Counts, counted

LISTS = {
    "industry": "industries",
    "agent_type": "agent_types",
    "region": "regions",
    "language": "languages",
    "engagement": "engagement",
    "framework": "frameworks",
    "model": "models",
    "cloud": "clouds",
    "tool": "tools",
}
WEIGHTS = {"name": 5.0, "summary": 2.0, "description": 1.0, "systems": 1.5}


def bare(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.replace("Ø", "O").replace("ø", "o").casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


@dataclass
class Entry:
    provider: Provider
    verdicts: Verdicts
    values: dict[str, set[str]]
    words: dict[str, list[str]]

    @property
    def tier(self) -> int:
        return self.verdicts.tier.rank if self.verdicts.tier else 0


class Oracle:
    def __init__(self, session: Session, catalogue: Catalogue, on: date) -> None:
        self.catalogue = catalogue
        public = select(Provider).options(selectinload(Provider.systems))
        providers = [one for one in session.scalars(public) if one.published_at and not one.withdrawn_at]
        verdicts = load_verdicts(session, [one.id for one in providers], catalogue, on)
        self.worded: dict[str, set[int]] = {}
        self.entries = [self._entry(one, verdicts[one.id]) for one in providers]

    def _entry(self, provider: Provider, verdicts: Verdicts) -> Entry:
        values = {facet: set(getattr(provider, column)) for facet, column in LISTS.items()}
        for system in verdicts.live_systems:
            values["industry"] |= {system.facts.industry} - {None}
            values["agent_type"] |= {system.facts.agent_type} - {None}
        values["country"] = {provider.country} if provider.country else set()
        size = self.catalogue.taxonomy.size_of(provider.employees)
        values["size"] = {size} if size else set()
        words = {
            "name": tokens(provider.name),
            "summary": tokens(provider.summary),
            "description": tokens(provider.description),
            "systems": [word for one in provider.systems for word in tokens(f"{one.name} {one.summary}")],
        }
        return Entry(provider, verdicts, values, words)

    # ------------------------------------------------------------ who matches

    def matches(self, entry: Entry, query: Query) -> bool:
        verdicts = entry.verdicts
        wanted = [
            query.production is None or entry.tier >= query.production.rank,
            not query.enterprise or verdicts.enterprise_outcome is Outcome.PASS,
            not query.claimed or entry.provider.claimed_at is not None,
            all(self.has_any(entry, facet, values, query.level) for facet, values in query.facets),
            all(self.is_met(entry, criterion, query.level) for criterion in query.criteria),
            not query.bounds or bool(self.meeting(entry, query)),
            not self.stands_alone(query) or self.has_figure(entry, query.level),
        ]
        return all(wanted) and (not query.words or self.has_words(entry, query.words))

    def stands_alone(self, query: Query) -> bool:
        return bool(query.level) and not query.bounds and not query.criteria and not query.chosen("certification")

    def has_figure(self, entry: Entry, level: Level) -> bool:
        return any(figure.level >= level for one in entry.verdicts.live_systems for figure in one.figures.values())

    def has_any(self, entry: Entry, facet: str, values: Iterable[str], level: Level) -> bool:
        if facet == "certification":
            held = entry.verdicts.certifications
            return any(value in held and held[value].level >= level for value in values)
        return bool(entry.values[facet] & set(values))

    def is_met(self, entry: Entry, criterion: str, level: Level) -> bool:
        answer = entry.verdicts.answers.get(criterion)
        return answer is not None and answer.status is Status.MET and answer.level >= level

    def meeting(self, entry: Entry, query: Query) -> list[WeighedSystem]:
        return [one for one in entry.verdicts.live_systems if self._meets(one, query)]

    def _meets(self, system: WeighedSystem, query: Query) -> bool:
        bounds: list[tuple[Metric, Any]] = [
            (Metric.REQUESTS_PER_DAY, query.min_requests_per_day),
            (Metric.UPTIME_PERCENT, query.min_uptime),
            (Metric.DEPLOY_MINUTES, query.max_deploy_minutes),
            (Metric.RESPONSE_MINUTES, query.max_response_minutes),
        ]
        for metric, bound in bounds:
            if bound is None:
                continue
            figure = system.figures.get(metric)
            if figure is None or figure.level < query.level:
                return False
            if figure.value < bound if DEFINITIONS[metric].is_more_better else figure.value > bound:
                return False
            if metric is Metric.RESPONSE_MINUTES and figure.coverage is not Coverage.ROUND_THE_CLOCK:
                return False
        return True

    def has_words(self, entry: Entry, words: str) -> bool:
        known = self.worded.get(words)
        if known is None:
            known = self.worded[words] = {one.provider.id for one in self.entries if self.satisfies(one, words)}
        return entry.provider.id in known

    def satisfies(self, entry: Entry, words: str) -> bool:
        expression = read(words)
        if not expression.wishes and not expression.unwanted:
            return False
        wanted = all(any(self.holds(entry, way) for way in wish.ways) for wish in expression.wishes)
        return wanted and not any(self.holds(entry, way) for way in expression.unwanted)

    def holds(self, entry: Entry, way: Way) -> bool:
        return self.holds_words(entry, way) or any(self.has_word(entry, word) for word in self.begun(way))

    def holds_words(self, entry: Entry, way: Way) -> bool:
        if way.is_quoted:
            return any(self.stand_together(field, way.words) for field in entry.words.values())
        return all(self.has_word(entry, word) for word in way.words)

    def stand_together(self, field: list[str], words: Sequence[str]) -> bool:
        return any(tuple(field[at : at + len(words)]) == tuple(words) for at in range(len(field)))

    def has_word(self, entry: Entry, word: str) -> bool:
        return any(word in field for field in entry.words.values())

    @cached_property
    def known(self) -> set[str]:
        return {word for one in self.entries for field in one.words.values() for word in field}

    def begun(self, way: Way) -> list[str]:
        if not way.prefix:
            return []
        known = self.known
        begun = [word for word in known if word.startswith(way.prefix)]
        lengths = range(len(way.prefix) - 1, max(4, len(way.prefix) - 4) - 1, -1)
        stem = [way.prefix[:length] for length in lengths if way.prefix[:length] in known][:1]
        return [word for word in (begun or stem) if word not in way.words]

    # ------------------------------------------------------------ order

    def headline(self, entry: Entry, query: Query) -> WeighedSystem | None:
        systems = self.meeting(entry, query)
        metric = query.ordering.metric
        if metric is None:
            return systems[0] if systems else None
        return min(systems, key=lambda one: self._badness(one, metric, query.level), default=None)

    def _badness(self, system: WeighedSystem | None, metric: Metric, level: Level) -> tuple[int, Decimal]:
        figure = system.figures.get(metric) if system else None
        if figure is None or figure.level < level:
            return (1, Decimal(0))
        return (0, -figure.value if DEFINITIONS[metric].is_more_better else figure.value)

    def score(self, entry: Entry, words: str) -> float:
        total = 0.0
        for wish in read(words).wishes:
            holders = sum(any(self.holds(one, way) for way in wish.ways) for one in self.entries)
            idf = log(1 + (len(self.entries) - holders + 0.5) / (holders + 0.5))
            shares = [1.0, *(0.7 for _ in wish.ways[1:])]
            weight = sum(share * self.amount(entry, way) for share, way in zip(shares, wish.ways, strict=True))
            total += idf * weight * 2.2 / (weight + 1.2)
        return round(total, 6)

    def amount(self, entry: Entry, way: Way) -> float:
        literal = min(self.weight(entry, word) for word in way.words) if self.holds_words(entry, way) else 0.0
        return literal + 0.4 * sum(self.weight(entry, word) for word in self.begun(way))

    def weight(self, entry: Entry, word: str) -> float:
        weight = 0.0
        for field, weigh in WEIGHTS.items():
            times, length = entry.words[field].count(word), len(entry.words[field])
            weight += weigh * times / (0.25 + 0.75 * length / self.means[field]) if times else 0.0
        return weight

    @cached_property
    def means(self) -> dict[str, float]:
        return {field: sum(len(one.words[field]) for one in self.entries) / len(self.entries) for field in WEIGHTS}

    def key(self, entry: Entry, query: Query) -> tuple[Any, ...]:
        headline = self.headline(entry, query)
        levels = headline.levels if headline else 0
        evidence = (-entry.tier, -entry.verdicts.passes, -levels, entry.provider.slug)
        first: Any = 0
        if query.ordering.metric:
            first = self._badness(headline, query.ordering.metric, query.level)
        elif query.ordering is Sort.NEWEST:
            assert entry.provider.published_at
            first = -entry.provider.published_at.timestamp()
        elif query.ordering is Sort.NAME:
            first = (bare(entry.provider.name), entry.provider.slug)
        elif query.ordering is Sort.RELEVANCE and query.words:
            first = -self.score(entry, query.words)
        return (entry.tier == 0, first, evidence)

    def ordered(self, query: Query) -> list[tuple[int, int | None]]:
        matched = sorted(
            (one for one in self.entries if self.matches(one, query)), key=lambda one: self.key(one, query)
        )
        heads = [(one, self.headline(one, query)) for one in matched]
        return [(one.provider.id, head.facts.id if head else None) for one, head in heads]

    # ------------------------------------------------------------ counts

    def total(self, query: Query) -> int:
        return sum(self.matches(one, query) for one in self.entries)

    def facets(self, query: Query) -> Counts:
        held = {facet: {value for one in self.entries for value in one.values[facet]} for facet in LISTS}
        held |= {facet: set(choices(facet, self.catalogue)) for facet in ("certification", "criterion", "size")}
        held["country"] = {value for one in self.entries for value in one.values["country"]}
        return counted(query, self.catalogue, held, self.total)
