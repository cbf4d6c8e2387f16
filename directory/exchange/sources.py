"""Opening what is to be imported: which file, which encoding, JSON Lines or CSV."""

import codecs
import csv
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from directory.core.errors import DomainError

STANDARD_INPUT = "-"
CHUNK = 1 << 20
UNDECODABLE = "\udcff"
"""Stands for bytes that don't belong to the encoding: no valid text has it."""

SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".tsv": "csv"}
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ARCHIVES = {
    b"\x1f\x8b": "is compressed with gzip: unpack it first",
    b"PK\x03\x04": "is a spreadsheet or a zip archive: save it as CSV first",
    b"\xd0\xcf\x11\xe0": "is a spreadsheet of an old kind: save it as CSV first",
    b"\x28\xb5\x2f\xfd": "is compressed with zstd: unpack it first",
    b"BZh": "is compressed with bzip2: unpack it first",
    b"\xfd7zXZ": "is compressed with xz: unpack it first",
    b"%PDF": "is a PDF",
}


SPREAD_LIST = re.compile(r"\s*\[\s*\n\s*\{")
"""How a pretty-printed list begins, which would give a complaint for each of its many lines."""


class SourceError(DomainError):
    """The file as a whole can't be imported; the message says why."""


class Format(StrEnum):
    """The two formats."""

    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file: its bytes, from the start, and how to read them. `size` is in bytes."""

    name: str
    stream: BinaryIO
    size: int
    encoding: str
    format: Format

    def text(self) -> TextIOWrapper:
        """Return the text, line ends untouched; bytes that aren't of the encoding become `UNDECODABLE`."""
        return TextIOWrapper(self.stream, encoding=self.encoding, errors="directory-mark", newline="")


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return UNDECODABLE, error.end


codecs.register_error("directory-mark", _mark)


@contextmanager
def opened(name: str, wanted: Format | None = None) -> Iterator[Source]:
    """Open a file by its path, or standard input by `-`; raise `SourceError` when it is of no use."""
    with _bytes(name) as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        head = stream.read(4096)
        stream.seek(0)
        if not head.strip():
            raise SourceError(f"{name} is empty")
        for magic, reason in ARCHIVES.items():
            if head.startswith(magic):
                raise SourceError(f"{name} {reason}")
        marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)
        if marked is None and b"\0" in head[:4]:
            raise SourceError(f"{name} seems to be UTF-16 without a byte order mark: save it as UTF-8")
        start = head.decode(marked or "utf-8", "ignore")
        kind = wanted or _format(name, start)
        if kind is Format.JSONL and SPREAD_LIST.match(start):
            raise SourceError(f"{name} is one list over several lines: write one object a line, without commas between")
        encoding = marked or ("utf-8" if kind is Format.JSONL or _is_utf8(stream) else "cp1252")
        yield Source(name, stream, size, encoding, kind)


@contextmanager
def _bytes(name: str) -> Iterator[BinaryIO]:
    """Give a stream that can be read again from its start; a pipe is first copied to a temporary file."""
    if name == STANDARD_INPUT:
        with _copied(sys.stdin.buffer) as copy:
            yield copy
        return
    path = Path(name)
    try:
        if path.is_dir():
            raise SourceError(f"{name} is a folder, not a file")
        with path.open("rb") as stream:
            if stream.seekable():
                yield stream
            else:
                with _copied(stream) as copy:
                    yield copy
    except FileNotFoundError as error:
        raise SourceError(f"{name}: there is no such file") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SourceError(f"{name} can't be read: {reason}") from error


@contextmanager
def _copied(stream: BinaryIO) -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, CHUNK)
        copy.seek(0)
        yield copy


def _format(name: str, head: str) -> Format:
    suffix = SUFFIXES.get(Path(name).suffix.lower())
    if suffix:
        return Format(suffix)
    return Format.JSONL if head.lstrip("\ufeff \t\r\n").startswith(("{", "[")) else Format.CSV


def _is_utf8(stream: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := stream.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def separator(header: str) -> str:
    """Return what separates the cells of a CSV file, from its first line."""
    counts = {candidate: len(next(csv.reader([header], delimiter=candidate), [])) for candidate in ",;\t"}
    return max(counts, key=lambda candidate: counts[candidate])
