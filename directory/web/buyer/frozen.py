"""Freezing a comparison, and showing what was frozen beside what has changed since."""

from dataclasses import dataclass

from flask import Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from directory.comparison.asking import Asked
from directory.comparison.changes import Change
from directory.comparison.queries import gather
from directory.comparison.services import Frozen, changed_since, freeze, load_frozen
from directory.comparison.table import LEAST
from directory.core import clock
from directory.core.errors import InvalidInputError
from directory.providers.membership import ReachKind
from directory.web.buyer.compare_page import Side, address, frozen_side, heading
from directory.web.reach import count
from directory.web.security import limiter
from directory.web.session import catalogue, reader, services, today, transaction

LIMIT = "20 per hour"


@dataclass(frozen=True, slots=True)
class FrozenPage:
    """A frozen comparison; `today` is the address of the same comparison as it is now."""

    heading: str
    frozen: Frozen
    side: Side
    changes: tuple[Change, ...]
    today: str
    stored: str
    canonical: str
    shows_demo: bool


def take() -> AnyResponse:
    """Freeze the comparison that was sent, and lead to it."""
    with limiter.limit(LIMIT), transaction() as session:
        found = gather(session, request.form.items(multi=True), catalogue(), today())
        if found.table is None or found.problems:
            raise InvalidInputError(*next(iter(found.problems.items()), ("provider", f"name {LEAST} or more")))
        providers = list(found.providers.values())
        token = freeze(session, providers, found.asked.systems, catalogue(), on=today(), at=clock.now())
    return redirect(url_for("buyer.frozen", token=token), 303)


def show(token: str) -> str:
    """Show what was frozen."""
    frozen = load_frozen(reader(), token)
    count(ReachKind.COMPARISON, (provider.id for provider in frozen.providers))
    slugs = tuple(provider.slug for provider in frozen.providers)
    path = url_for("buyer.frozen", token=token)
    page = FrozenPage(
        heading=heading(len(frozen.parts)),
        frozen=frozen,
        side=frozen_side(frozen.table, catalogue()),
        changes=changed_since(reader(), frozen, catalogue(), today()),
        today=address(Asked(slugs)) if len(slugs) >= LEAST else "",
        stored=url_for("buyer.frozen_stored", token=token),
        canonical=services().settings.base_url.rstrip("/") + path,
        shows_demo=any(provider.is_demo for provider in frozen.providers),
    )
    return render_template("buyer/frozen.html", page=page)


def stored(token: str) -> Response:
    """Give what is kept exactly as it was hashed, for whoever wants to check the hash."""
    frozen = load_frozen(reader(), token)
    return jsonify(
        {
            "sha256": frozen.sha256,
            "hashed": "the SHA-256 of head and of each column in hex, one a line, hashed once more",
            "head": frozen.head,
            "columns": frozen.parts,
            "column_sha256": frozen.part_hashes,
        }
    )
