"""Signed links: derived from what they are for, a number, an attempt and the key; never stored.

A link of an earlier attempt stops to hold as soon as the row's attempt grows. Whether it is still in time, and
whether it was used, is the row's to say.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from enum import StrEnum

SIGNATURE_BYTES = 24


class LinkKind(StrEnum):
    """What a link opens; a link for one is none for another."""

    REFERENCE = "reference"
    RECEIPT = "receipt"
    INVITATION = "invitation"
    CLAIM = "claim"
    CLAIM_DNS = "claim-dns"
    CONFIRM = "confirm"
    RESET = "reset"
    EMAIL = "email"
    SHORTLIST = "shortlist"
    ALERT = "alert"


def sign(kind: LinkKind, number: int, attempt: int, secret_key: str) -> str:
    """Return the token of a link: its number, attempt and signature, fit for an address."""
    return f"{number}-{attempt}-{_signature(kind, number, attempt, secret_key)}"


def read(kind: LinkKind, token: str, secret_key: str) -> tuple[int, int] | None:
    """Return number and attempt of a token that was signed here for this kind, else None."""
    number, _, rest = token.partition("-")
    attempt, _, signature = rest.partition("-")
    if not (_is_small_number(number) and _is_small_number(attempt)):
        return None
    expected = _signature(kind, int(number), int(attempt), secret_key)
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        return None
    return (int(number), int(attempt)) if token == sign(kind, int(number), int(attempt), secret_key) else None


def keyed_hash(purpose: str, value: str, secret_key: str) -> str:
    """Return a hash, in hex, that only holders of the key can compare: for network addresses, never reversible."""
    return hmac.new(secret_key.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def _is_small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _signature(kind: LinkKind, number: int, attempt: int, secret_key: str) -> str:
    message = f"link\0{kind}\0{number}\0{attempt}".encode()
    digest = hmac.new(secret_key.encode(), message, hashlib.sha256).digest()[:SIGNATURE_BYTES]
    return urlsafe_b64encode(digest).decode()
