"""What a demonstration entry is made of, before it becomes rows. Days are counted back from today ("ago").

The hand-written ones are decoded from `data/demo/`; the composed ones are built from the same structs.
"""

from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from directory.core.paths import shipped
from directory.evidence.metrics import Metric

METRICS = {
    "volume": Metric.REQUESTS_PER_DAY,
    "uptime": Metric.UPTIME_PERCENT,
    "deploy": Metric.DEPLOY_MINUTES,
    "response": Metric.RESPONSE_MINUTES,
}
"""How the files name the four metrics."""

WRITTEN_FILES = ("at-scale.yaml", "in-production.yaml", "getting-there.yaml", "unproven.yaml")


class PaperSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A document; `value` is what it says where that differs from what is stated, `ends` days from today."""

    ago: int
    value: Decimal | None = None
    title: str = ""
    ends: int | None = None
    checked: bool = True
    withdrawn: bool = False


class FigureSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A stated figure; `was` holds earlier ones as (value, days ago), newest first."""

    value: Decimal
    ago: int = 20
    coverage: str | None = None
    method: str = ""
    window: int | None = None
    paper: PaperSpec | None = None
    was: tuple[tuple[Decimal, int], ...] = ()


class CustomerSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """An organisation; without `domain` one is made from the name. `public`: the provider may name it."""

    name: str
    domain: str = ""
    employees: int | None = None
    regulated: bool | None = None
    country: str | None = None
    industry: str | None = None
    public: bool = False


class ReferenceSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A reference. `confirms` names figures (in the stated value's band) and criteria (met) it agrees with.

    `says` overrides: a number, `[low, high]` (a half-open band; null: no end) with the coverage as a
    third item where that matters, or a status for a criterion.
    """

    ago: int
    state: str = "verified"
    title: str = "Head of operations"
    confirms: tuple[str, ...] = ()
    says: dict[str, Any] = {}
    named: bool = False
    quote: str = ""
    organisation: CustomerSpec | None = None


class ObservationSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """Uptime measured with a probe a minute; `bad` counts failed, `gaps` missing probes, by day from the first."""

    bad: dict[int, int] = {}
    gaps: dict[int, int] = {}
    last: int = 0
    days: int = 90


class SystemSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A system, with its figures and whoever confirms them."""

    name: str
    summary: str = ""
    industry: str | None = None
    agent_type: str | None = None
    live: int | None = None
    retired: int | None = None
    customer: CustomerSpec | None = None
    volume: FigureSpec | None = None
    uptime: FigureSpec | None = None
    deploy: FigureSpec | None = None
    response: FigureSpec | None = None
    references: tuple[ReferenceSpec, ...] = ()
    observation: ObservationSpec | None = None

    def figures(self) -> list[tuple[Metric, FigureSpec]]:
        """Return the figures that are stated, in the order of the metrics."""
        stated = (self.volume, self.uptime, self.deploy, self.response)
        return [(metric, figure) for metric, figure in zip(Metric, stated, strict=True) if figure is not None]


class CertificationSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A certification; `until` is in days from today, negative when it has run out."""

    until: int | None = None
    ago: int = 60
    paper: PaperSpec | None = None


class AnswersSpec(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """Answers by status. `met: [all]` means every criterion named nowhere else; an area's id means all of it.

    `documented` names the criteria that one document, the `paper`, speaks for.
    """

    ago: int = 30
    met: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()
    documented: tuple[str, ...] = ()
    paper: PaperSpec | None = None
    notes: dict[str, str] = {}


class ReportSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A report by a reader."""

    ago: int
    kind: str = "misrepresentation"
    state: str = "upheld"
    message: str = ""
    notice: str = ""


class ProviderSpec(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A provider. Without `slug` it is made from the name; the domain is always `<slug>.example`."""

    name: str
    slug: str = ""
    summary: str = ""
    description: str = ""
    country: str | None = None
    founded: int | None = None
    employees: int | None = None
    min_project: tuple[int, str] | None = None
    languages: tuple[str, ...] = ()
    engagement: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    agent_types: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    clouds: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    claimed: bool = True
    listed: int = 200
    systems: tuple[SystemSpec, ...] = ()
    certifications: dict[str, CertificationSpec] = {}
    answers: AnswersSpec | None = None
    reports: tuple[ReportSpec, ...] = ()


class PlaceSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """A city that a composed entry may sit in."""

    city: str
    country: str
    languages: tuple[str, ...]
    region: str
    currency: str
    script: str = "latin"


class WorkSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """What agents of one type are called ("support agents"), names of systems, what they do in a sentence."""

    phrase: str
    systems: tuple[str, ...]
    summaries: tuple[str, ...]


class SectorSpec(Struct, frozen=True, forbid_unknown_fields=True):
    """Who an industry's customers are: in the plural, and how their names end."""

    clients: str
    endings: tuple[str, ...]


class Ingredients(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What composed entries, and the details of all, are put together from."""

    starts: tuple[str, ...]
    ends: tuple[str, ...]
    styles: tuple[str, ...]
    scripts: dict[str, dict[str, str]]
    script_styles: dict[str, str]
    places: tuple[PlaceSpec, ...]
    work: dict[str, WorkSpec]
    sectors: dict[str, SectorSpec]
    twists: tuple[str, ...]
    openings: tuple[str, ...]
    middles: tuple[str, ...]
    closings: tuple[str, ...]
    quotes: tuple[str, ...]
    titles: tuple[str, ...]
    given_names: tuple[str, ...]
    family_names: tuple[str, ...]
    methods: dict[str, tuple[str, ...]]
    papers: dict[str, str]
    notes: dict[str, tuple[str, ...]]
    status_notes: dict[str, tuple[str, ...]]
    certification_share: dict[str, float]


def _read(name: str) -> Any:  # noqa: ANN401 - whatever the file holds; decoded by the caller
    text = (shipped("data") / "demo" / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader, the quick one where it is built


@cache
def written() -> tuple[ProviderSpec, ...]:
    """Return the hand-written entries, in the order in which they are loaded."""
    found: list[ProviderSpec] = []
    for name in WRITTEN_FILES:
        found += msgspec.convert(_read(name), list[ProviderSpec])
    return tuple(found)


@cache
def ingredients() -> Ingredients:
    """Return what composed entries are made of."""
    return msgspec.convert(_read("ingredients.yaml"), Ingredients)
