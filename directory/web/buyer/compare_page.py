"""A comparison made ready to be shown: its heads, its sections with where their rows lead, and the ways on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from directory.catalogue.services import Catalogue
from directory.comparison.asking import Asked
from directory.comparison.cells import Cell
from directory.comparison.table import MOST, Column, Row, Section, SystemRef, Table, cells_of, titles
from directory.rules.case import Outcome
from directory.web.profile.links import Link

COMPARE = "/compare"
NUMBERS = {1: "One provider", 2: "Two providers", 3: "Three providers", 4: "Four", 5: "Five", 6: "Six"}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one column. `tier` and `enterprise` are the verdicts in words; `remove` is the address without it.

    `choices` are the systems whose figures may be shown, when there is more than one.
    """

    slug: str
    name: str
    tier: str
    is_proven: bool
    enterprise: str
    is_enterprise: bool
    system: SystemRef | None
    rules_system: str
    choices: tuple[SystemRef, ...]
    remove: str
    gone: str = ""


GONE_HEAD = Head("", "No longer listed", "", False, "", False, None, "", (), "", "taken out of the directory")  # noqa: FBT003 - the fields of a head


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its cells, one a column, and where its label leads."""

    row: Row
    cells: tuple[Cell | None, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Part:
    """One section; `hide` is the address without it."""

    section: Section
    lines: tuple[Line, ...]
    hide: str


@dataclass(frozen=True, slots=True)
class Side:
    """The table as it is shown."""

    table: Table
    heads: tuple[Head, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Adding:
    """The search for one more: what was typed, who fits, and whether there is room."""

    words: str
    found: tuple[Link, ...]
    has_room: bool


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Everything on the page of a comparison. `problems` are pairs of a parameter's name and what is wrong with it.

    `few` are the providers where they are too few to be compared; `hidden` lead to the sections that were left out.
    `has_claimed` says whether any of them can be asked for an introduction: somebody from the firm must be there.
    """

    heading: str
    asked: Asked
    side: Side | None
    few: tuple[Link, ...]
    problems: tuple[tuple[str, str], ...]
    adding: Adding
    hidden: tuple[Link, ...]
    differing: int
    rows: int
    all_rows: str
    differences: str
    csv: str
    api: str
    canonical: str
    shows_demo: bool
    has_claimed: bool

    @property
    def introduction(self) -> str:
        """The address that asks all of them for an introduction, and names those that can't be asked."""
        return f"/account/introductions/new?{urlencode([('provider', slug) for slug in self.asked.slugs])}"

    @property
    def has_choices(self) -> bool:
        """Whether some provider has several systems to choose from."""
        return self.side is not None and any(head.choices for head in self.side.heads)

    @property
    def frozen_from(self) -> list[tuple[str, str]]:
        """What the form that freezes sends: all rows, whatever is left out of sight."""
        return Asked(self.asked.slugs, self.asked.systems).parameters()

    @property
    def keep(self) -> list[tuple[str, str]]:
        """What the form that chooses systems keeps as it is."""
        return Asked(self.asked.slugs, {}, self.asked.differences, self.asked.hidden).parameters()


def address(asked: Asked, path: str = COMPARE, **changes: object) -> str:
    """Return the address of what is asked for, with what is given in its place."""
    pairs = asked.parameters(**changes)  # type: ignore[arg-type]  # the names are its own
    return f"{path}?{urlencode(pairs)}" if pairs else path


def heading(count: int) -> str:
    """Return how many stand side by side: Three providers side by side."""
    words = NUMBERS.get(count, "")
    return f"{words if ' ' in words else f'{words} providers'} side by side" if words else "Compare providers"


def side(table: Table, asked: Asked, catalogue: Catalogue) -> Side:
    """Return the table as it is shown, with the ways to change it."""
    return Side(table, tuple(head(column, asked, catalogue) for column in table.columns), parts(table, asked))


def head(column: Column, asked: Asked, catalogue: Catalogue) -> Head:
    """Return the head of a column."""
    tiers: dict[str, str] = {tier.id: tier.name for tier in catalogue.rules.production.tiers}
    is_enterprise = column.enterprise is Outcome.PASS
    rest = tuple(slug for slug in asked.slugs if slug != column.slug)
    shown = column.system.name if column.system else ""
    return Head(
        slug=column.slug,
        name=column.name,
        tier=tiers[column.tier] if column.tier else "Not proven in production here yet",
        is_proven=column.tier is not None,
        enterprise=catalogue.rules.enterprise.name if is_enterprise else "",
        is_enterprise=is_enterprise,
        system=column.system,
        rules_system=column.rules_system if column.rules_system and column.rules_system != shown else "",
        choices=column.systems if len(column.systems) > 1 else (),
        remove=address(asked, slugs=rest),
    )


def parts(table: Table, asked: Asked) -> tuple[Part, ...]:
    """Return the sections with their rows' cells."""
    return tuple(
        Part(
            section=section,
            lines=tuple(Line(row, cells_of(row, table.columns), row_address(row)) for row in section.rows),
            hide=address(asked, hidden=(*asked.hidden, section.id)),
        )
        for section in table.sections
    )


def row_address(row: Row) -> str:
    """Return where a row is explained, or nothing."""
    kind, _, name = row.id.partition(":")
    return {
        "metric": f"/methodology#metric-{name}",
        "rule": f"/methodology#{name}",
        "criterion": f"/checklist/{name}",
    }.get(kind, "")


def frozen_side(table: Table, catalogue: Catalogue) -> Side:
    """Return a frozen table as it is shown: nothing in it can be changed, and who is gone keeps the place."""
    heads = (head(column, Asked(), catalogue) for column in table.columns)
    shown = tuple(replace(one, remove="", choices=()) if one.slug else GONE_HEAD for one in heads)
    return Side(table, shown, tuple(replace(part, hide="") for part in parts(table, Asked())))


def hidden_links(whole: Table, asked: Asked) -> tuple[Link, ...]:
    """Return, for each section left out, its title and the address that brings it back."""
    named: Mapping[str, str] = titles(whole)
    return tuple(
        Link(named.get(one, one), address(asked, hidden=tuple(other for other in asked.hidden if other != one)))
        for one in asked.hidden
    )


def has_room(slugs: Iterable[str]) -> bool:
    """Whether one more provider fits."""
    return len(tuple(slugs)) < MOST
