"""Jobs of the catalogue: dry runs, telling who would lose, and switches, which build the index first."""

from typing import Any

import structlog
from sqlalchemy.orm import Session

from directory.catalogue.models import DryRun, PlannedActivation
from directory.catalogue.services import activate, in_force, proposed
from directory.catalogue.source import CatalogueFileError
from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.jobs.context import Context
from directory.rules import planning
from directory.rules.impact import Impact, impact, losses
from directory.search import refresh

log = structlog.get_logger("directory.jobs")
NAMES_AT_MOST = 500
"""How many names a dry run keeps of each movement; their number is always whole."""


class _EndedMeanwhileError(Exception):
    """The plan was cancelled, or carried out by another worker, while the index was being built."""


def dry_run(payload: dict[str, Any], context: Context) -> None:
    """Compute what a version of the rules would do, and keep it."""
    number = int(payload["dry_run_id"])
    result, failure = {}, ""
    with context.database.reading() as session:
        run = session.get(DryRun, number)
        if run is None or run.finished_at is not None:
            return
        try:
            result = _computed(session, run)
        except CatalogueFileError as error:
            failure = str(error)
    with context.database.writing() as session:
        run = session.get_one(DryRun, number)
        run.result, run.failure, run.finished_at = result, failure, clock.now()


def _computed(session: Session, run: DryRun) -> dict[str, Any]:
    version = planning.version_of(session, run.version_id)
    rules = proposed(session, version).rules
    return _plain(impact(session, in_force(session), rules, clock.today(), names_at_most=NAMES_AT_MOST))


def _plain(found: Impact) -> dict[str, Any]:
    movements = [
        {"what": one.what, "is_gain": one.is_gain, "count": one.count, "names": list(one.names)}
        for one in found.movements
    ]
    return {"providers": found.providers, "movements": movements}


def tell(payload: dict[str, Any], context: Context) -> None:
    """Write to everybody who would lose by a plan; the day moves so that their notice is whole."""
    _tell(context.database, int(payload["planned_id"]))


def _tell(database: Database, planned_id: int) -> None:
    at, told = clock.now(), 0
    with database.reading() as reading:
        planned = reading.get(PlannedActivation, planned_id)
        if planned is None or planned.told_at or planned.done_at or planned.cancelled_at:
            return
        due_on = planning.due_after_notice(planned, at.date())
        rules = planning.proposed_rules(reading, planned)
        if rules is not None:
            notice = planning.Notice(planned.id, due_on, planned.reason, rules)
            for batch in losses(reading, in_force(reading), rules, at.date()):
                with database.writing() as session:
                    told += planning.tell(session, notice, batch, at=at)
    with database.writing() as session:
        stored = session.get_one(PlannedActivation, planned_id)
        stored.told_at, stored.told, stored.due_on = at, told, due_on


def switch(payload: dict[str, Any], context: Context) -> None:
    """Make a planned switch."""
    carry_out(context.database, context.settings, int(payload["planned_id"]))


def carry_out(database: Database, settings: Settings, planned_id: int) -> None:
    """Make a planned switch: tell who loses where they weren't yet, build the index, then put the version in force.

    Doing it twice, or after it was cancelled, does nothing. A version that doesn't fit any more cancels the plan and
    says why; an index that can't be built raises, so that the job is tried again.
    """
    try:
        _tell(database, planned_id)
        _switch(database, settings, planned_id)
    except CatalogueFileError as error:
        with database.writing() as session:
            planned = planning.held(session, planned_id)
            if planned is not None and planned.done_at is None and planned.cancelled_at is None:
                planned.cancelled_at, planned.failure = clock.now(), str(error)
    except _EndedMeanwhileError:
        log.info("the plan ended meanwhile", planned=planned_id)


def _switch(database: Database, settings: Settings, planned_id: int) -> None:
    with database.reading() as session:
        planned = session.get(PlannedActivation, planned_id)
        if planned is None or planned.done_at is not None or planned.cancelled_at is not None:
            return
        catalogue = proposed(session, planned.version)
        is_change = catalogue.key != in_force(session).key
    if not is_change:
        _put_in_force(database, planned_id)
        return
    with refresh.switching(database, settings.index_dir, catalogue, on=clock.today()):
        _put_in_force(database, planned_id)


def _put_in_force(database: Database, planned_id: int) -> None:
    with database.writing() as session:
        planned = planning.held(session, planned_id)
        if planned is None or planned.done_at is not None or planned.cancelled_at is not None:
            raise _EndedMeanwhileError
        at = clock.now()
        activate(session, planned.version, actor=planned.actor, at=at, reason=planned.reason)
        planned.done_at = at
