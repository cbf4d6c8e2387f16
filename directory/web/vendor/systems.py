"""The provider's systems: a list, adding one, editing one with its four figures, removing one that was never public."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from directory.core import clock
from directory.core.errors import ConflictError, NotFoundError
from directory.providers.models import Provider
from directory.publishing.checking import problems
from directory.publishing.content import Content, fingerprint, section
from directory.publishing.content import is_new as is_new_key
from directory.publishing.drafts import load, save
from directory.web.forms import summary
from directory.web.identity import account
from directory.web.session import catalogue, reader, today, transaction
from directory.web.vendor.editing import Part, edit, own_provider
from directory.web.vendor.forms_edit import AddSystemForm, read
from directory.web.vendor.forms_system import system_groups, system_typed, system_value
from directory.web.vendor.in_force import figures_in_force, past_figures
from directory.web.vendor.renewing import Validity

NEW = re.compile(r"new-[0-9a-f]{8,32}")
LEAD = (
    "Figures are never changed: a new value supersedes the old one, which stays in the history. "
    "The same value as of a newer day is a new figure too: so you renew one that still holds."
)
MOST_SYSTEMS = 200
TOO_MANY = f"An entry has {MOST_SYSTEMS} systems at most. Retire some, or describe the most telling ones."


@dataclass(frozen=True, slots=True)
class SystemLine:
    """One system in the list."""

    key: str
    name: str
    address: str
    live_since: str
    retired_on: str
    figures: int
    problems: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class SystemsPage:
    """All systems of the draft, and the form that adds one."""

    provider: Provider
    systems: tuple[SystemLine, ...]
    form: AddSystemForm
    errors: tuple[tuple[str, str], ...] = ()


def _lines(slug: str, content: Content) -> tuple[SystemLine, ...]:
    found = [one.section for one in problems(content, catalogue(), today())]
    return tuple(
        SystemLine(
            key=one["key"],
            name=one.get("name") or "Not named yet",
            address=url_for("vendor.system", slug=slug, key=one["key"]),
            live_since=one.get("live_since") or "",
            retired_on=one.get("retired_on") or "",
            figures=sum(bool(figure.get("value")) for figure in (one.get("figures") or {}).values()),
            problems=found.count(f"systems/{one['key']}"),
            is_new=is_new_key(one["key"]),
        )
        for one in content["systems"]
    )


def show_all(slug: str) -> Response:
    """Show the list of systems, or begin a new one."""
    provider, form = own_provider(slug), AddSystemForm()
    errors: tuple[tuple[str, str], ...] = ()
    content = load(reader(), provider).content
    if request.method == "POST":
        key = f"new-{re.sub('[^0-9a-f]', '', form.once.data or '')[:16]}"
        address = url_for("vendor.system", slug=slug, key=key)
        if section(content, f"systems/{key}") is not None:
            return redirect(address, 303)  # pressed twice
        if form.validate() and NEW.fullmatch(key) and len(content["systems"]) < MOST_SYSTEMS:
            _add(provider, key)
            return redirect(address, 303)
        errors = summary(form) or (("", TOO_MANY if NEW.fullmatch(key) else "Press the button once more."),)
        form.once.data = ""
    form.prepare()
    page = SystemsPage(provider, _lines(slug, content), form, errors)
    return make_response(render_template("vendor/systems.html", page=page), 422 if errors else 200)


def _add(provider: Provider, key: str) -> None:
    """Put an empty system into the draft; one that the same press has put there already stays."""
    nothing = read(system_groups(catalogue().taxonomy), MultiDict())
    try:
        _write(provider, key, system_value(key)(nothing), fingerprint(None))
    except ConflictError:
        return


def _write(provider: Provider, key: str, value: Mapping[str, Any] | None, base: str) -> None:
    with transaction() as session:
        own = session.get_one(Provider, provider.id)
        save(session, own, f"systems/{key}", value, base=base, person_id=account().id, at=clock.now())


def _found(provider: Provider, key: str) -> Mapping[str, Any]:
    """Return a system of the draft; what was typed into one that somebody else removed meanwhile isn't turned away."""
    found: Mapping[str, Any] | None = section(load(reader(), provider).content, f"systems/{key}")
    if found is None and request.method == "POST" and NEW.fullmatch(key):
        return {}
    if found is None:
        message = "No system of this entry has this number."
        raise NotFoundError(message)
    return found


def show(slug: str, key: str) -> Response:
    """Show one system's draft with its figures, or save it."""
    provider = own_provider(slug)
    there = _found(provider, key)
    groups = system_groups(catalogue().taxonomy)
    is_new = is_new_key(key)
    part = Part(
        section=f"systems/{key}",
        place="systems",
        title=there.get("name") or "New system",
        address=url_for("vendor.system", slug=slug, key=key),
        groups=lambda _rows: groups,
        typed=system_typed,
        value=system_value(key),
        force=lambda: {} if is_new else figures_in_force(provider, int(key)),
        past=lambda: {} if is_new else past_figures(provider, int(key)),
        stated=lambda typed, _kept: Validity(catalogue().rules.evidence, today()).of_figures(typed),
        lead=LEAD,
        more=url_for("vendor.system_remove", slug=slug, key=key) if is_new else None,
    )
    return edit(provider, part)


def remove(slug: str, key: str) -> Response:
    """Take a system out of the draft that was never public; a public one can only be retired."""
    provider = own_provider(slug)
    _found(provider, key)
    if not NEW.fullmatch(key):
        message = "A system that has been public can be retired, not removed: its history stays."
        raise ConflictError(message)
    _write(provider, key, None, request.form.get("base", ""))
    return redirect(url_for("vendor.systems", slug=slug), 303)
