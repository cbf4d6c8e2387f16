"""A provider's readiness answers, area by area, and its certifications."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from directory.catalogue.schema import Area, Checklist, Criterion
from directory.evidence.levels import Level
from directory.evidence.weighing import WeighedAnswer, WeighedCertification
from directory.evidence.wording import day
from directory.readiness.models import Status
from directory.rules.evaluator import Verdicts
from directory.web.profile.links import outward, results

STATUS_WORDS = {
    Status.MET: "met",
    Status.PARTLY: "partly met",
    Status.UNMET: "not met",
    Status.NOT_APPLICABLE: "not applicable",
}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One criterion. Without `weighed` nothing is in force.

    `status`, `level` and `title` are what its cell in the grid shows: a status, `unknown` or `conflict`.
    """

    criterion: Criterion
    weighed: WeighedAnswer | None
    is_expired: bool
    status: str
    level: Level | None
    title: str
    text: str
    known: tuple[str, ...]
    source: str | None
    conflict: str


@dataclass(frozen=True, slots=True)
class AreaPart:
    """One area of the checklist: its answers, how many are met, and the same in words."""

    area: Area
    lines: tuple[AnswerLine, ...]
    met: int
    evidenced: int
    words: str


@dataclass(frozen=True, slots=True)
class CertificationLine:
    """A certification in force, at level 1 at most."""

    label: str
    address: str
    level: Level
    ends_on: date
    valid_until: date | None
    dated_on: date
    known: tuple[str, ...]
    source: str | None


def _conflict(weighed: WeighedAnswer) -> str:
    if not weighed.is_conflicting:
        return ""
    against = [one for one in weighed.supports if one.status is not None and one.status is not weighed.stated]
    said = "; ".join(
        f"{one.label or 'evidence'}: {STATUS_WORDS[one.status]}" for one in against if one.status is not None
    )
    return f"stated {STATUS_WORDS[weighed.stated]}; {said}"


def answer_line(criterion: Criterion, weighed: WeighedAnswer | None, *, is_stated: bool) -> AnswerLine:
    """Return one criterion as the page shows it; `is_stated` where an answer exists, in force or not."""
    if weighed is None:
        title = f"{criterion.name}: not answered"
        return AnswerLine(criterion, None, is_stated, "unknown", None, title, "not answered", (), None, "")
    text = STATUS_WORDS[weighed.status]
    return AnswerLine(
        criterion=criterion,
        weighed=weighed,
        is_expired=False,
        status="conflict" if weighed.is_conflicting else weighed.status.value,
        level=weighed.level,
        title=f"{criterion.name}: {text}, {'conflicting' if weighed.is_conflicting else weighed.level.word}",
        text=text,
        known=tuple(f"{one.label or one.source.value}, {day(one.dated_on)}" for one in weighed.supports),
        source=outward(weighed.facts.evidence_url),
        conflict=_conflict(weighed),
    )


def _shape(line: AnswerLine) -> str:
    """Return the shape that an answer has in the grid; what is met with evidence differs from what is only stated."""
    if line.status != Status.MET:
        return line.status
    return "evidenced" if line.level else "stated"


LEGEND = {
    "evidenced": "met with evidence",
    "stated": "met, stated only",
    Status.PARTLY.value: "partly met",
    Status.UNMET.value: "not met",
    Status.NOT_APPLICABLE.value: "not applicable",
    "conflict": "conflicting",
    "unknown": "not answered",
}
"""What each shape of the grid means, in order."""


def grid_words(lines: tuple[AnswerLine, ...]) -> str:
    """Return what an area's cells show, in words."""
    shapes = [_shape(line) for line in lines]
    return ", ".join(f"{shapes.count(shape)} {words}" for shape, words in LEGEND.items() if shape in shapes)


def area_part(area: Area, answers: Mapping[str, WeighedAnswer], stated: frozenset[str]) -> AreaPart:
    """Return one area as the page shows it."""
    lines = tuple(answer_line(one, answers.get(one.id), is_stated=one.id in stated) for one in area.criteria)
    met = [line for line in lines if line.weighed is not None and line.weighed.status is Status.MET]
    evidenced = [line for line in met if line.weighed is not None and line.weighed.level > Level.STATED]
    return AreaPart(area, lines, len(met), len(evidenced), grid_words(lines))


def area_parts(verdicts: Verdicts, checklist: Checklist) -> tuple[AreaPart, ...]:
    """Return every area of the checklist with the provider's answers."""
    stated = frozenset(one.criterion for one in verdicts.facts.answers)
    return tuple(area_part(area, verdicts.answers, stated) for area in checklist.areas)


def certification_line(one: WeighedCertification) -> CertificationLine:
    """Return a certification in force as the page shows it."""
    return CertificationLine(
        label=one.facts.label or one.facts.name,
        address=results(("certification", one.facts.name), *((("level", "1"),) if one.level else ())),
        level=one.level,
        ends_on=one.ends_on,
        valid_until=one.facts.valid_until,
        dated_on=one.dated_on,
        known=tuple(f"{support.label or 'document'}, {day(support.dated_on)}" for support in one.supports),
        source=outward(one.facts.url),
    )
