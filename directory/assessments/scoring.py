"""What answers to the checklist come to: a score for each area, and the gaps in order of risk. Pure.

Score of an area: of its criteria that apply, met counts in full, partly by half, unmet and unknown not at all, each
weighed by its risk (1–3); the share of all that could be reached, in whole percent, rounded down. So 100 means that
everything that applies is met, a better answer never lowers a score, and one criterion more that doesn't apply
changes nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from directory.catalogue.schema import Area, Checklist, Criterion


class Said(StrEnum):
    """What a buyer says of the own system to a criterion; one that isn't answered counts as unknown."""

    MET = "met"
    PARTLY = "partly"
    UNMET = "unmet"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"

    @property
    def is_gap(self) -> bool:
        """Whether something is missing, or may be."""
        return self in GAPS


GAPS = (Said.UNMET, Said.UNKNOWN, Said.PARTLY)
"""What leaves a gap, the widest first."""
HALVES = {Said.MET: 2, Said.PARTLY: 1, Said.UNMET: 0, Said.UNKNOWN: 0}
"""What an answer counts, in halves; what isn't applicable counts nowhere."""
Answers = Mapping[str, Said]
"""Answers by criterion. Those to criteria that the checklist doesn't have are passed over."""


@dataclass(frozen=True, slots=True)
class AreaScore:
    """One area: how many criteria stand at each answer, and its score; None where nothing applies."""

    area: Area
    counts: Mapping[Said, int]
    score: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A criterion that is unmet, partly met, or unknown."""

    criterion: Criterion
    area: Area
    said: Said


@dataclass(frozen=True, slots=True)
class Assessed:
    """What answers come to: areas in the checklist's order, gaps with the gravest first."""

    areas: tuple[AreaScore, ...]
    gaps: tuple[Gap, ...]


def said(answers: Answers, criterion: Criterion) -> Said:
    """Return the answer to a criterion."""
    return answers.get(criterion.id, Said.UNKNOWN)


def area_score(area: Area, answers: Answers) -> AreaScore:
    """Return one area's counts and score."""
    given = [(one.risk, said(answers, one)) for one in area.criteria]
    applying = [(risk, one) for risk, one in given if one in HALVES]
    reachable = sum(2 * risk for risk, _ in applying)
    reached = sum(HALVES[one] * risk for risk, one in applying)
    counts = Counter(one for _, one in given)
    return AreaScore(area, {one: counts[one] for one in Said}, 100 * reached // reachable if reachable else None)


def gaps(checklist: Checklist, answers: Answers) -> tuple[Gap, ...]:
    """Return every gap: by risk, then unmet before unknown before partly, then in the checklist's order."""
    found = [
        Gap(criterion, area, one)
        for area in checklist.areas
        for criterion in area.criteria
        if (one := said(answers, criterion)).is_gap
    ]
    return tuple(sorted(found, key=lambda gap: (-gap.criterion.risk, GAPS.index(gap.said))))


def assess(checklist: Checklist, answers: Answers) -> Assessed:
    """Return what answers come to under a checklist."""
    return Assessed(tuple(area_score(area, answers) for area in checklist.areas), gaps(checklist, answers))
