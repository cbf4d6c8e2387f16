"""Where somebody goes after logging in: only to an address of ours. Pure."""

import re
from urllib.parse import unquote, urlsplit

HOME = "/account/"
MOST = 2000
MOST_ENCODINGS = 5
UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]")
NOT_AGAIN = ("/account/login", "/account/logout", "/account/register")


def own_address(asked: str | None) -> str | None:
    """Return an address to come back to if it is a path of ours whatever a browser or a proxy makes of it, else None.

    It must hold however often it is decoded: no host (two slashes, a backslash), no control characters.
    """
    if not asked or len(asked) > MOST:
        return None
    seen = asked
    for _ in range(MOST_ENCODINGS):
        if not _is_path(seen):
            return None
        seen, before = unquote(seen), seen
        if seen == before:
            return None if urlsplit(asked).path.startswith(NOT_AGAIN) else asked
    return None


def _is_path(text: str) -> bool:
    """Whether it begins with one slash and a path; a query may hold blanks once it is decoded."""
    path = text.partition("?")[0].partition("#")[0]
    if not path.startswith("/") or "//" in path or UNFIT.search(path):
        return False
    rest = text[len(path) :]
    return not re.search(r"[\x00-\x1f\x7f]", rest) and "/../" not in f"{path}/"


def after(asked: str | None) -> str:
    """Return where to go: where somebody came from, if that is ours, or their account."""
    return own_address(asked) or HOME
