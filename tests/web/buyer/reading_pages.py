"""Reading a page as its reader does: the words without the markup, the rows of a table."""

import re
from html import unescape

TAG = re.compile(r"<[^>]+>")
BLANKS = re.compile(r"\s+")


def words(html: str) -> str:
    """Return what a page says, with single blanks between words."""
    return BLANKS.sub(" ", unescape(TAG.sub(" ", html))).strip()


def between(html: str, start: str, end: str) -> str:
    """Return the markup from the first `start` up to the next `end`."""
    begin = html.index(start)
    return html[begin : html.index(end, begin + len(start))]


def rows(html: str) -> list[str]:
    """Return each table row's words."""
    return [words(row) for row in re.findall(r"<tr\b.*?</tr>", html, re.DOTALL)]
