"""What was made of providers before, used again until that very provider changes, or the rules or the day do.

Whether an entry is still public is one of the things whose change is an event, so what is here is of public entries.
"""

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from cachetools import LRUCache
from flask import current_app

from directory.search.results import Hit
from directory.web.session import catalogue, position, services, today

Made = TypeVar("Made")


def shelf(name: str, most: int) -> "Shelf[Any]":
    """Return the application's shelf of that name; the first who asks puts it up."""
    found: Shelf[Any] | None = current_app.extensions.get(name)
    if found is None:
        found = current_app.extensions.setdefault(name, Shelf(most))
    return found


class Shelf(Generic[Made]):
    """What one application made of results; any number of threads may use it. The least used go first."""

    def __init__(self, most: int) -> None:
        """Start empty; `most` things are kept."""
        self._made: LRUCache[Hashable, Made] = LRUCache(most)
        self._lock = threading.Lock()

    def of(self, hits: Sequence[Hit], make: Callable[[Sequence[Hit]], Mapping[Hit, Made]]) -> dict[Hit, Made]:
        """Return what is made of each hit; `make` makes what isn't there, leaving out who isn't public."""
        versions = services().changes.versions([hit.provider_id for hit in hits], position())
        rest = (catalogue().key, today())
        keys = {hit: (hit, versions[hit.provider_id], rest) for hit in hits if hit.provider_id in versions}
        with self._lock:
            found = {hit: self._made[key] for hit, key in keys.items() if key in self._made}
        missing = [hit for hit in hits if hit not in found]
        if missing:
            made = make(missing)
            found.update(made)
            with self._lock:
                self._made.update({keys[hit]: one for hit, one in made.items() if hit in keys})
        return found
