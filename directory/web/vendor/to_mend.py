"""What stands in the way of a submission, each thing with its name and the place where it is put right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from directory.catalogue.services import Catalogue
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.publishing.checking import Problem
from directory.publishing.content import Content, section
from directory.publishing.diff import ANSWER_LABELS, CERTIFICATION_LABELS, FIGURE_LABELS, PROFILE_LABELS, SYSTEM_LABELS


@dataclass(frozen=True, slots=True)
class Mending:
    """One thing to put right: where, which field, what is wrong, and the address of the field."""

    place: str
    field: str
    message: str
    address: str


def mendings(slug: str, content: Content, problems: Iterable[Problem], catalogue: Catalogue) -> tuple[Mending, ...]:
    """Return problems as pages show them."""
    return tuple(_mending(slug, content, one, catalogue) for one in problems)


def _mending(slug: str, content: Content, problem: Problem, catalogue: Catalogue) -> Mending:
    kind, _, of = problem.section.partition("/")
    name = _under(problem.path, catalogue)
    place = kind.capitalize()
    if kind == "systems":
        system: Mapping[str, str] = section(content, problem.section) or {}
        place, name = f"System “{system.get('name') or 'not named yet'}”", _of_system(problem.path)
    elif kind == "answers":
        place = next((f"Answers, {area.name.lower()}" for area in catalogue.checklist.areas if area.id == of), place)
    elif kind == "profile":
        name = PROFILE_LABELS.get(problem.path, problem.path)
    return Mending(place, name, problem.message, f"/vendor/{slug}/{problem.section}#{field_id(problem.path)}")


def field_id(path: str) -> str:
    """Return the id that a field has on its page."""
    return "f-" + path.replace(".", "-").replace("_", "-")


def _of_system(path: str) -> str:
    _, _, of_figure = path.partition("figures.")
    metric, _, field = of_figure.partition(".")
    if metric in set(Metric):
        return ": ".join(filter(None, (DEFINITIONS[Metric(metric)].label, FIGURE_LABELS.get(field, ""))))
    return SYSTEM_LABELS.get(path, path)


def _under(path: str, catalogue: Catalogue) -> str:
    """Return the name of a field of an answer or a certification."""
    about, _, field = path.partition(".")
    criterion = catalogue.checklist.criteria.get(about)
    if criterion is not None:
        return ": ".join(filter(None, (criterion.name, ANSWER_LABELS.get(field, ""))))
    label = "certification" if field == "name" else CERTIFICATION_LABELS.get(field, "")
    return f"Row {int(about) + 1}: {label}" if about.isdigit() else path
