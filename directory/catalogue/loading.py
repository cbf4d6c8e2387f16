"""From the text of a catalogue file to its typed contents; a bad file is refused with file, line and reason."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from directory.catalogue.consistency import findings
from directory.catalogue.schema import CatalogueFile, Checklist, Rules, Taxonomy
from directory.catalogue.source import MAX_BYTES, CatalogueFileError, Problem, Tree, read_tree
from directory.catalogue.source import Path as Place

KINDS: Mapping[str, type[Taxonomy | Checklist | Rules]] = {
    "taxonomy": Taxonomy,
    "checklist": Checklist,
    "rules": Rules,
}
for _kind in KINDS.values():
    # msgspec prepares a type at its first use, and two threads that do so at once bring the process down.
    # Making a decoder prepares it here and now, while the module is imported by one thread alone.
    msgspec.json.Decoder(_kind)
PLAINER = (
    (re.compile(r" - at `\$.*`$"), ""),
    (re.compile(r"Expected `str` matching regex '\^\[0-9\].*"), 'must be a version such as "2" or "2.1"'),
    (re.compile(r"Expected `str` matching regex '\^\[A-Z\].*"), "must be a capital letter and a number, such as P1"),
    (re.compile(r"Expected `str` matching regex .*"), "must be small letters, digits and single hyphens"),
    (re.compile(r"Expected `str`, got .*"), "must be text; put it in quotes"),
    (re.compile(r"Expected `str` of length >= 1"), "must not be empty"),
    (re.compile(r"Expected `array` of length >= ([0-9]+)"), r"must have at least \1"),
    (re.compile(r"Expected `array` of length <= ([0-9]+)"), r"must have at most \1"),
    (re.compile(r"Expected `array`, got .*"), "must be a list"),
    (re.compile(r"Expected `object`, got .*"), "must be a set of keys and values"),
    (re.compile(r"Expected `date`.*|Invalid RFC3339 encoded date"), "must be a day, such as 2026-11-01"),
    (re.compile(r"Expected `int`, got .*"), "must be a whole number"),
    (re.compile(r"Expected `(?:decimal|int|float)[^`]*`, got .*|Invalid decimal string"), "must be a number"),
    (re.compile(r"Invalid (?:enum )?value ('.*')"), r"\1 isn't one of the words allowed here"),
    (re.compile(r"Object missing required field `(.*)`"), r"lacks '\1'"),
    (re.compile(r"Expected `(?:int|str)` (of length )?([<>]=) ([0-9]+)"), r"must be \1\2 \3"),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's contents together with where in the file they stand."""

    name: str
    file: CatalogueFile
    tree: Tree

    def refuse(self, found: Iterator[tuple[Place, str]]) -> None:
        """Raise a CatalogueFileError if there is anything in `found`: paths with reasons."""
        problems = [self.tree.problem(path, reason) for path, reason in found]
        if problems:
            raise CatalogueFileError(self.name, problems)


def plainer(message: str) -> str:
    """Return msgspec's message in plain words; one that isn't known stays as it is, without its marks."""
    for pattern, words in PLAINER:
        message = pattern.sub(words, message)
    return message.replace("`", "")


def _shape(wanted: Any, value: Any) -> Any:  # noqa: ANN401 - types and plain values of any kind
    """Return the struct or array type that `value` was meant to have; other types as they are."""
    if get_origin(wanted) is Annotated:
        wanted = get_args(wanted)[0]
    if get_origin(wanted) in {Union, UnionType}:
        tagged = {one.__struct_config__.tag: one for one in get_args(wanted) if hasattr(one, "__struct_config__")}
        return tagged.get(str(value.get("check")), wanted) if tagged and isinstance(value, dict) else wanted
    return wanted


def _inside(value: Any, wanted: Any, path: Place) -> Iterator[tuple[Place, str]]:  # noqa: ANN401 - see _shape
    """Yield what is wrong with the parts of a struct or an array."""
    if get_origin(wanted) is tuple and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _misfits(item, get_args(wanted)[0], (*path, index))
    elif isinstance(wanted, type) and issubclass(wanted, Struct) and isinstance(value, dict):
        hints = get_type_hints(wanted, include_extras=True)
        known = {one.name: one for one in msgspec.structs.fields(wanted)}
        tag = wanted.__struct_config__.tag_field
        yield from (((*path, key), "isn't a key that belongs here") for key in value if key not in {*known, tag})
        yield from ((path, f"lacks {name!r}") for name, one in known.items() if one.required and name not in value)
        for key in known.keys() & value.keys():
            yield from _misfits(value[key], hints[key], (*path, key))


def _misfits(value: Any, wanted: Any, path: Place) -> Iterator[tuple[Place, str]]:  # noqa: ANN401 - see _shape
    """Yield everything in `value` that doesn't fit the type, each at the smallest part that shows it."""
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        found = list(_inside(value, _shape(wanted, value), path))
        yield from found or [(path, plainer(str(error)))]


def read(text: str, name: str) -> Parsed:
    """Return the contents of a catalogue file's text; `name` is how messages call the file.

    Raises:
        CatalogueFileError: with every problem found and its line.

    """
    tree = read_tree(text, name)
    kind = tree.value.get("kind") if isinstance(tree.value, dict) else None
    wanted = KINDS.get(kind) if isinstance(kind, str) else None
    if wanted is None:
        reason = f"the file must begin with a kind: {', '.join(KINDS)}"
        raise CatalogueFileError(name, [tree.problem(("kind",), reason)])
    if misfits := list(_misfits(tree.value, wanted, ())):
        raise CatalogueFileError(name, [tree.problem(path, reason) for path, reason in misfits])
    parsed = Parsed(name, msgspec.convert(tree.value, wanted), tree)
    parsed.refuse(findings(parsed.file))
    return parsed


def parse(text: str, name: str) -> CatalogueFile:
    """Return the typed contents only; see `read`."""
    return read(text, name).file


def read_text(path: Path) -> str:
    """Return a catalogue file's text; line ends become plain ones, a byte order mark goes.

    Raises:
        CatalogueFileError: it can't be opened, is too large or isn't UTF-8.

    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise CatalogueFileError(str(path), [Problem(1, "", f"is larger than {MAX_BYTES:,} bytes")])
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogueFileError(str(path), [Problem(line, "", "isn't UTF-8 text")]) from None
    except OSError as error:
        reason = f"can't be read: {error.strerror or error}"
        raise CatalogueFileError(str(path), [Problem(1, "", reason)]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def load(path: Path) -> CatalogueFile:
    """Return the typed contents of a file on disk.

    Raises:
        CatalogueFileError: with every problem found and its line.

    """
    return parse(read_text(path), str(path))
