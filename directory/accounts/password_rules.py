"""What a password must be: long, and not what somebody would guess first. Pure.

No rules of composition, as NIST SP 800-63B (section 3.1.1.2) and OWASP ASVS 5 (V6.2) advise: they make passwords
worse. The common ones come from lists of leaked passwords, cut down to what can be as long as is asked here.
"""

import re
import unicodedata
from functools import cache

from directory.core import paths

LEAST, MOST = 12, 200
LEAST_OF_A_NAME = 4
LEAST_REST = 6
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)

TOO_SHORT = f"Use {LEAST} characters or more; several words in a row are easy to remember."
TOO_LONG = f"Use {MOST} characters at most."
COMMON = "This is one of the passwords that are tried first. Choose another."
PERSONAL = "Your name or address makes up most of this. Choose something that can’t be known."


def problem(password: str, name: str = "", email: str = "") -> str | None:
    """Return what is wrong with a password for somebody, or None."""
    if len(password) < LEAST:
        return TOO_SHORT
    if len(password) > MOST:
        return TOO_LONG
    if _is_common(_plain(password)):
        return COMMON
    return PERSONAL if _is_personal(_plain(password), name, email) else None


def _plain(text: str) -> str:
    """Return a text in small letters without accents, blanks and signs: what remains if somebody adds a `!`."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def _is_common(plain: str) -> bool:
    stem = re.sub(r"^\d+|\d+$", "", plain)
    return plain in _common() or stem in _common() or _is_repeated(plain) or _is_a_row(plain)


def _is_repeated(plain: str) -> bool:
    """Whether it is a short piece over and over: aaaaaaaaaaaa, abcabcabcabc; signs alone count as nothing."""
    return len(set(plain)) < 4 or any(
        (plain[:size] * len(plain))[: len(plain)] == plain and size * 3 <= len(plain) for size in range(1, 6)
    )


def _is_a_row(plain: str) -> bool:
    """Whether it runs along the alphabet, the digits or a row of keys, in either direction."""
    return any(plain in row + row or plain[::-1] in row + row for row in ROWS)


def _is_personal(plain: str, name: str, email: str) -> bool:
    local, _, domain = email.partition("@")
    parts = [*re.split(r"\W+", name), *re.split(r"\W+", local), local, name, email, *domain.split(".")[:-1]]
    rest = plain
    for part in sorted({_plain(part) for part in parts}, key=len, reverse=True):
        if len(part) >= LEAST_OF_A_NAME:
            rest = rest.replace(part, "")
    return rest != plain and len(rest) < LEAST_REST


@cache
def _common() -> frozenset[str]:
    lines = (paths.shipped("data") / "common-passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
