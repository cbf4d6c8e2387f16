"""The two addresses of an assessment: one to work on it, and one to show it, made from the first and never back.

The database keeps the second alone, so that whoever reads the database can't change anybody's assessment.
"""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode

BYTES = 16
KEY = re.compile(r"[A-Za-z0-9_-]{22}")
"""How either key is spelt: 128 bits."""


def new_key() -> str:
    """Return a key to work with; nobody can guess it."""
    return secrets.token_urlsafe(BYTES)


def reading_key(key: str) -> str:
    """Return the key that shows what the other one changes."""
    digest = hashlib.sha256(f"assessment\0{key}".encode()).digest()[:BYTES]
    return urlsafe_b64encode(digest).decode().rstrip("=")
