"""What an uploaded file is, by what it holds: PDF, PNG or JPEG, whole, alone, and without anything that acts.

Parsing what strangers send is done in a process of its own with limits on time and memory (`check`); `inspect` is what
runs there. Its name and what the sender called it have no say.
"""

import json
import os
import re
import subprocess
import sys
import unicodedata
import warnings
import zipfile
from enum import StrEnum
from pathlib import Path

SECONDS = 20
MEMORY_BYTES = 1024**3
MOST_PIXELS = 60_000_000
MOST_OBJECTS = 200_000
MOST_NAME = 100
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
ACTS = frozenset(
    """
    /JS /JavaScript /AA /XFA /Launch /SubmitForm /ImportData /GoToR /GoToE
    /EF /EmbeddedFile /EmbeddedFiles /FileAttachment /RichMedia /Rendition /Movie /Sound
    """.split()  # noqa: SIM905 - a list of names reads best without quotes
)
"""Names in a PDF that make a reader run, start, fetch, send, play or unpack something."""

NOT_TAKEN = "This isn’t a PDF, PNG or JPEG: those three are taken, whatever the file is called."
BROKEN = "The file can’t be read to its end. Save it again, or print it to a PDF."
NOT_ALONE = "Something else is hidden before, behind or inside the file. Save it again, or print it to a PDF."
ACTIVE = "The PDF holds scripts, attachments or actions that start something. Print it to a new PDF."
ENCRYPTED = "The PDF is encrypted. Send one that opens without a password."
HUGE = "The picture has too many pixels: 60 million at most."
INFECTED = "A virus scanner’s test text is in the file."


class FileType(StrEnum):
    """The types that are taken, as media types."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


EXTENSIONS = {FileType.PDF: "pdf", FileType.PNG: "png", FileType.JPEG: "jpg"}
BEGINNINGS = {b"%PDF-": FileType.PDF, b"\x89PNG\r\n\x1a\n": FileType.PNG, b"\xff\xd8\xff": FileType.JPEG}


class RefusedFileError(Exception):
    """A file isn't taken; the message says why, and what to do."""


