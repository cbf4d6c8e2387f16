"""The catalogue: its versions, what a new one would change, when it comes into force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from directory.catalogue import services as catalogues
from directory.catalogue.differences import differences
from directory.catalogue.loading import KINDS, parse, read
from directory.catalogue.models import CatalogueVersion, DryRun, PlannedActivation
from directory.catalogue.queries import VersionState, find_version, previous, versions
from directory.catalogue.source import CatalogueFileError, Problem
from directory.core import clock
from directory.core.errors import ConflictError, DomainError, NotFoundError
from directory.rules import planning
from directory.rules.impact import ENTERPRISE
from directory.web.admin.forms_catalogue import NOW, SwitchForm, VersionForm
from directory.web.forms import summary
from directory.web.identity import account
from directory.web.session import catalogue, reader, services, today, transaction

TYPED = "the text"
HOME = "/admin/catalogue"


@dataclass(frozen=True, slots=True)
class Plan:
    """A switch that waits; `is_due`: its job works on it now or very soon."""

    planned: PlannedActivation
    version: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class KindOfFile:
    """One kind of catalogue file with its versions, newest first, and the one that a rollback leads to."""

    kind: str
    versions: list[VersionState]
    before: str | None


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """Every version of every kind, and what is planned."""

    kinds: list[KindOfFile]
    plans: list[Plan]
    ended: list[Plan]


@dataclass(frozen=True, slots=True)
class VersionPage:
    """One version held against another, its dry run, and the switch to it."""

    version: CatalogueVersion
    is_in_force: bool
    against: str
    others: list[str]
    changes: list[str]
    misfit: tuple[str, ...]
    plan: Plan | None
    run: DryRun | None
    tiers: Mapping[str, str]
    form: SwitchForm
    errors: tuple[tuple[str, str], ...]
    told: str


def _plans(session: Session, on: date) -> list[Plan]:
    due = set(planning.due(session, on))
    return [Plan(one, one.version.version, one.id in due) for one in planning.waiting(session)]


def _failed(session: Session) -> list[Plan]:
    """Return the last few plans that couldn't be carried out."""
    query = select(PlannedActivation).where(PlannedActivation.failure != "").order_by(PlannedActivation.id.desc())
    return [Plan(one, one.version.version, is_due=False) for one in session.scalars(query.limit(3))]


def _before(session: Session, kind: str) -> str | None:
    try:
        return previous(session, kind).version
    except NotFoundError:
        return None


def show() -> str:
    """Show every version and what is planned."""
    session = reader()
    stored = versions(session)
    kinds = [
        KindOfFile(kind, [one for one in reversed(stored) if one.kind == kind], _before(session, kind))
        for kind in KINDS
    ]
    page = CataloguePage(kinds, _plans(session, today()), _failed(session))
    return render_template("admin/catalogue.html", page=page)


def _new(form: VersionForm, errors: tuple[tuple[str, str], ...] = (), status: int = 200) -> Response:
    form.prepare()
    return make_response(render_template("admin/catalogue_new.html", form=form, errors=errors), status)


def add(kind: str = "") -> AnyResponse:
    """Show the form for a new version, or check and store what was sent; storing puts nothing in force."""
    form = VersionForm()
    if request.method != "POST":
        if kind in KINDS:
            form.content.data = _stored(reader(), kind, getattr(catalogue(), kind).version).content
        return _new(form)
    if not form.validate() or not form.take_file():
        return _new(form, summary(form), 422)
    try:
        version = _register(form.content.data)
    except CatalogueFileError as error:
        return _new(form, form.refuse(error.problems), 422)
    flash(f"{version.kind.capitalize()} {version.version} is stored. It isn’t in force yet.")
    return redirect(f"{HOME}/{version.kind}/{version.version}", 303)


def _register(text: str) -> CatalogueVersion:
    parsed = read(text, TYPED)
    catalogues.check_against(parsed, catalogue())
    try:
        with transaction() as session:
            return catalogues.register(session, text, TYPED, actor=account().actor, at=clock.now())
    except ConflictError:
        reason = f"{parsed.file.version} is already stored with another text; give the file a new version"
        raise CatalogueFileError(TYPED, [Problem(parsed.tree.line(("version",)), "version", reason)]) from None


def _stored(session: Session, kind: str, name: str) -> CatalogueVersion:
    found = find_version(session, kind, name) if "\0" not in name else None  # PostgreSQL can't be asked for one
    if found is None:
        raise NotFoundError("There is no such version.")
    return found


def _misfit(session: Session, version: CatalogueVersion) -> tuple[str, ...]:
    try:
        catalogues.proposed(session, version)
    except CatalogueFileError as error:
        return tuple(f"Line {problem}" for problem in error.problems)
    return ()


def _version(
    session: Session,
    version: CatalogueVersion,
    form: SwitchForm,
    *,
    errors: tuple[tuple[str, str], ...] = (),
    told: str = "",
    status: int = 200,
) -> Response:
    form.prepare()
    current = catalogue()
    in_force = getattr(current, version.kind).version
    asked = request.args.get("against") or in_force
    others = [one.version for one in versions(session) if one.kind == version.kind and one.version != version.version]
    against = _stored(session, version.kind, asked)
    rules = current.rules
    page = VersionPage(
        version=version,
        is_in_force=version.version == in_force,
        against=against.version,
        others=others,
        changes=differences(parse(against.content, against.version), parse(version.content, version.version)),
        misfit=_misfit(session, version),
        plan=next((one for one in _plans(session, today()) if one.planned.kind == version.kind), None),
        run=planning.newest_dry_run(session, version.id),
        tiers={tier.id: tier.name for tier in rules.production.tiers} | {ENTERPRISE: rules.enterprise.name},
        form=form,
        errors=errors,
        told=told,
    )
    return make_response(render_template("admin/catalogue_version.html", page=page), status)


def show_version(kind: str, name: str) -> AnyResponse:
    """Show a version held against another, or plan the switch to it."""
    version, form = _stored(reader(), kind, name), SwitchForm()
    if request.method != "POST":
        return _version(reader(), version, form)
    if not form.validate():
        return _version(reader(), version, form, errors=summary(form), status=422)
    at = clock.now()
    due_on = at.date() if form.when.data == NOW else at.date() + planning.NOTICE
    values: dict[str, Any] = {"actor": account().actor, "at": at, "reason": form.reason.data}
    try:
        with transaction() as session:
            planning.plan(session, _stored(session, kind, name), due_on=due_on, **values)
    except DomainError as error:
        return _changed(kind, name, form, str(error))
    flash("The switch is under way." if form.when.data == NOW else "The switch is planned.")
    return redirect(HOME, 303)


def _changed(kind: str, name: str, form: SwitchForm, told: str) -> Response:
    with services().database.reading() as session:
        return _version(session, _stored(session, kind, name), form, told=told, status=409)


def dry_run(kind: str, name: str) -> AnyResponse:
    """Have a job say who would gain or lose by a version."""
    try:
        with transaction() as session:
            planning.ask_dry_run(session, _stored(session, kind, name), actor=account().actor, at=clock.now())
    except DomainError as error:
        return _changed(kind, name, SwitchForm(), str(error))
    return redirect(f"{HOME}/{kind}/{name}#dry-run", 303)


def cancel(number: int) -> AnyResponse:
    """Call a planned switch off."""
    with transaction() as session:
        planning.cancel(session, number, actor=account().actor, at=clock.now())
    flash("The switch is called off.")
    return redirect(HOME, 303)
