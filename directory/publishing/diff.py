"""What changed between two contents, field by field, in the words of people. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from directory.catalogue.services import Catalogue
from directory.core.places import country_name, languages
from directory.evidence.metrics import DEFINITIONS, Metric
from directory.publishing.content import Content, blank, said

WORDS = re.compile(r"\w+|[^\w\s]|\s+")
MOST_WORDS = 4_000
"""Texts of more words than this are shown whole, before and after: comparing them word by word takes too long."""

PROFILE_LABELS = {
    "name": "Name",
    "website": "Website",
    "summary": "One sentence",
    "description": "Description",
    "country": "Head office",
    "founded": "Founded",
    "employees": "Employees",
    "languages": "Languages",
    "min_amount": "Smallest project",
    "min_currency": "Its currency",
    "engagement": "Ways of working",
    "industries": "Industries",
    "agent_types": "Kinds of agents",
    "regions": "Hosting regions",
    "frameworks": "Frameworks",
    "models": "Models",
    "clouds": "Clouds",
    "tools": "Tools",
}
SYSTEM_LABELS = {
    "name": "Name",
    "summary": "One sentence",
    "industry": "Industry",
    "agent_type": "Kind of agent",
    "live_since": "Live since",
    "retired_on": "Retired on",
    "customer_name": "Customer",
    "customer_website": "Customer’s website",
    "customer_employees": "Customer’s employees",
    "customer_regulated": "Customer is regulated",
    "customer_public": "Customer may be named",
}
FIGURE_LABELS = {
    "value": "",
    "as_of": "as of",
    "window_days": "window in days",
    "method": "how it was measured",
    "source_url": "where it can be seen",
    "coverage": "coverage",
}
ANSWER_LABELS = {"status": "", "note": "how", "evidence_url": "where it can be seen", "as_of": "stated as of"}
CERTIFICATION_LABELS = {
    "name": "held",
    "valid_until": "valid until",
    "url": "where it can be seen",
    "as_of": "stated as of",
}
AGAIN = {"as_of": "stated again as of"}
"""What the day is called where nothing else of a statement changed."""
FACETS = {
    "engagement": "engagement",
    "industries": "industry",
    "industry": "industry",
    "agent_types": "agent_type",
    "agent_type": "agent_type",
    "regions": "region",
    "frameworks": "framework",
    "models": "model",
    "clouds": "cloud",
    "tools": "tool",
}
LONG = frozenset({"summary", "description", "method", "note"})

Label = Callable[[str, str], str]
"""From a field and a value as typed to what people call it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: `kind` is same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs, as pieces in order; those of a list are its items (`is_list`)."""

    label: str
    pieces: tuple[Piece, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The changes under one heading; `section` is where the vendor edits them, `mark` new, gone or ""."""

    section: str
    title: str
    changes: tuple[Change, ...]
    mark: str = ""


def word_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return two texts as one, with the words that were removed and added; both can be read out of it."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if not old or not new or len(old) + len(new) > MOST_WORDS:
        return tuple(Piece(kind, text) for kind, text in (("removed", before), ("added", after)) if text)
    found: list[Piece] = []
    removed = added = ""
    for verb, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, is_now = "".join(old[i:j]), "".join(new[k:m])
        if verb == "equal" and not (was.isspace() and (removed or added)):
            found += [*_changed(removed, added), Piece("same", was)]
            removed = added = ""
        else:
            removed, added = removed + was, added + is_now
    return (*found, *_changed(removed, added))


def _changed(removed: str, added: str) -> Iterator[Piece]:
    """Yield a run of changed words; blanks between two changes belong to both, so that whole phrases are read."""
    common = len(removed) - len(removed.rstrip()) if removed != added else 0
    tail = removed[len(removed) - common :]
    if tail and added.endswith(tail):
        removed, added = removed.removesuffix(tail), added.removesuffix(tail)
    else:
        tail = ""
    if removed:
        yield Piece("removed", removed)
    if added:
        yield Piece("added", added)
    if tail:
        yield Piece("same", tail)


def value_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Return a short value as what it was and what it is."""
    return tuple(Piece(kind, text) for kind, text in (("removed", before), ("added", after)) if text)


def list_pieces(before: list[str], after: list[str]) -> tuple[Piece, ...]:
    """Return what a list lost and gained; the order of its items doesn't count."""
    removed = (Piece("removed", one) for one in before if one not in after)
    return (*removed, *(Piece("added", one) for one in after if one not in before))


