"""What all edit pages do: show a part of the draft, save it as typed, and never let one editor undo another's work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.providers.models import Provider
from directory.publishing.checking import problems as problems_of
from directory.publishing.content import Content, fingerprint, published, section, with_section
from directory.publishing.drafts import DraftConflictError, DraftView, load, lock, save
from directory.web.forms import summary
from directory.web.identity import account, entry
from directory.web.session import catalogue, reader, today, transaction
from directory.web.vendor.forms_edit import AskedGroup, EditForm, Typed, read
from directory.web.vendor.shown import Beside, Difference, Force, Group, Past, Stated, differences, shown

SAVED, CONFLICT, INVALID = 200, 409, 422


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the draft that a page edits.

    `section` names it in the draft; `groups` says what is asked for so and so many rows; `typed` and `value`
    turn it into fields and back; `force` and `past` read what stands beside them, where a whole page is shown;
    `dated` gives what was typed its days, and `stated` says how long each holds; both know what the draft has.
    """

    section: str
    place: str
    title: str
    address: str
    groups: Callable[[int], tuple[AskedGroup, ...]]
    typed: Callable[[Any], Typed]
    value: Callable[[Typed], Any]
    rows: Callable[[MultiDict[str, str]], int] = lambda _form: 0
    force: Callable[[], Mapping[str, Force]] = dict
    past: Callable[[], Mapping[str, tuple[Past, ...]]] = dict
    dated: Callable[[Typed, Any], Typed] = lambda typed, _kept: typed
    stated: Callable[[Typed, Any], Mapping[str, Stated]] = lambda _typed, _kept: {}
    lead: str = ""
    more: Any = None


@dataclass(frozen=True, slots=True)
class EditPage:
    """A page with the fields of one part.

    `differences` are what somebody else changed meanwhile, `general` the problems that no single field has.
    """

    provider: Provider
    part: Part
    form: EditForm
    groups: tuple[Group, ...]
    saved_at: datetime | None
    is_published: bool
    errors: tuple[tuple[str, str], ...] = ()
    differences: tuple[Difference, ...] = ()
    general: tuple[str, ...] = ()

    @property
    def can_renew(self) -> bool:
        """Whether something on the page can be stated again."""
        return any(group.stated and group.stated.can_renew for group in self.groups)

    @property
    def problems(self) -> int:
        """How many things stand in the way of a submission."""
        return len(self.general) + sum(len(one.problems) for group in self.groups for one in group.fields)


def edit(provider: Provider, part: Part) -> AnyResponse:
    """Show a part of the draft, or save what was typed into it."""
    form = EditForm()
    if request.method != "POST":
        return _show(provider, part, form)
    typed = read(part.groups(part.rows(request.form)), request.form)
    if not form.validate():
        typed = part.dated(typed, section(load(reader(), provider).content, part.section))
        return _answer(_page(provider, part, form, typed, errors=summary(form)), INVALID)
    try:
        form.base.data, typed = _save(provider, part, typed, form.base.data or "")
    except DraftConflictError as error:
        return _conflict(provider, part, form, part.dated(typed, error.theirs), error.theirs)
    if is_in_place():
        return _fragment(_page(provider, part, form, typed), SAVED)
    return redirect(part.address, 303)


def is_in_place() -> bool:
    """Whether the page saves as it goes, and wants to hear only what came of it."""
    return request.headers.get("HX-Request") == "true" and "whole" not in request.form


def _save(provider: Provider, part: Part, typed: Typed, base: str) -> tuple[str, Typed]:
    """Save what was typed; return its fingerprint, and what was typed with the days that it has now."""
    with transaction() as session:
        own = lock(session, provider.id)
        typed = part.dated(typed, section(load(session, own).content, part.section))
        value = part.value(typed)
        new = save(session, own, part.section, value, base=base, person_id=account().id, at=clock.now())
    return new, typed


