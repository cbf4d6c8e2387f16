"""What a letter to a referee says: who asks, about what, how to say no. Never a figure that the vendor stated."""

from datetime import datetime

from sqlalchemy.orm import Session

from directory.catalogue.schema import Checklist
from directory.catalogue.services import in_force
from directory.core.outbox import Letter
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.evidence.wording import day
from directory.providers.models import Provider, System
from directory.references.models import Reference
from directory.references.states import VALID_FOR

KEPT_DAYS = 90
"""How long the name and address of somebody who doesn't answer are kept."""


def questions_of(reference: Reference, checklist: Checklist) -> list[str]:
    """Return what is asked, one line each: metrics by name, points of the checklist by name."""
    criteria = checklist.criteria
    named = [DEFINITIONS[Metric(one)].label for one in reference.asked.get("metrics", ())]
    return named + [criteria[one].name for one in reference.asked.get("criteria", ()) if one in criteria]


def letter_to_referee(session: Session, reference: Reference, token: str, *, is_reminder: bool = False) -> Letter:
    """Return the letter of the current attempt, its link made from `token`; it is written and never stored."""
    provider = session.get_one(Provider, reference.provider_id)
    system = session.get_one(System, reference.system_id)
    return compose(reference, (provider, system), in_force(session).checklist, token, is_reminder=is_reminder)


def compose(
    reference: Reference, about: tuple[Provider, System], checklist: Checklist, token: str, *, is_reminder: bool = False
) -> Letter:
    """Return the letter about a provider's system, for a reference that may not be kept yet."""
    provider, system = about
    values = {
        "is_reminder": is_reminder,
        "provider": provider.name,
        "domain": provider.domain,
        "system": system.name,
        "name": reference.referee_name or "",
        "title": reference.referee_title or "",
        "organisation": reference.organisation,
        "questions": questions_of(reference, checklist),
        "until": _until(reference.expires_at),
        "days": VALID_FOR.days,
        "kept_days": KEPT_DAYS,
        "token": token,
    }
    kind = "reminder" if is_reminder else "letter"
    key = f"reference-{reference.id or 0}-{reference.attempt}-{kind}"
    return Letter("reference", reference.referee_email or "", key, values, unsubscribe=f"/reference/{token}/stop")


def _until(expires_at: datetime | None) -> str:
    return day(expires_at.date()) if expires_at else ""
