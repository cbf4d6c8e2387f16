"""What of an entry is plainly missing, and which evidence ends soon. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from directory.catalogue.schema import Checklist, Rules
from directory.evidence.facts import Support
from directory.evidence.metrics import DEFINITIONS
from directory.evidence.weighing import is_in_force, statement_ends_on, support_ends_on
from directory.publishing.pieces import Kind
from directory.rules.evaluator import Verdicts

SOON_DAYS = 60


@dataclass(frozen=True, slots=True)
class Unanswered:
    """How many criteria of an area have no answer in force."""

    area: str
    name: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Ending:
    """Something whose last day is `last_on`; `place` says where it is renewed, `system_id` and `about` of what."""

    what: str
    last_on: date
    place: Kind
    system_id: int | None = None
    about: str = ""


def unanswered(checklist: Checklist, answered: Collection[str]) -> tuple[Unanswered, ...]:
    """Return the areas in which some criteria have no answer."""
    found = []
    for area in checklist.areas:
        count = sum(criterion.id not in answered for criterion in area.criteria)
        if count:
            found.append(Unanswered(area.id, area.name, count, len(area.criteria)))
    return tuple(found)


def ending(verdicts: Verdicts, rules: Rules) -> tuple[Ending, ...]:
    """Return everything in force that ends within 60 days, the first to end first."""
    before = verdicts.on + timedelta(days=SOON_DAYS)
    found = [*_figures(verdicts, rules), *_references(verdicts, rules), *_others(verdicts, rules)]
    soon = {one for one in found if one.last_on < before}
    return tuple(sorted(soon, key=lambda one: (one.last_on, one.what)))


def expired(verdicts: Verdicts, rules: Rules) -> Iterator[Ending]:
    """Yield everything stated of which nothing is in force any more: it can be stated again."""
    for system in verdicts.live_systems:
        for metric, figure in system.facts.figures.items():
            if metric not in system.figures:
                what = f"{system.facts.name}: the stated {DEFINITIONS[metric].short}"
                yield Ending(what, _stated_last(figure.as_of_on, rules), Kind.FIGURE, system.facts.id, metric)
    for answer in (one for one in verdicts.facts.answers if one.criterion not in verdicts.answers):
        what = f"{answer.label or answer.criterion}: the answer"
        yield Ending(what, _stated_last(answer.as_of_on, rules), Kind.ANSWER, about=answer.criterion)
    for held in (one for one in verdicts.facts.certifications if one.name not in verdicts.certifications):
        last = _stated_last(held.as_of_on, rules)
        yield Ending(held.label or held.name, last, Kind.CERTIFICATION, about=held.name)


def _stated_last(as_of_on: date, rules: Rules) -> date:
    return _last(statement_ends_on(as_of_on, rules.evidence))


def _last(ends_on: date) -> date:
    return ends_on - timedelta(days=1)


def _supports(verdicts: Verdicts, rules: Rules, supports: tuple[Support, ...]) -> Iterator[tuple[str, date]]:
    """Yield the kind and the end of each piece of evidence, the last to end of each kind."""
    ends: dict[str, date] = {}
    for one in supports:
        if is_in_force(one, rules.evidence, verdicts.on):
            end = support_ends_on(one, rules.evidence)
            ends[one.source] = max(end, ends.get(one.source, end))
    yield from ends.items()


def _figures(verdicts: Verdicts, rules: Rules) -> Iterator[Ending]:
    """Yield what carries figures of live systems: statements where nothing else does, documents."""
    for system in verdicts.live_systems:
        shown: dict[date, list[str]] = defaultdict(list)
        for metric, figure in system.figures.items():
            name = DEFINITIONS[metric].short
            if not figure.supports:
                what = f"{system.facts.name}: the stated {name}"
                yield Ending(what, _last(figure.ends_on), Kind.FIGURE, system.facts.id, metric)
            for source, end in _supports(verdicts, rules, figure.supports):
                if source == "document":
                    shown[end].append(name)
        for end, names in shown.items():
            what = f"{system.facts.name}: the document on its {', '.join(names)}"
            yield Ending(what, _last(end), Kind.DOCUMENT, system.facts.id)


def _references(verdicts: Verdicts, rules: Rules) -> Iterator[Ending]:
    names = {system.facts.id: system.facts.name for system in verdicts.systems}
    for one in verdicts.references:
        what = f"The reference by {one.label} on {names.get(one.system_id, 'a system')}"
        yield Ending(what, _last(one.ends_on(rules.evidence)), Kind.REFERENCE, one.system_id)


def _others(verdicts: Verdicts, rules: Rules) -> Iterator[Ending]:
    for criterion, answer in verdicts.answers.items():
        label = answer.facts.label or criterion
        if not answer.supports:
            yield Ending(f"{label}: the answer", _last(answer.ends_on), Kind.ANSWER, about=criterion)
        for source, end in _supports(verdicts, rules, answer.supports):
            if source == "document":
                yield Ending(f"{label}: its document", _last(end), Kind.DOCUMENT)
    for name, one in verdicts.certifications.items():
        if one.ends_on < date.max:
            yield Ending(one.facts.label or name, _last(one.ends_on), Kind.CERTIFICATION, about=name)
