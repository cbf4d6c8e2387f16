"""What a letter about an alert says: names for what changed, of providers that readers may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.alerts.changes import Changes, Seen
from directory.alerts.looking import Directory
from directory.catalogue.services import Catalogue
from directory.providers.models import Provider
from directory.rules.expiring import expiring
from directory.rules.queries import load_facts
from directory.search.query import Query

MOST_NAMED = 20
"""So many providers are named in one letter for each kind of news; how many more there are is said."""
LONGEST = 7
"""So many days back evidence is looked at that came near its end: a weekly letter's span."""


@dataclass(frozen=True, slots=True)
class News:
    """Lines of a letter, by kind; each list is of (slug, words) and shorter than its count where there are more."""

    new: list[tuple[str, str]]
    moved: list[tuple[str, str]]
    ending: list[tuple[str, str]]
    new_count: int
    moved_count: int

    def __bool__(self) -> bool:
        return bool(self.new or self.moved or self.ending)


Now = tuple[Directory, Catalogue]
"""What is there now, and what it is called."""
Since = tuple[Seen, Changes]
"""What was there when it was looked at last, and what changed since."""


def of_search(session: Session, now: Now, query: Query, since: Since) -> News:
    """Return the news of a saved search: who is new in it, whose tier changed."""
    _, found = since
    new = now[0].first(query, found.new, MOST_NAMED)
    names = _names(session, new)
    lines = [names[one] for one in new if one in names]
    return News(lines, _moved(session, now, since), [], len(found.new), _count(found))


def of_shortlist(session: Session, now: Now, since: Since, days: tuple[date, date]) -> News:
    """Return the news of a shortlist: whose tier changed, whose evidence came near its end after one day until another.

    Who is newly on it is no news to whoever put them there.
    """
    before, found = since
    ending = _ending(session, before.everybody | found.new, now[1], days)
    return News([], _moved(session, now, since), ending, 0, _count(found))


def _count(found: Changes) -> int:
    return len(found.risen) + len(found.fallen)


def _names(session: Session, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    query = select(Provider.id, Provider.slug, Provider.name).where(Provider.id.in_(list(ids)), Provider.is_public)
    return {row.id: (row.slug, row.name) for row in session.execute(query)}


def _moved(session: Session, now: Now, since: Since) -> list[tuple[str, str]]:
    (directory, catalogue), (before, found) = now, since
    words = ("no tier", *(tier.name for tier in catalogue.rules.production.tiers))
    ids = [*found.risen, *found.fallen][:MOST_NAMED]
    names = _names(session, ids)
    return [
        (slug, f"{name}: {words[directory.listed.tier_of(one)]}, before {words[before.tier_of(one)]}")
        for one in ids
        if one in names
        for slug, name in (names[one],)
    ]


def _ending(session: Session, ids: BitMap, catalogue: Catalogue, days: tuple[date, date]) -> list[tuple[str, str]]:
    after, until = days
    span = [until - timedelta(days=back) for back in range(min(LONGEST, (until - after).days))]
    names = _names(session, ids)
    lines = []
    for provider_id, facts in load_facts(session, list(names), catalogue).items():
        slug, name = names[provider_id]
        found = {one for day in span for one in expiring(facts, catalogue.rules.evidence, day)}
        lines += [
            (slug, f"{name}: {one.subject}, {one.how}, until {one.last_on:%-d %b %Y}")
            for one in sorted(found, key=lambda one: (one.last_on, one.subject, one.how))
        ]
    return lines
