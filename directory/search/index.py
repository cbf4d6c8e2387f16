"""The Whoosh index on disk: its schema and its folders.

    index/current              names the generation folder in use; replaced at once
    index/generations/<n>/     a Whoosh index and meta.json
    index/stuck                is there while the disk takes nothing more
    index/lock                 held by the one process that writes

A provider is one row, followed by one row for each of its systems, best first; a row of a system belongs to
the nearest provider before it. Whoosh unpickles what it reads, so the folders are the owner's alone.
"""

import io
import json
import mmap
import os
import re
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Existence
from whoosh.index import FileIndex, create_in

from directory.search.document import METRICS, TERM_FIELDS, TEXT_FIELDS

SCHEMA = 4
"""Raise it with any change to what the index holds: older indexes are then built again."""
BROKEN = "broken"
"""A reader leaves a file of this name in a generation's folder that it couldn't read; the writer then builds anew."""
STUCK = "stuck"
"""The writer leaves a file of this name while the disk takes nothing more."""
NUMBER = re.compile(r"[0-9]{1,12}")

PROVIDER_COLUMNS = {
    "id": NumericColumn("q", default=-1),
    "tier": NumericColumn("b"),
    "passes": NumericColumn("h"),
    "published_at": NumericColumn("q"),
    "evaluated_on": NumericColumn("i"),
    "changes_on": NumericColumn("i"),
    **{f"length_{field}": NumericColumn("i") for field in TEXT_FIELDS},
}
SYSTEM_COLUMNS = {
    "system": NumericColumn("q", default=-1),
    "is_live": NumericColumn("b"),
    "is_round_the_clock": NumericColumn("b"),
    **{f"value_{metric}": NumericColumn("q", default=-1) for metric in METRICS},
    **{f"level_{metric}": NumericColumn("b", default=-1) for metric in METRICS},
}
COLUMNS = PROVIDER_COLUMNS | SYSTEM_COLUMNS
SEQUENCE = "sequence"
"""The column with the order of a provider's words."""
KEYS = ("slug", "name_key")
"""The columns of text that providers are ordered by."""


class Terms(FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field given as terms, already analysed; how often one occurs is its weight."""

    def __init__(self) -> None:
        """Store neither positions nor lengths nor values."""
        super().__init__(Existence(), None)


def schema() -> Schema:
    """Return the fields: keywords without positions or stored values, columns as bare integers.

    Sortable keywords and numeric fields are avoided on purpose: in Whoosh 2.7.4 the first lose values past
    65,535 and the second are slower to read.
    """
    fields: dict[str, Any] = {name: COLUMN(column) for name, column in COLUMNS.items()}
    fields |= {name: Terms() for name in keyword_fields()}
    fields |= {name: COLUMN(VarBytesColumn()) for name in (*KEYS, SEQUENCE)}
    return Schema(**fields)


def keyword_fields() -> list[str]:
    """Return the fields that hold terms, in order: counted ones as `term_…`, text as `text_…`."""
    return sorted([*(f"term_{field}" for field in TERM_FIELDS), *(f"text_{field}" for field in TEXT_FIELDS)])


@dataclass(frozen=True, slots=True)
class Meta:
    """What an index was made from: catalogue, last audit event taken in, day up to which expiry was.

    `build` is different for every index built, also where folders are numbered from 1 again.
    """

    catalogue: str
    position: int
    swept_on: date
    build: str
    schema: int = SCHEMA


def write_meta(folder: Path, meta: Meta) -> None:
    """Replace the index's meta file at once."""
    _replace(folder / "meta.json", json.dumps(asdict(meta) | {"swept_on": meta.swept_on.isoformat()}))


def read_meta(folder: Path) -> Meta:
    """Return the index's meta; OSError or ValueError when there is none that can be read."""
    found = json.loads((folder / "meta.json").read_text("utf-8"))
    try:
        swept_on = date.fromisoformat(found["swept_on"])
        return Meta(
            catalogue=str(found["catalogue"]),
            position=int(found["position"]),
            swept_on=swept_on,
            build=str(found["build"]),
            schema=int(found["schema"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{folder.name}/meta.json: {error}") from error


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def current_folder(index_dir: Path) -> Path:
    """Return the folder of the generation in use; OSError or ValueError when there is none."""
    name = (index_dir / "current").read_text("utf-8").strip()
    if not NUMBER.fullmatch(name):
        raise ValueError("index/current doesn't name a generation")
    return index_dir / "generations" / name


def set_current(index_dir: Path, folder: Path) -> None:
    """Put a generation into use and delete the others; readers that have them open keep them."""
    _replace(index_dir / "current", folder.name)
    sweep(index_dir)


def sweep(index_dir: Path) -> None:
    """Delete every generation but the one in use: those before, and what a build left that was killed."""
    try:
        used = current_folder(index_dir).name
    except (OSError, ValueError):
        used = ""
    for folder in (index_dir / "generations").glob("*"):
        if folder.name != used:
            shutil.rmtree(folder, ignore_errors=True)


def new_folder(index_dir: Path) -> Path:
    """Make an empty folder for the next generation, readable by the owner only."""
    generations = index_dir / "generations"
    generations.mkdir(mode=0o700, parents=True, exist_ok=True)
    taken = [int(one.name) for one in generations.iterdir() if NUMBER.fullmatch(one.name)]
    folder = generations / str(max(taken, default=0) + 1)
    folder.mkdir(mode=0o700)
    return folder


def mark_stuck(index_dir: Path, *, is_stuck: bool) -> None:
    """Tell readers that what changes can't be taken in, or that it is again. An empty file fits on a full disk."""
    with suppress(OSError):
        if is_stuck:
            (index_dir / STUCK).touch()
        else:
            (index_dir / STUCK).unlink(missing_ok=True)


def is_stuck(index_dir: Path) -> bool:
    """Whether the index can't be brought up to date at the moment."""
    return (index_dir / STUCK).exists()


class MappedStorage(FileStorage):  # type: ignore[misc] # Whoosh has no types
    """A folder whose files are mapped into memory: shared by processes, and no open file is left behind."""

    def open_file(self, name: str, **options: Any) -> StructFile:  # noqa: ANN401 - handed through to Whoosh
        """Open a file for reading."""
        with open(self._fpath(name), "rb") as file:  # noqa: PTH123 - Whoosh's own path
            size = os.fstat(file.fileno()).st_size
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else io.BytesIO()
        return StructFile(mapped, name=name, **options)


def create(folder: Path) -> FileIndex:
    """Make an empty Whoosh index in a folder."""
    create_in(str(folder), schema())
    return open_index(folder)


def open_index(folder: Path) -> FileIndex:
    """Open the Whoosh index in a folder."""
    return FileIndex(MappedStorage(str(folder)))
