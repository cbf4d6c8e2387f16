"""What an assessment looks like to programs: what is sent, and what comes of it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from directory.catalogue.schema import Id
from directory.web.api.shapes import Count, LevelNumber, Moment, PageLinks

Answered = Literal["met", "partly", "unmet", "not-applicable", "not_applicable", "unknown"]
"""Two spellings of one answer: as in imports, and as areas count it."""


class Needs(Struct, frozen=True, forbid_unknown_fields=True):
    """What the system must carry. The figures are asked of one and the same live system, at the level."""

    requests_per_day: Annotated[
        Annotated[int, Meta(ge=0, le=10**12)] | None, Meta(description="Expected requests a day.")
    ] = None
    uptime_percent: Annotated[
        Annotated[float, Meta(ge=0, le=100)] | None,
        Meta(description="The uptime that is needed; rounded to four places."),
    ] = None
    response_minutes: Annotated[
        Annotated[float, Meta(ge=0, le=1_000_000)] | None,
        Meta(description="Most minutes to a person's acknowledgement, round the clock; rounded to four places."),
    ] = None
    region: Annotated[Id | None, Meta(description="The region in which data must stay.")] = None


class NewAssessment(Struct, frozen=True, forbid_unknown_fields=True):
    """Answers by criterion; one that isn't answered is unknown. `level`: at which providers must meet a criterion."""

    answers: dict[Id, Answered]
    level: LevelNumber = 1
    needs: Needs = field(default_factory=Needs)


class AssessedArea(Struct, frozen=True):
    """How many criteria of an area stand at each answer, and its score."""

    id: str
    met: Count
    partly: Count
    unmet: Count
    unknown: Count
    not_applicable: Count
    score: Annotated[
        Annotated[int, Meta(ge=0, le=100)] | None,
        Meta(
            description="Whole percent, rounded down: of what applies, met counts in full and partly by half, weighed"
            " by risk. `null`: nothing applies."
        ),
    ]


class AssessmentGap(Struct, frozen=True):
    """A criterion that is unmet, partly met or unknown, and what to do about it; the gravest come first."""

    criterion: str
    risk: Annotated[
        int,
        Meta(
            ge=1,
            le=3,
            description="1 a nuisance, 2 costs customers or money, 3 can stop the service or break the law.",
        ),
    ]
    advice: str
    status: Literal["unmet", "partly", "unknown"]
    question: Annotated[str, Meta(description="What to ask a provider.")]


class CoveringProvider(Struct, frozen=True):
    """A provider that meets the needs, and the gaps that it covers: criteria met at `level` or higher."""

    slug: str
    name: str
    covers: tuple[str, ...]
    level: LevelNumber


class Assessment(Struct, frozen=True):
    """An assessment and its report, as the answers stand now.

    `id` is what the address holds. `providers` cover most gaps, at most ten of `providers_total` that cover any and
    meet the needs. It is deleted at `ends_at` unless it is changed before.
    """

    id: str
    level: LevelNumber
    checklist_version: str
    answers: dict[str, str]
    needs: Needs
    areas: tuple[AssessedArea, ...]
    gaps: tuple[AssessmentGap, ...]
    questions: Annotated[tuple[str, ...], Meta(description="What to ask about one live system, with what is needed.")]
    providers: tuple[CoveringProvider, ...]
    providers_total: Count
    ends_at: Moment
    links: PageLinks
