"""Where uploaded files are kept: outside the web root, under the hash of what they hold, open to the app's user only.

Everything that touches a file goes through `Uploads`, so that another storage can take its place. Several nodes must
share the folder, locks included.
"""

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

MOST_BYTES = 10 * 1024 * 1024
CHUNK = 256 * 1024
HASH = re.compile(r"[0-9a-f]{64}")
INCOMING, LOCK = "incoming", "lock"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived and isn't kept yet. `size` stops to count one byte above the most that is taken."""

    path: Path
    sha256: str
    size: int

    @property
    def is_too_big(self) -> bool:
        """Whether it has more bytes than are taken."""
        return self.size > MOST_BYTES


class Uploads:
    """The files of one installation."""

    def __init__(self, folder: Path) -> None:
        """Make nothing yet: the folder appears with the first file."""
        self.folder = folder

    @property
    def incoming(self) -> Path:
        """The folder for what is still arriving; made when it is asked for."""
        return self._made(self.folder / INCOMING)

    @contextmanager
    def received(self, stream: IO[bytes]) -> Iterator[Received]:
        """Give a file that holds what a stream gave; it is gone after the block unless it was kept."""
        descriptor, name = tempfile.mkstemp(dir=self.incoming)
        path = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                sha256, size = _copy(stream, target)
            yield Received(path, sha256, size)
        finally:
            path.unlink(missing_ok=True)

    def keep(self, file: Received) -> None:
        """Keep a received file, on disk for good when this returns; what is there already is left as it is."""
        place = self.place(file.sha256)
        if place.is_file() and place.stat().st_size == file.size:
            os.utime(place)  # the sweep leaves young files alone
            return
        self._made(place.parent)
        file.path.chmod(0o600)
        file.path.replace(place)
        _sync(place.parent)
        _sync(self.folder)

    def place(self, sha256: str) -> Path:
        """Return where a file lies, by its hash; raise `ValueError` for what is none."""
        if not HASH.fullmatch(sha256):
            message = "not a hash"
            raise ValueError(message)
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether a file is kept."""
        return self.place(sha256).is_file()

    def remove(self, sha256: str) -> None:
        """Remove a file; callers hold the lock and have seen that nobody refers to it."""
        self.place(sha256).unlink(missing_ok=True)

    def kept_before(self, moment: float) -> list[str]:
        """Return the hashes of files that were last kept before a moment, in seconds since the epoch."""
        files = self.folder.glob("[0-9a-f][0-9a-f]/*")
        return sorted(file.name for file in files if HASH.fullmatch(file.name) and file.stat().st_mtime < moment)

    def clear_incoming(self, moment: float) -> None:
        """Remove what began to arrive before a moment and never ended."""
        for file in (self.folder / INCOMING).glob("*"):
            if file.stat().st_mtime < moment:
                file.unlink(missing_ok=True)

    @contextmanager
    def adding(self) -> Iterator[None]:
        """Hold off removals: from before a file is kept until the row that refers to it is committed."""
        with self._locked(fcntl.LOCK_SH):
            yield

    @contextmanager
    def removing(self) -> Iterator[None]:
        """Wait until nobody is between keeping a file and committing its row."""
        with self._locked(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        descriptor = os.open(self._made(self.folder) / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)

    def _made(self, folder: Path) -> Path:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


def _copy(stream: IO[bytes], target: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while size <= MOST_BYTES and (chunk := stream.read(min(CHUNK, MOST_BYTES + 1 - size))):
        digest.update(chunk)
        target.write(chunk)
        size += len(chunk)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    """Make the names in a folder last: a file that was moved there is there after a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
