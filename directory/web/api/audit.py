"""The audit log, in the order of its numbers, with everything that its hashes are made of."""

from typing import Annotated, Any

from flask import request
from msgspec import Meta, Struct

from directory.audit import queries
from directory.audit.queries import HIGHEST
from directory.catalogue.services import Catalogue
from directory.search.query import QueryError
from directory.web.api.addresses import absolute
from directory.web.api.operations import Parameter, operation
from directory.web.session import reader

USUAL, MOST = 100, 1000
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class AuditEvent(Struct, frozen=True):
    """Something that happened; who did it is a role and a number, never a name."""

    id: Annotated[int, Meta(ge=1, description="Numbers grow by one, in the order of commits.")]
    at: Annotated[str, Meta(description="When, in UTC with six digits of a second, exactly as it was hashed.")]
    actor: str
    action: str
    subject: Annotated[
        str,
        Meta(
            description="What it is about: `provider:<slug>`, or `entry:<number>` while the provider has never been"
            " public."
        ),
    ]
    provider_id: int | None
    detail: dict[str, Any]
    previous_hash: Sha256
    hash: Annotated[
        str,
        Meta(
            pattern="^[0-9a-f]{64}$",
            description="SHA-256, in hex, of this object without `hash` as JSON: UTF-8, keys sorted at every depth,"
            ' separators "," and ":" without blanks, characters beyond ASCII as they are.',
        ),
    ]


class AuditLinks(Struct, frozen=True):
    """Absolute addresses of this answer and of the events after it."""

    self: str
    next: str | None


class AuditEvents(Struct, frozen=True):
    """Events, oldest first."""

    events: tuple[AuditEvent, ...]
    links: AuditLinks


def _parameters(_catalogue: Catalogue) -> tuple[Parameter, ...]:
    return (
        Parameter("after", "Only events after this number.", {"type": "integer", "minimum": 0, "maximum": HIGHEST}),
        Parameter(
            "limit", f"How many at most; {USUAL} unless told.", {"type": "integer", "minimum": 1, "maximum": MOST}
        ),
    )


LIMITS = {"after": (0, HIGHEST, 0), "limit": (1, MOST, USUAL)}


def _asked() -> dict[str, int]:
    """Return the parameters; raise `QueryError` with every bad one."""
    errors = {name: "this address takes no such parameter" for name in request.args if name not in LIMITS}
    found = {}
    for name, (low, high, usual) in LIMITS.items():
        given = request.args.getlist(name)
        text = given[0] if given else ""
        is_number = text.isascii() and text.isdigit() and len(text) <= 10 and low <= int(text) <= high
        if len(given) > 1 or (text and not is_number):
            errors[name] = f"a whole number from {low} to {high}, once"
        found[name] = int(text) if is_number else usual
    if errors:
        raise QueryError(errors)
    return found


@operation("/audit", answer=AuditEvents, parameters=_parameters, has_query=True)
def list_events() -> AuditEvents:
    """Read the audit log.

    Every decision, publication and change of evidence, oldest first. Each event holds the hash of the one before it,
    so that anybody can recompute the chain from the first event, whose `previous_hash` is 64 zeros; follow
    `links.next` until it is null. Keep the newest hash: a log that was cut off at its end shows only by that.
    """
    asked = _asked()
    found = queries.after(reader(), asked["after"], asked["limit"] + 1)
    shown = found[: asked["limit"]]
    events = tuple(
        AuditEvent(
            id=one.id,
            at=queries.canonical_moment(one.at),
            actor=one.actor,
            action=one.action,
            subject=one.subject,
            provider_id=one.provider_id,
            detail=one.detail,
            previous_hash=one.previous_hash,
            hash=one.hash,
        )
        for one in shown
    )
    more = _address(shown[-1].id, asked["limit"]) if len(found) > len(shown) else None
    return AuditEvents(events, AuditLinks(_address(asked["after"], asked["limit"]), more))


def _address(after: int, limit: int) -> str:
    return absolute("/api/v1/audit", (("after", str(after)), ("limit", str(limit))))
