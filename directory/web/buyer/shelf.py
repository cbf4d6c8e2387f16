"""Cards that were made before, used again until anything in the directory changes, the rules do, or the day does."""

import threading
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cachetools import LRUCache
from flask import current_app
from markupsafe import Markup
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.providers.models import Provider
from directory.rules.queries import load_verdicts
from directory.search.refresh import last_event
from directory.search.results import Hit
from directory.web.buyer.cards import Card, card

KEPT = 1_000
"""So many cards are kept in a process; one takes about ten kilobytes."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a card says, with the words that were searched for as marks, and a piece of the text that isn't on it."""

    name: Markup
    summary: Markup
    piece: Markup


@dataclass(frozen=True, slots=True)
class Shown:
    """A card, and how a list shows it; with `found` it is shown anew, since the markup knows of no words."""

    card: Card
    markup: Markup
    found: Found | None = None


class Shelf:
    """The cards of one application; any number of threads may use it."""

    def __init__(self) -> None:
        """Start empty."""
        self._shown: LRUCache[Hashable, Shown] = LRUCache(KEPT)
        self._lock = threading.Lock()

    def take(self, keys: Mapping[Hit, Hashable]) -> dict[Hit, Shown]:
        """Return what is there of these."""
        with self._lock:
            return {hit: self._shown[key] for hit, key in keys.items() if key in self._shown}

    def put(self, made: Mapping[Hashable, Shown]) -> None:
        """Keep these."""
        with self._lock:
            self._shown.update(made)


def load_cards(session: Session, hits: Sequence[Hit], catalogue: Catalogue, on: date) -> tuple[Shown | None, ...]:
    """Return a card for each hit, in order; None where the entry isn't public any more.

    A fixed number of queries, however many hits; whether an entry is public is always asked.
    """
    rows = {row.id: row for row in session.execute(_public([hit.provider_id for hit in hits]))}
    version = (last_event(session), catalogue.key, on)
    keys = {hit: (version, hit, tuple(rows[hit.provider_id])) for hit in hits if hit.provider_id in rows}
    shelf: Shelf = current_app.extensions.setdefault("directory.cards", Shelf())
    found = shelf.take(keys)
    made = _made(session, [hit for hit in keys if hit not in found], rows, catalogue, on)
    shelf.put({keys[hit]: shown for hit, shown in made.items()})
    return tuple(found.get(hit) or made.get(hit) for hit in hits)


def _public(ids: list[int]) -> Select[*tuple[Any, ...]]:
    """Select what a card shows of a provider itself, and its revision, which tells its states apart."""
    columns = (Provider.id, Provider.slug, Provider.name, Provider.summary, Provider.country)
    return select(*columns, Provider.is_demo, Provider.claimed_at, Provider.revision, Provider.updated_at).where(
        Provider.id.in_(ids), Provider.is_public
    )


def _made(
    session: Session, hits: Sequence[Hit], rows: dict[int, Row[Any]], catalogue: Catalogue, on: date
) -> dict[Hit, Shown]:
    if not hits:
        return {}
    verdicts = load_verdicts(session, [hit.provider_id for hit in hits], catalogue, on)
    cards = {
        hit: card(rows[hit.provider_id], verdicts[hit.provider_id], hit.system_id, catalogue.rules)
        for hit in hits
        if hit.provider_id in verdicts
    }
    show = current_app.jinja_env.get_template("buyer/_card.html").module.card  # type: ignore[attr-defined]  # a macro
    return {hit: Shown(one, show(one)) for hit, one in cards.items()}
