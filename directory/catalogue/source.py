"""Catalogue text as plain values that remember their lines: a small, strict part of YAML.

No anchors, aliases, tags or duplicate keys; numbers with a point become decimals; dates are days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from directory.core.errors import DomainError

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_DIGITS = 30
NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
FRACTION = re.compile(r"[-+]?[0-9]+\.[0-9]+")
TAG = "tag:yaml.org,2002:"

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file: the line (from 1), where in the file's structure, and why."""

    line: int
    where: str
    reason: str

    def __str__(self) -> str:
        """Return `line: where: reason`, for standing after the file's name."""
        return f"{self.line}: {self.where}: {self.reason}" if self.where else f"{self.line}: {self.reason}"


class CatalogueFileError(DomainError):
    """A catalogue file can't be used. The message has a line `file:line: where: reason` for each problem."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        """Keep the problems in the order of their lines; there is at least one."""
        self.name = name
        self.problems = tuple(sorted(problems, key=lambda one: one.line))
        super().__init__("\n".join(f"{name}:{problem}" for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Tree:
    """Plain values, the line (from 1) of each by its path, and what was wrong on the way."""

    value: Any
    lines: dict[Path, int]
    problems: list[Problem]

    def line(self, path: Path) -> int:
        """Return the line of a path, or of the nearest thing around it that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, reason: str) -> Problem:
        """Return a problem at a path."""
        return Problem(self.line(path), spelled(path), reason)


def spelled(path: Path) -> str:
    """Return a path as people write it: areas[0].criteria[2].risk."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _first_flaw(text: str) -> Problem | None:
    """Return what forbids reading the text any further: its size, its characters, its YAML."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return Problem(1, "", f"is larger than {MAX_BYTES:,} bytes")
    if odd := NOT_TEXT.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        return Problem(line, "", f"holds a character that isn't text (U+{ord(odd.group()):04X})")
    try:
        return next(_forbidden(text), None)
    except yaml.MarkedYAMLError as error:
        return _not_yaml(error)


def _not_yaml(error: yaml.MarkedYAMLError) -> Problem:
    """Return the parser's complaint where the trouble began: an open quote counts where it was opened."""
    mark = error.context_mark or error.problem_mark
    words = " ".join(part for part in (error.context, error.problem) if part)
    return Problem(mark.line + 1 if mark else 1, "", f"isn't YAML: {words}")


def _forbidden(text: str) -> Iterator[Problem]:
    """Walk the events, which takes no recursion, to the end."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield Problem(line, "", "anchors and aliases (& and *) aren't allowed; quote text that begins with one")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            yield Problem(line, "", f"is nested more than {MAX_DEPTH} deep")
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            yield Problem(line, "", "holds a second document; one file holds one")


def _scalar(node: yaml.ScalarNode) -> Any:  # noqa: ANN401 - one of str, int, Decimal, bool, date, None
    """Return a scalar's value.

    Raises:
        ValueError: it looks like something that a catalogue file doesn't hold; the message says so.

    """
    kind, text = node.tag.removeprefix(TAG), node.value
    if kind == "str":
        return text.strip()
    if kind in {"int", "float"}:
        if len(text) > MAX_DIGITS or not (WHOLE if kind == "int" else FRACTION).fullmatch(text):
            raise ValueError(f"write the number {text[:MAX_DIGITS]!r} in plain digits, or text in quotes")
        return int(text) if kind == "int" else Decimal(text)
    if kind == "timestamp":
        return date.fromisoformat(text)
    if kind == "bool":
        return text.lower() in {"true", "yes", "on"}
    if kind == "null":
        return None
    raise ValueError(f"the tag {node.tag!r} isn't allowed")


def _mapping(node: yaml.MappingNode, path: Path, tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            tree.problems.append(Problem(line, spelled(path), "a key must be a word"))
            continue
        key = key_node.value
        if key in found:
            tree.problems.append(Problem(line, spelled((*path, key)), "stands twice"))
            continue
        tree.lines[*path, key] = line
        found[key] = _value(value_node, (*path, key), tree)
    return found


def _value(node: yaml.Node, path: Path, tree: Tree) -> Any:  # noqa: ANN401 - plain values of any kind
    tree.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode) and node.tag == f"{TAG}map":
        return _mapping(node, path, tree)
    if isinstance(node, yaml.SequenceNode) and node.tag == f"{TAG}seq":
        return [_value(item, (*path, index), tree) for index, item in enumerate(node.value)]
    reason = f"the tag {node.tag!r} isn't allowed"
    if isinstance(node, yaml.ScalarNode):
        try:
            return _scalar(node)
        except ValueError as error:
            reason = str(error)
    tree.problems.append(tree.problem(path, reason))
    return None


def read_tree(text: str, name: str) -> Tree:
    """Return the text's values with their lines.

    Raises:
        CatalogueFileError: the text isn't the part of YAML that catalogue files use.

    """
    if flaw := _first_flaw(text):
        raise CatalogueFileError(name, [flaw])
    node = yaml.compose(text, Loader=LOADER)
    if node is None:
        raise CatalogueFileError(name, [Problem(1, "", "is empty")])
    lines: dict[Path, int] = {}
    tree = Tree(None, lines, [])
    value = _value(node, (), tree)
    if tree.problems:
        raise CatalogueFileError(name, tree.problems)
    return Tree(value, lines, [])