def check(path: Path) -> FileType:
    """Return what a file is; raise `RefusedFileError` unless it is taken. Runs `inspect` in a process of its own."""
    command = [sys.executable, "-m", "directory.evidence.file_check", str(path)]
    try:
        done = subprocess.run(command, env=_bare(), capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - our own program
        found = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise RefusedFileError(BROKEN) from error
    if "refused" in found:
        raise RefusedFileError(found["refused"])
    return FileType(found["type"])


def _bare() -> dict[str, str]:
    """Return what the process is told of its surroundings: where code lies, and no setting, so no secret either."""
    return {name: os.environ[name] for name in ("PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}


def inspect(path: Path) -> FileType:
    """Return what a file is; raise `RefusedFileError` unless it is taken."""
    content = path.read_bytes()
    kind = next((kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)), None)
    if EICAR in content:
        raise RefusedFileError(INFECTED)
    if kind is None:
        raise RefusedFileError(NOT_TAKEN)
    if zipfile.is_zipfile(path):
        raise RefusedFileError(NOT_ALONE)
    {FileType.PDF: _pdf, FileType.PNG: _png, FileType.JPEG: _jpeg}[kind](path, content)
    return kind


def clean_name(name: str, kind: FileType) -> str:
    """Return a name that is fit to be shown and saved under: its last part, one extension, the one of the type."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(
        character for character in last if unicodedata.category(character)[0] not in "CZ" or character == " "
    )
    stem = re.sub(rf"\.(?:{EXTENSIONS[kind]}|jpeg)$", "", shown, flags=re.IGNORECASE)
    plain = " ".join(re.sub(r'[.<>:"|?*%;\'`$&]+', "-", stem).split()).strip("- ")
    return f"{plain[:MOST_NAME].rstrip('- ') or 'document'}.{EXTENSIONS[kind]}"


def _pdf(path: Path, content: bytes) -> None:
    from pypdf import PdfReader  # noqa: PLC0415 - loaded only where a file is parsed
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    if not re.search(rb"%%EOF\s*\Z", content[-1024:]):
        raise RefusedFileError(NOT_ALONE if b"%%EOF" in content else BROKEN)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            raise RefusedFileError(ENCRYPTED)
        if not reader.pages:
            raise RefusedFileError(BROKEN)
        if any(_acts(reader.get_object(number)) for number in _numbers(reader)):
            raise RefusedFileError(ACTIVE)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        raise RefusedFileError(BROKEN) from error


def _numbers(reader: object) -> list[int]:
    """Return the numbers of every object in a PDF, those in packed streams included."""
    plain: dict[int, dict[int, int]] = reader.xref  # type: ignore[attr-defined]  # pypdf's own table
    packed: dict[int, object] = reader.xref_objStm  # type: ignore[attr-defined]
    numbers = sorted({number for table in plain.values() for number in table} | set(packed))
    if len(numbers) > MOST_OBJECTS:
        raise RefusedFileError(BROKEN)
    return [number for number in numbers if number]


def _acts(value: object, depth: int = 0) -> bool:
    """Whether something within one object names what acts; objects that it refers to are looked at by themselves."""
    if depth > 50:
        return True
    if isinstance(value, dict):
        names = {str(key) for key in value} | {str(value.get(key)) for key in ("/S", "/Type", "/Subtype")}
        return bool(names & ACTS) or any(_acts(dict.get(value, key), depth + 1) for key in value)
    return isinstance(value, list) and any(_acts(one, depth + 1) for one in list.__iter__(value))


def _png(path: Path, content: bytes) -> None:
    position, kind = 8, b""
    while kind != b"IEND" and position + 12 <= len(content):
        kind = content[position + 4 : position + 8]
        position += 12 + int.from_bytes(content[position : position + 4])
    if kind != b"IEND" or position > len(content):
        raise RefusedFileError(BROKEN)
    if position != len(content):
        raise RefusedFileError(NOT_ALONE)
    _picture(path, "PNG")


def _jpeg(path: Path, content: bytes) -> None:
    position = 2
    while content[position : position + 2] != b"\xff\xd9":
        if position + 4 > len(content) or content[position] != 0xFF:
            raise RefusedFileError(BROKEN)
        if content[position + 1] == 0xFF:  # markers may be filled up with these
            position += 1
            continue
        is_scan = content[position + 1] == 0xDA
        position += 2 + int.from_bytes(content[position + 2 : position + 4])
        if is_scan:
            position = _end_of_scan(content, position)
    if content[position + 2 :].strip(b"\0"):
        raise RefusedFileError(NOT_ALONE)
    _picture(path, "JPEG")


def _end_of_scan(content: bytes, position: int) -> int:
    """Return where the marker after a JPEG's picture data stands; stuffed bytes and restarts belong to the data."""
    found = re.compile(rb"\xff(?![\x00\xd0-\xd7\xff])").search(content, position)
    if found is None:
        raise RefusedFileError(BROKEN)
    return found.start()


def _picture(path: Path, format_name: str) -> None:
    from PIL import Image  # noqa: PLC0415 - loaded only where a file is parsed

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=[format_name]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise RefusedFileError(HUGE)
            picture.verify()
        with Image.open(path, formats=[format_name]) as picture:
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise RefusedFileError(HUGE) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise RefusedFileError(BROKEN) from error


def _limit() -> None:
    import resource  # noqa: PLC0415 - not everywhere, and only in the process of its own

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Inspect the file that is named as argument and print what came of it as JSON."""
    _limit()
    try:
        answer = {"type": inspect(Path(sys.argv[1]))}
    except RefusedFileError as refusal:
        answer = {"refused": str(refusal)}  # type: ignore[dict-item]
    except MemoryError:
        answer = {"refused": BROKEN}  # type: ignore[dict-item]
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
