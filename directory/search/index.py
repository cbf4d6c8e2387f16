"""The Whoosh index on disk: its schema, its folders, writing documents to it.

    index/current              names the generation folder in use; replaced at once
    index/generations/<n>/     a Whoosh index and meta.json
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
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Existence
from whoosh.index import FileIndex, create_in
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from directory.search.document import METRICS, TERM_FIELDS, TEXT_FIELDS, Document
from directory.search.sequences import pack

SCHEMA = 3
"""Raise it with any change to what the index holds: older indexes are then built again."""
BROKEN = "broken"
"""A reader leaves a file of this name in a generation's folder that it couldn't read; the writer then builds anew."""
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
SEQUENCE = "sequence"
"""The column with the order of a provider's words."""
NO_TERM: dict[str, tuple[str, ...]] = {}


class Terms(FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field given as a list of terms, already analysed; how often one occurs is its weight."""

    def __init__(self) -> None:
        """Store neither positions nor lengths nor values."""
        super().__init__(Existence(), None)

    def index(self, value: Iterable[str], **options: object) -> Iterator[tuple[bytes, int, float, bytes]]:  # noqa: ARG002 - Whoosh's signature
        """Yield each different term with its count."""
        for term, count in Counter(value).items():
            yield term.encode(), count, float(count), b""


def schema() -> Schema:
    """Return the fields: keywords without positions or stored values, columns as bare integers.

    Sortable keywords and numeric fields are avoided on purpose: in Whoosh 2.7.4 the first lose values past
    65,535 and the second are slower to read.
    """
    fields: dict[str, Any] = {name: COLUMN(column) for name, column in (PROVIDER_COLUMNS | SYSTEM_COLUMNS).items()}
    keywords = ["provider", "slug", "name_key", *(f"term_{field}" for field in TERM_FIELDS)]
    fields |= {name: Terms() for name in (*keywords, *(f"text_{field}" for field in TEXT_FIELDS))}
    fields[SEQUENCE] = COLUMN(VarBytesColumn())
    return Schema(**fields)


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
    for other in (index_dir / "generations").iterdir():
        if other.name != folder.name:
            shutil.rmtree(other, ignore_errors=True)


def new_folder(index_dir: Path) -> Path:
    """Make an empty folder for the next generation, readable by the owner only."""
    generations = index_dir / "generations"
    generations.mkdir(mode=0o700, parents=True, exist_ok=True)
    taken = [int(one.name) for one in generations.iterdir() if NUMBER.fullmatch(one.name)]
    folder = generations / str(max(taken, default=0) + 1)
    folder.mkdir(mode=0o700)
    return folder


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


def open_writer(index: FileIndex) -> SegmentWriter:
    """Return a writer: large posting blocks, no statistics of lengths, which cost it a look at the disk per posting.

    No compound files either: Whoosh copies those into memory at each open.
    """
    codec = W3Codec(blocklimit=2048, compression=1)
    codec.length_stats = False
    return index.writer(codec=codec, compound=False, limitmb=256)


def _provider_row(document: Document) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(document, name) for name in PROVIDER_COLUMNS if not name.startswith("length_")}
    for field, words in zip(TEXT_FIELDS, document.words, strict=True):
        row[f"length_{field}"] = len(words)
        row[f"text_{field}"] = words
    row[SEQUENCE] = pack(document.words)
    for field, values in document.terms.items():
        row[f"term_{field}"] = values
    return row | {"provider": (str(document.id),), "slug": (document.slug,), "name_key": (document.name_key,)}


def add(writer: SegmentWriter, documents: Iterable[Document]) -> int:
    """Write documents, each a group of rows, and return how many there were."""
    count = 0
    for document in documents:
        with writer.group():
            writer.add_document(**_provider_row(document))
            for one in document.systems:
                row = {f"value_{metric}": value for metric, value in zip(METRICS, one.values, strict=True)}
                row |= {f"level_{metric}": level for metric, level in zip(METRICS, one.levels, strict=True)}
                writer.add_document(
                    provider=(str(document.id),),
                    system=one.id,
                    is_live=int(one.is_live),
                    is_round_the_clock=int(one.is_round_the_clock),
                    **row,
                )
        count += 1
    return count


def remove(writer: SegmentWriter, provider_ids: Iterable[int]) -> None:
    """Mark every row of these providers deleted."""
    with writer.reader() as reader:
        for provider_id in provider_ids:
            term = ("provider", str(provider_id))
            if term in reader:
                for row in reader.postings(*term).all_ids():
                    writer.delete_document(row)


def _no_length(row: int, field: str, default: int = 0) -> int:  # noqa: ARG001 - Whoosh's signature
    return default


def merge_policy(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Merge segments of about the same size once there are eight of them, and small ones that are mostly deleted.

    Whoosh's own policy rewrites the largest segment far too often.
    """
    tiers: dict[int, list[Any]] = {}
    for segment in segments:
        tiers.setdefault(max(0, segment.doc_count_all().bit_length() - 3) // 3, []).append(segment)
    merged = [one for tier in tiers.values() if len(tier) >= 8 for one in tier]
    merged += [one for one in segments if one.doc_count() * 2 < one.doc_count_all() <= 20_000 and one not in merged]
    for segment in merged:
        if segment.doc_count():
            reader = SegmentReader(writer.storage, writer.schema, segment)
            reader.doc_field_length = _no_length  # there are none, but looking for them costs a look at the disk
            writer.add_reader(reader)
            reader.close()
    return [one for one in segments if one not in merged and one.doc_count()]
