"""What stands in the way of publishing a content: the import format's own checks, told by section and field."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from directory.catalogue.services import Catalogue
from directory.core.errors import DomainError
from directory.exchange import checks
from directory.exchange.checking import Checker
from directory.exchange.format import ProviderRecord
from directory.exchange.parsing import parse_object
from directory.exchange.problems import Problems
from directory.publishing.content import Content
from directory.publishing.record import (
    answer_object,
    certification_objects,
    day_of,
    line_object,
    profile_object,
    system_object,
)

STAND_IN = {"name": "-", "website": "https://stand-in.example/"}
"""Who the firm is while only a part of its content is checked."""

PATHS = (
    (re.compile(r"min_project\."), "min_"),
    (re.compile(r"systems\[0\]\."), ""),
    (re.compile(r"customer\."), "customer_"),
    (re.compile(r"answers\."), ""),
    (re.compile(r"certifications\[(\d+)\]"), r"\1"),
    (re.compile(r"([a-z_]+)\[\d+\]$"), r"\1"),
)
VERBS = frozenset({"is", "isn't", "must", "has", "holds"})
WORDINGS = {
    "is empty": "is needed",
    "is required": "is needed",
    "is required: 24x7 or business-hours": "is needed: 24×7 or business hours",
    "must be a whole number, not text": "must be a whole number in digits only, such as 120",
    "must be a whole number, not one with decimals": "must be a whole number in digits only, such as 120",
    "must be true or false, not text": "must be yes or no",
}
"""Words of the format that read better below a field in another way."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that can't be published. `path` is the field's name on the page of `section`; "" for all of it."""

    section: str
    path: str
    message: str


class UnpublishableError(DomainError):
    """A content can't be published as it stands; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems; there is at least one."""
        super().__init__("It can’t be published as it stands.")
        self.problems = problems


def checker_for(catalogue: Catalogue, today: date) -> Checker:
    """Return the check of values by the catalogue in force."""
    return Checker(catalogue.taxonomy, frozenset(catalogue.checklist.criteria), today)


def problems(content: Content, catalogue: Catalogue, today: date) -> list[Problem]:
    """Return everything that stands in the way, section by section, in the order of the pages."""
    checker = checker_for(catalogue, today)
    found = list(_found(checker, "profile", profile_object(content["profile"])))
    for system in content["systems"]:
        part = {**STAND_IN, "systems": [system_object(system)]}
        found += _found(checker, f"systems/{system['key']}", part)
    found += _repeated(content)
    for criterion, answer in content["answers"].items():
        area = content["areas"].get(criterion)
        if area is not None:
            found += _found(checker, f"answers/{area}", {**STAND_IN, "answers": {criterion: answer_object(answer)}})
            found += _undated(f"answers/{area}", criterion, answer, today)
    certifications = certification_objects(content["certifications"])
    found += _found(checker, "certifications", {**STAND_IN, "certifications": certifications})
    for row, one in enumerate(content["certifications"]):
        found += _undated("certifications", str(row), one, today)
    return found


def record_of(content: Content, catalogue: Catalogue, today: date) -> tuple[ProviderRecord, str]:
    """Return the content as a checked record, and the website's registrable domain.

    Raises:
        UnpublishableError: something stands in the way.

    """
    in_the_way = problems(content, catalogue, today)
    if in_the_way:
        raise UnpublishableError(in_the_way)
    checker, known = checker_for(catalogue, today), Problems()
    record = parse_object(line_object(content, checker.criteria), known)
    assert record is not None, "its parts were read one by one"  # noqa: S101 - a rule of the house, not of the input
    record, domain = checker.check(record, known)
    known.raise_any()
    return record, domain


def _found(checker: Checker, section: str, part: dict[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with one section: apart, so that a bad one doesn't hide what is wrong with the next."""
    known = Problems()
    record = parse_object(part, known)
    if record is not None:
        checker.check(record, known)
    for one in known.found.values():
        yield Problem(section, _field(one.path), _sentence(one.reason))


def _undated(section: str, about: str, statement: Mapping[str, str], today: date) -> Iterator[Problem]:
    """Yield what is wrong with the day of an answer or a certification; tomorrow is today somewhere on earth."""
    try:
        given = day_of(statement)
        if given is not None:
            checks.day(today + timedelta(days=1))(given)
    except ValueError as error:
        yield Problem(section, f"{about}.as_of", _sentence(str(error)))


def _sentence(reason: str) -> str:
    """Return a reason as it stands below a field; one that begins with a name keeps it as it is."""
    reason = WORDINGS.get(reason, reason)
    begins_with_a_verb = reason.partition(" ")[0] in VERBS
    text = f"{reason[:1].upper()}{reason[1:]}" if begins_with_a_verb else reason
    return text if text.endswith("?") else f"{text}."


def _field(path: str) -> str:
    for pattern, name in PATHS:
        path = pattern.sub(name, path, count=1) if pattern.match(path) else path
    return path


def _repeated(content: Content) -> Iterator[Problem]:
    """Yield the systems that have the name of one before them."""
    seen: set[str] = set()
    for system in content["systems"]:
        name = (system.get("name") or "").strip()
        if name and name in seen:
            yield Problem(f"systems/{system['key']}", "name", "Another system has this name already.")
        seen.add(name)
