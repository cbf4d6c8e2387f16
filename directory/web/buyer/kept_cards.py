"""Entries of a shortlist with the live figures of their providers; of one that is gone only what the buyer knew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from directory.catalogue.services import Catalogue
from directory.providers.models import Provider
from directory.rules.queries import load_verdicts
from directory.shortlists.queries import Kept
from directory.web.buyer.cards import Card, card


@dataclass(frozen=True, slots=True)
class KeptCard:
    """One entry; `card` is None where its provider isn't listed any more."""

    kept: Kept
    card: Card | None


def kept_cards(session: Session, entries: Sequence[Kept], catalogue: Catalogue, on: date) -> tuple[KeptCard, ...]:
    """Return the entries in their order; a fixed number of queries, however many there are."""
    ids = [one.provider_id for one in entries if one.provider_id is not None]
    if not ids:
        return tuple(KeptCard(one, None) for one in entries)
    rows = {row.id: row for row in session.execute(_public(ids))}
    verdicts = load_verdicts(session, list(rows), catalogue, on)
    cards = {
        number: card(row, found, found.system.facts.id if found.system else None, catalogue.rules)
        for number, row in rows.items()
        if (found := verdicts.get(number)) is not None
    }
    return tuple(KeptCard(one, cards.get(one.provider_id or 0)) for one in entries)


def _public(ids: list[int]) -> Select[*tuple[Any, ...]]:
    """Select what a card shows of a provider itself."""
    columns = (Provider.id, Provider.slug, Provider.name, Provider.summary, Provider.country, Provider.is_demo)
    return select(*columns, Provider.claimed_at).where(Provider.id.in_(ids), Provider.is_public)
