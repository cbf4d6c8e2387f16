"""What an edit page shows: each field with what was typed, what is public now, and what stands in its way. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from directory.web.vendor.forms_edit import Asked, AskedGroup, Choices, Typed

MOST_WORDS = 200
"""How much of a long public text stands beside the field."""


@dataclass(frozen=True, slots=True)
class Force:
    """What counts today: its text, its level (None: nothing in force), and the last day on which it does."""

    text: str
    level: int | None = None
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """As of which day the draft states something, and the last day on which that statement holds.

    `kept`: the day that the draft has. `can_renew`: whether it can be stated again as of today; None where a page
    asks for a day and nothing else.
    """

    as_of_on: date | None = None
    last_on: date | None = None
    has_expired: bool = False
    kept: str = ""
    can_renew: bool | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """Something that was superseded."""

    text: str
    as_of_on: date
    superseded_on: date


@dataclass(frozen=True, slots=True)
class Beside:
    """What a page shows beside the fields. `public` is None where nothing of this part is public yet.

    `problems` by field; `force`, `past` and `stated` by what a group is about. `moved`: the fields that hold another
    day than was sent.
    """

    public: Typed | None
    problems: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    force: Mapping[str, Force] = field(default_factory=dict)
    past: Mapping[str, tuple[Past, ...]] = field(default_factory=dict)
    stated: Mapping[str, Stated] = field(default_factory=dict)
    moved: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """One field as the page shows it; `public` says what readers see where that differs, else it is None."""

    asked: Asked
    value: str
    chosen: tuple[str, ...]
    problems: tuple[str, ...]
    public: str | None
    is_moved: bool = False

    @property
    def id(self) -> str:
        """The field's id on the page."""
        return "f-" + self.asked.path.replace(".", "-").replace("_", "-")

    @property
    def choices(self) -> Choices:
        """What can be chosen, with anything that was chosen and isn't known any more."""
        known = {value for value, _ in self.asked.choices}
        alien = [(one, one) for one in self.chosen if one and one not in known]
        return (*self.asked.choices, *alien)

    @property
    def labels(self) -> str:
        """What is chosen, in words."""
        return labels(self.asked, self.chosen)

    @property
    def is_a_day(self) -> bool:
        """Whether a browser's own control for days can show what was typed."""
        try:
            date.fromisoformat(self.value or "2026-01-01")
        except ValueError:
            return False
        return len(self.value) in (0, 10)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading."""

    asked: AskedGroup
    fields: tuple[Shown, ...]
    force: Force | None
    past: tuple[Past, ...]
    stated: Stated | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people changed at the same time."""

    label: str
    theirs: str
    mine: str


def labels(asked: Asked, values: Iterable[str]) -> str:
    """Return values as people read them."""
    names = dict(asked.choices)
    return ", ".join(names.get(one, one) for one in values if one)


def as_text(asked: Asked, value: str | tuple[str, ...]) -> str:
    """Return a value in words, and a dash for nothing."""
    if asked.choices or isinstance(value, tuple):
        return labels(asked, _chosen(value)) or "—"
    if asked.kind == "tick":
        return "Yes" if value else "No"
    return value or "—"


def _chosen(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if value else ()


def empty(asked: Asked) -> str | tuple[str, ...]:
    """Return what a field holds that was never filled in."""
    return () if asked.is_list else ""


def is_same(one: str | tuple[str, ...], other: str | tuple[str, ...]) -> bool:
    """Whether two values say the same; the order of what is chosen doesn't count."""
    return sorted(one) == sorted(other) if isinstance(one, tuple) and isinstance(other, tuple) else one == other


def shown(groups: Iterable[AskedGroup], typed: Typed, beside: Beside) -> tuple[Group, ...]:
    """Return the page's groups with what was typed."""
    return tuple(
        Group(
            asked=group,
            fields=tuple(_field(asked, typed, beside) for asked in group.asked),
            force=beside.force.get(group.about),
            past=beside.past.get(group.about, ()),
            stated=beside.stated.get(group.about),
        )
        for group in groups
    )


def _field(asked: Asked, typed: Typed, beside: Beside) -> Shown:
    value = typed.get(asked.path, empty(asked))
    return Shown(
        asked=asked,
        value=value if isinstance(value, str) else "",
        chosen=_chosen(value),
        problems=beside.problems.get(asked.path, ()),
        public=_public(asked, value, beside.public),
        is_moved=asked.path in beside.moved,
    )


def _public(asked: Asked, value: str | tuple[str, ...], public: Typed | None) -> str | None:
    if public is None:
        return None
    there = public.get(asked.path, empty(asked))
    if is_same(there, value):
        return None
    text = as_text(asked, there)
    return text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS].rstrip()} …"


def differences(groups: Iterable[AskedGroup], mine: Typed, theirs: Typed) -> tuple[Difference, ...]:
    """Return the fields in which two versions differ."""
    found = []
    for group in groups:
        for asked in group.asked:
            one, other = theirs.get(asked.path, empty(asked)), mine.get(asked.path, empty(asked))
            if not is_same(one, other):
                label = asked.label if group.about == "" else f"{group.legend}: {asked.label.lower()}"
                found.append(Difference(label, as_text(asked, one), as_text(asked, other)))
    return tuple(found)
