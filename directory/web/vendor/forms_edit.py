"""What the edit pages ask for, in which words, and how what was typed becomes a part of the draft and back.

A draft keeps texts exactly as typed, also those that can't be published: there is nothing here that refuses one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from directory.catalogue.schema import Taxonomy
from directory.web.forms import Form

Typed = dict[str, str | tuple[str, ...]]
"""A part of the draft by the names of its fields."""
Choices = tuple[tuple[str, str], ...]


class EditForm(Form):
    """What every edit page sends beside its fields: the fingerprint of what it showed."""

    base = HiddenField()


class AddSystemForm(Form):
    """A new system begins with its one-time key alone: pressing twice adds one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One field. `kind`: line, area, day, number, address, choice, radio, tick, ticks or words (split at commas)."""

    path: str
    label: str
    kind: str = "line"
    hint: str = ""
    choices: Choices = ()
    is_needed: bool = False
    rows: int = 4

    @property
    def is_list(self) -> bool:
        """Whether several values may be chosen."""
        return self.kind == "ticks"


@dataclass(frozen=True, slots=True)
class AskedGroup:
    """Fields under one heading; `about` is the metric, criterion or row that they are of."""

    id: str
    legend: str
    asked: tuple[Asked, ...]
    hint: str = ""
    about: str = ""


def tidy(text: str) -> str:
    """Return what was typed with one kind of line break and no NUL: databases take none."""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def read(groups: Iterable[AskedGroup], form: MultiDict[str, str]) -> Typed:
    """Return what was typed into the fields; one that wasn't sent is empty."""
    typed: Typed = {}
    for group in groups:
        for asked in group.asked:
            if asked.is_list:
                typed[asked.path] = tuple(tidy(value) for value in form.getlist(asked.path))
            else:
                typed[asked.path] = tidy(form.get(asked.path, ""))
    return typed


def words(text: str | tuple[str, ...]) -> list[str]:
    """Return what stands between commas."""
    parts = text.split(",") if isinstance(text, str) else text
    return [part.strip() for part in parts if part.strip()]


def terms(taxonomy: Taxonomy, facet: str) -> Choices:
    """Return the terms of a facet as choices."""
    return tuple((term.id, term.label) for term in taxonomy.terms(facet))
