"""Hashing passwords with Argon2id (RFC 9106, the parameters for 64 MiB), a few at a time.

A hash takes 64 MiB for about a tenth of a second, so each process computes at most `AT_ONCE` together; whoever waits
longer than `PATIENCE` seconds is told to come back. Without that, a burst of log-ins would take all memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from directory.core.errors import UnavailableError

AT_ONCE = 2
PATIENCE = 10.0
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$1MFy8SPMpgxmlSzPdqAlAw$8ijklwRXhvH2ZgbES+vgczF3yIowPjnRvfBYF7cALds"
"""The hash of a random text that nobody kept: what a password is held against where there is no account, as finding
that out must take as long as a wrong password."""

_hasher = PasswordHasher()
_turns = BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """Return what the database keeps of a password."""
    with _turn():
        return _hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether a password is the one that `kept` was made from; takes as long where nothing is kept."""
    with _turn():
        try:
            _hasher.verify(kept or NOBODYS, password)
        except (Argon2Error, InvalidHashError):
            return False
    return kept is not None


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        message = "Many people are logging in right now. Try again in a moment."
        raise UnavailableError(message)
    try:
        yield
    finally:
        _turns.release()
