"""The words that were searched for, marked in what cards say, with a piece of the text that has the others."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup
from sqlalchemy.orm import Session

from directory.search.document import read_texts
from directory.search.expression import Expression, read
from directory.search.highlighting import marked, snippet
from directory.search.results import Hit
from directory.web.buyer.shelf import Found, Shown


def highlighted(
    session: Session, words: str, hits: Sequence[Hit], cards: Sequence[Shown | None]
) -> tuple[Shown | None, ...]:
    """Return the cards of the hits, in order, with what was found in them; without words as they are."""
    expression = read(words)
    if not expression.wishes:
        return tuple(cards)
    texts = read_texts(session, {hit.provider_id for hit in hits})
    return tuple(
        one and replace(one, found=_found(one, texts.get(hit.provider_id, []), expression))
        for hit, one in zip(hits, cards, strict=True)
    )


def _found(shown: Shown, texts: Sequence[str], expression: Expression) -> Found:
    """Return what was found; `texts` are name, summary, description, then name and summary of each system."""
    card = shown.card
    systems = (
        f"{name}: {summary}" if summary else name for name, summary in zip(texts[3::2], texts[4::2], strict=True)
    )
    piece = snippet((card.name, card.summary), (*texts[2:3], *systems), expression)
    return Found(marked(card.name, expression), marked(card.summary, expression), piece or Markup())
