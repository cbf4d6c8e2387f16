"""Recurring work: what is over time goes, what ends soon is told, planned switches are made on their day."""

from datetime import date
from typing import Any

import structlog

from directory.catalogue.services import in_force
from directory.core import clock
from directory.core.outbox import Letter, enqueue_once
from directory.jobs.context import Context
from directory.jobs.heartbeat import forget_gone
from directory.privacy.retention import BATCH, RETENTION
from directory.providers.members import post_to_members
from directory.providers.models import Provider
from directory.rules import planning
from directory.rules.expiring import Expiring, to_remind

log = structlog.get_logger("directory.jobs")


def apply_retention(_payload: dict[str, Any], context: Context) -> None:
    """Remove what is kept for long enough, in short transactions."""
    for retention in RETENTION:
        removed = 0
        while True:
            with context.database.writing() as session:
                some = retention.apply(session, clock.now())
            removed += some
            if some < BATCH:
                break
        log.info("retention", what=retention.name, removed=removed)
    with context.database.writing() as session:
        forget_gone(session, clock.now())


def remind_of_expiry(payload: dict[str, Any], context: Context) -> None:
    """Write to the members of each provider whose evidence ends in 60, 30 or 7 days: one letter a provider and day."""
    on = date.fromisoformat(payload["on"])
    with context.database.reading() as reading:
        for facts, found in to_remind(reading, in_force(reading), on):
            with context.database.writing() as session:
                provider = session.get(Provider, facts.id)
                if provider is not None:
                    post_to_members(session, facts.id, _reminder(provider, found, on), at=clock.now())


def _reminder(provider: Provider, found: tuple[Expiring, ...], on: date) -> Letter:
    lines = [f"{one.subject} ({one.how}): until {one.last_on:%-d %b %Y}" for one in found]
    values = {"provider": provider.name, "slug": provider.slug, "lines": lines}
    return Letter("expiry", "", f"expiry-{provider.id}-{on}", values)


def queue_planned_switches(_payload: dict[str, Any], context: Context) -> None:
    """Queue the switches of the catalogue whose day has come, each once."""
    with context.database.writing() as session:
        for number in planning.due(session, clock.today()):
            payload = {"planned_id": number}
            enqueue_once(session, "catalogue-switch", f"catalogue-switch-{number}", payload, at=clock.now())
