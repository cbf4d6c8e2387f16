"""Looking at a search for an alert: once for all providers, with what the page of results itself uses."""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

import numpy as np
from pyroaring import BitMap
from sqlalchemy.orm import Session

from directory.alerts.changes import Seen
from directory.catalogue.services import Catalogue
from directory.search.bitmaps import bitmap, providers_of
from directory.search.generation import Generation
from directory.search.matching import conditions
from directory.search.query import Query, parse
from directory.search.ranking import hits
from directory.shortlists.queries import Keeper, kept


@dataclass(frozen=True, slots=True)
class Directory:
    """A generation with everybody who is listed in it."""

    generation: Generation
    listed: Seen

    def matching(self, query: Query) -> Seen:
        """Return who matches a search."""
        return self.listed.among(self._ids(conditions(self.generation, query).all_but()))

    def first(self, query: Query, some: BitMap, most: int) -> list[int]:
        """Return the ids of the first of some of those who match, in the order of the search."""
        if not some:
            return []
        held = conditions(self.generation, query)
        is_meant = np.isin(self.generation.providers.id, np.array(some.to_array(), np.int64))
        who = held.all_but() & bitmap(np.flatnonzero(is_meant))
        return [hit.provider_id for hit in hits(held, who, 0, most)]

    def _ids(self, ordinals: BitMap) -> BitMap:
        return bitmap(self.generation.providers.id[providers_of(ordinals)])


def directory_of(generation: Generation) -> Directory:
    """Return a generation with everybody in it by tier."""
    who = providers_of(generation.alive)
    ids, tiers = generation.providers.id[who], generation.providers.tier[who]
    none, lower, upper = (bitmap(ids[tiers == rank]) for rank in range(3))
    return Directory(generation, Seen((none, lower, upper)))


def on_shortlist(session: Session, user_id: int, directory: Directory) -> Seen:
    """Return who of the listed stands on an account's shortlist."""
    ids = BitMap(one.provider_id for one in kept(session, Keeper(user_id=user_id)) if one.provider_id is not None)
    return directory.listed.among(ids)


def canonical(query: Query) -> str:
    """Return a search as an alert keeps it: what is asked for, not how it is shown."""
    return urlencode(replace(query, page=1, per_page=Query().per_page, sort=None).parameters())


def asked(kept: str, catalogue: Catalogue) -> Query:
    """Return the search that an alert keeps; QueryError where it names what the catalogue in force doesn't know."""
    return parse(parse_qsl(kept), catalogue)


def title(query: Query, catalogue: Catalogue) -> str:
    """Return a search in words."""
    return " · ".join(one.sentence for one in query.filters(catalogue)) or "every provider"
