"""The cards of a page of results, most of them made before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.providers.models import Provider
from directory.rules.queries import load_verdicts
from directory.search.results import Hit
from directory.web.buyer.cards import Card, card
from directory.web.shelf import Shelf, shelf

KEY = "directory.cards"
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
    """A card, and how a list shows its halves; with `found` the upper one is shown anew, since it knows of no words."""

    card: Card
    upper: Markup
    lower: Markup
    found: Found | None = None


def load_cards(session: Session, hits: Sequence[Hit], catalogue: Catalogue, on: date) -> tuple[Shown | None, ...]:
    """Return a card for each hit, in order; None where the entry isn't public any more.

    A fixed number of queries, however many hits; none where all are there.
    """
    cards: Shelf[Shown] = shelf(KEY, KEPT)
    shown = cards.of(hits, lambda missing: _made(session, missing, catalogue, on))
    return tuple(shown.get(hit) for hit in hits)


def _public(ids: list[int]) -> Select[*tuple[Any, ...]]:
    """Select what a card shows of a provider itself."""
    columns = (Provider.id, Provider.slug, Provider.name, Provider.summary, Provider.country)
    return select(*columns, Provider.is_demo, Provider.claimed_at).where(Provider.id.in_(ids), Provider.is_public)


def _made(session: Session, hits: Sequence[Hit], catalogue: Catalogue, on: date) -> Mapping[Hit, Shown]:
    rows = {row.id: row for row in session.execute(_public([hit.provider_id for hit in hits]))}
    verdicts = load_verdicts(session, list(rows), catalogue, on)
    cards = {
        hit: card(rows[hit.provider_id], verdicts[hit.provider_id], hit.system_id, catalogue.rules)
        for hit in hits
        if hit.provider_id in verdicts
    }
    macros: Any = current_app.jinja_env.get_template("buyer/_card.html").module
    return {hit: Shown(one, macros.upper(one), macros.lower(one)) for hit, one in cards.items()}
