"""References that were asked for as a vendor does, with everything a letter needs."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from directory.providers.models import System
from directory.references.models import Reference
from directory.references.services import Asking, Contact, ask
from tests.factories import AT

METRICS = ("requests_per_day", "uptime_percent", "deploy_minutes", "response_minutes")


def contact(email: str = "ria@customer.example", **changes: Any) -> Contact:
    """Return whom a letter goes to; the hash stands for the keyed one."""
    return replace(Contact("Ria Weiss", "Head of Claims", email, f"hash of {email}"), **changes)


def asking(system: System, **changes: Any) -> Asking:
    """Return what is asked of a customer about a system: all figures and two points of the checklist."""
    plain = Asking(
        provider_id=system.provider_id,
        system_id=system.id,
        contact=contact(),
        organisation="Customer Ltd",
        website="https://customer.example/",
        domain="customer.example",
        metrics=METRICS,
        criteria=("sso", "audit-logs"),
        country="NL",
        industry="insurance",
        origin_hash="where the vendor sits",
    )
    return replace(plain, **changes)


def add_asked(session: Session, system: System, *, at: datetime = AT, **changes: Any) -> Reference:
    """Ask a customer about a system."""
    return ask(session, asking(system, **changes), actor="vendor:1", at=at)
