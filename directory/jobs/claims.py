"""Looking for the records by which claims are proven, and ending those that weren't in time."""

from typing import Any

from directory.core import clock
from directory.core.errors import ConflictError, NotFoundError, UnavailableError
from directory.core.lookups import holds_text
from directory.jobs.context import Context
from directory.review.claim_queries import Sought, sought
from directory.review.claims import end_expired, look_later, prove_by_record


def check_claim(payload: dict[str, Any], context: Context) -> None:
    """Look for a claim's record once; take the entry over where it stands, else look again later.

    No transaction is open while the name servers are asked.
    """
    claim_id, attempt, look = int(payload["claim"]), int(payload["attempt"]), int(payload["look"])
    with context.database.reading() as session:
        found = sought(session, claim_id, context.settings.secret_key, at=clock.now())
    if found is None or found.attempt != attempt:
        return
    if _stands(found, context):
        _prove(found, context)
        return
    with context.database.writing() as session:
        look_later(session, claim_id, attempt, look + 1, at=clock.now())


def end_claims(_payload: dict[str, Any], context: Context) -> None:
    """End the claims that weren't proven in time."""
    with context.database.writing() as session:
        end_expired(session, at=clock.now())


def _stands(found: Sought, context: Context) -> bool:
    try:
        return holds_text(found.names, found.text, context.settings.dns_servers)
    except UnavailableError:
        return False


def _prove(found: Sought, context: Context) -> None:
    try:
        with context.database.writing() as session:
            prove_by_record(session, found.claim_id, found.attempt, actor=found.actor, at=clock.now())
    except (ConflictError, NotFoundError):
        return  # it ended meanwhile, and whoever asked was told