def _show(provider: Provider, part: Part, form: EditForm) -> Response:
    draft = load(reader(), provider).content
    there = section(draft, part.section)
    form.base.data = fingerprint(there)
    return _answer(_page(provider, part, form, part.typed(there or {})), SAVED)


def _conflict(provider: Provider, part: Part, form: EditForm, typed: Typed, theirs: Any) -> Response:  # noqa: ANN401 - a part of a draft
    """Show both versions, field by field; mine stays in the form, and saving it again replaces theirs."""
    other = part.typed(theirs or {})
    if is_in_place():
        return _fragment(_page(provider, part, form, typed), CONFLICT)
    form.base.data = fingerprint(theirs)
    differing = differences(part.groups(len(typed)), typed, other)
    return _answer(_page(provider, part, form, typed, differing=differing), CONFLICT)


def _page(
    provider: Provider,
    part: Part,
    form: EditForm,
    typed: Typed,
    *,
    errors: tuple[tuple[str, str], ...] = (),
    differing: tuple[Difference, ...] = (),
) -> EditPage:
    """Return the page with what was typed; problems are those of the whole draft as it would then be."""
    value = part.value(typed)
    view = load(reader(), provider)
    public = _public(provider, view, part.section)
    is_whole, kept = not is_in_place(), part.typed(value)
    is_aligned = is_whole or all(typed.get(path) == one for path, one in kept.items())  # no row is left out
    problems = _problems(with_section(view.content, part.section, value), part.section)
    beside = Beside(
        public=None if public is None else part.typed(public),
        problems=problems,
        force=part.force() if is_whole else {},
        past=part.past() if is_whole else {},
        stated=part.stated(kept, section(view.content, part.section) if is_whole else value) if is_aligned else {},
        moved=_moved(typed) if is_aligned and not is_whole else frozenset(),
    )
    groups = shown(part.groups(len(value) if isinstance(value, list) else 0), kept, beside)
    known = {one.asked.path for group in groups for one in group.fields}
    return EditPage(
        provider=provider,
        part=part,
        form=form,
        groups=groups,
        saved_at=view.updated_at,
        is_published=provider.is_public,
        errors=errors,
        differences=differing,
        general=tuple(text for path, texts in problems.items() if path not in known for text in texts),
    )


def _moved(typed: Typed) -> frozenset[str]:
    """Return the days that aren't those that were sent."""
    sent = request.form
    return frozenset(path for path, one in typed.items() if path.endswith("as_of") and one != sent.get(path, ""))


def _public(provider: Provider, view: DraftView, name: str) -> Any:  # noqa: ANN401 - a part of a draft
    """Return what readers see of a part; None where nothing of it is public. Without a draft it is what is shown."""
    if not provider.is_public:
        return None
    return section(published(reader(), provider) if view.revision else view.content, name)


def _narrowed(content: Content, name: str) -> Content:
    """Return a content with which one part is checked as fast as if there were nothing else, but for systems' names."""
    systems = [
        one if name == f"systems/{one['key']}" else {"key": one["key"], "name": one.get("name", "")}
        for one in content["systems"]
    ]
    kept = {"systems": systems if name.startswith("systems/") else []}
    answers = section(content, name) if name.startswith("answers/") else {}
    certifications = content["certifications"] if name == "certifications" else []
    return {**content, **kept, "answers": answers, "certifications": certifications}


def _problems(content: Content, name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in problems_of(_narrowed(content, name), catalogue(), today()):
        if one.section == name:
            found[one.path] = (*found.get(one.path, ()), one.message)
    return found


def _answer(page: EditPage, status: int) -> Response:
    return make_response(render_template("vendor/edit.html", page=page), status)


def _fragment(page: EditPage, status: int) -> Response:
    return make_response(
        render_template("vendor/_saved.html", page=page, now=clock.now(), is_conflict=status == CONFLICT), status
    )


def own_provider(slug: str) -> Provider:
    """Return the provider whose entry the person asking edits."""
    return entry(slug).provider
