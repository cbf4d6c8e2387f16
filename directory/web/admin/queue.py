"""The queue: what waits for a decision, oldest first."""

from dataclasses import dataclass

from flask import abort, render_template, request, url_for

from directory.publishing.queue import Listing, listing
from directory.review.decisions import ItemKind
from directory.web.admin.items import KIND_NAMES, narrowed
from directory.web.identity import account
from directory.web.session import reader

PLURALS = {kind: f"{name}s" for kind, name in KIND_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the pages before and after this one are."""

    number: int
    count: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The queue as one admin sees it."""

    listing: Listing
    only: ItemKind | None
    links: Links
    names: dict[ItemKind, str]
    plurals: dict[ItemKind, str]

    @property
    def all(self) -> int:
        """How much waits of all kinds."""
        return sum(self.listing.counts.values())


def _number() -> int:
    text = request.args.get("page") or "1"
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 1_000_000):
        abort(404)
    return int(text[:9])


def show() -> str:
    """Show a page of the queue."""
    only = narrowed()
    found = listing(reader(), account().id, only=only, number=_number())
    if found.page.is_past_end:
        abort(404)
    page = found.page
    before, after = (
        url_for("admin.queue", only=only, page=number) if number else None for number in (page.previous, page.next)
    )
    links = Links(page.number, page.count, before, after)
    return render_template("admin/queue.html", page=QueuePage(found, only, links, KIND_NAMES, PLURALS))