class Differ:
    """Compares contents with the names of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Keep the names."""
        self._catalogue = catalogue

    def parts(self, before: Content, after: Content) -> tuple[Part, ...]:
        """Return everything that differs, in the order of the pages."""
        found = [self._profile(before["profile"], after["profile"])]
        found += self._systems(before["systems"], after["systems"])
        found += self._answers(before["answers"], after["answers"])
        found.append(self._certifications(before["certifications"], after["certifications"]))
        return tuple(one for one in found if one.changes or one.mark)

    def of_a_new_entry(self, after: Content) -> tuple[Part, ...]:
        """Return all of a content, as that of an entry of which nothing was public."""
        return self.parts(blank(), after)

    def label(self, name: str, value: str) -> str:
        """Return what people call a value as typed; itself where it is no term."""
        if name in FACETS:
            return self._catalogue.taxonomy.label(FACETS[name], value)
        if name == "certification":
            return self._catalogue.taxonomy.label("certification", value)
        if name in ("status", "coverage"):
            return value.replace("-", " ")
        if name == "country" and len(value) == 2:
            return country_name(value.upper())
        return languages().get(value, value) if name == "languages" else value

    def _profile(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Part:
        return Part("profile", "Profile", tuple(_changes(before, after, PROFILE_LABELS, self.label)))

    def _systems(self, before: list[Any], after: list[Any]) -> Iterator[Part]:
        known = {one["key"]: one for one in before}
        for system in after:
            old = known.get(system["key"])
            yield self._system(old or {}, system, "" if old else "new")
        left = {one["key"] for one in after}
        for system in before:
            if system["key"] not in left:
                yield self._system(system, {}, "gone")

    def _system(self, before: Mapping[str, Any], after: Mapping[str, Any], mark: str) -> Part:
        one = after or before
        changes = list(_changes(before, after, SYSTEM_LABELS, self.label))
        for metric in Metric:
            old, new = ((side.get("figures") or {}).get(metric) or {} for side in (before, after))
            changes += _changes(old, new, _under(DEFINITIONS[metric].label, FIGURE_LABELS), self.label)
        return Part(f"systems/{one['key']}", f"System: {one.get('name') or 'not named yet'}", tuple(changes), mark)

    def _answers(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Part]:
        for area in self._catalogue.checklist.areas:
            changes: list[Change] = []
            for one in area.criteria:
                old, new = before.get(one.id) or {}, after.get(one.id) or {}
                changes += _changes(old, new, _under(one.name, _labels(old, new, ANSWER_LABELS)), self.label)
            yield Part(f"answers/{area.id}", f"Answers: {area.name.lower()}", tuple(changes))

    def _certifications(self, before: list[Any], after: list[Any]) -> Part:
        """Compare by name: the order in which they stand doesn't count."""
        old, new = ({one.get("name") or "": one for one in side} for side in (before, after))
        changes: list[Change] = []
        for name in {**old, **new}:
            was, is_now = _held(old.get(name)), _held(new.get(name))
            labels = _labels(was, is_now, CERTIFICATION_LABELS)
            changes += _changes(was, is_now, _under(self.label("certification", name), labels), self.label)
        return Part("certifications", "Certifications", tuple(changes))


def _labels(before: Mapping[str, str], after: Mapping[str, str], labels: Mapping[str, str]) -> dict[str, str]:
    """Return the names of a statement's fields; the day of one that is taken back says nothing."""
    if not said(after):
        return {name: label for name, label in labels.items() if name != "as_of"}
    return {**labels, **(AGAIN if said(before) == said(after) else {})}


def _held(certification: Mapping[str, str] | None) -> dict[str, str]:
    return {**certification, "name": "yes"} if certification else {}


def _under(title: str, labels: Mapping[str, str]) -> dict[str, str]:
    return {name: f"{title}: {label}" if label else title for name, label in labels.items()}


def _changes(
    before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, str], name_of: Label
) -> Iterator[Change]:
    for name, label in labels.items():
        old, new = before.get(name) or "", after.get(name) or ""
        if isinstance(old, list) or isinstance(new, list):
            was, is_now = ([name_of(name, one) for one in side or ()] for side in (old, new))
            pieces = list_pieces(was, is_now)
            if pieces:
                yield Change(label, pieces, is_list=True)
        elif old != new:
            compare = word_pieces if name in LONG else value_pieces
            yield Change(label, compare(*(name_of(name, one) if one else "" for one in (old, new))))
