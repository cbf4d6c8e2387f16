"""Cleaning text from files: one form of each character, no stray blanks, nothing that would garble a page."""

import re
import sys
import unicodedata
from functools import cache

BLANKS = " \t\n\r\v\f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
EDGES = BLANKS + INVISIBLE
LINE_ENDS = re.compile("\r\n|[\r\n\v\f\u0085\u2028\u2029]")
UNBROKEN = re.compile("(?<![ \t])[ \t]*(?:\r\n|[\r\n\t\v\f\u0085\u2028\u2029])[ \t\r\n\v\f\u0085\u2028\u2029]*")
UNWELCOME = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"  # control characters; text in the wrong encoding is full of them
    "|[\u202a-\u202e]"  # direction overrides: what is read isn't what is written
    "|[\ufdd0-\ufdef\ufffe\uffff]|[\ud800-\udfff]"  # not characters: neither XML nor a database takes them
)
MOST_MARKS = 30
"""So many accents one letter may carry (Unicode's Stream-Safe Text Format, UAX #15): no language needs as many.

More of them spill over the lines around them, and the time it takes to compose them grows with their square.
"""
NAMES = {"Cc": "a control character", "Cf": "a character that overrides the direction of writing"}


def clean(text: str, *, has_lines: bool = False) -> str:
    """Return the text in NFC without blanks and invisible characters at its ends; nothing else is touched.

    Line ends become LF where the text may have lines, and a space where it may not, as tabs do.
    Raises ValueError, saying which character, if it holds one that no text should.
    """
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    found = UNWELCOME.search(text)
    if found:
        kind = NAMES.get(unicodedata.category(found[0]), "half of a character")
        raise ValueError(f"holds {kind} (U+{ord(found[0]):04X})")
    if _pile().search(text) or _pile().search(composed := unicodedata.normalize("NFC", text)):
        raise ValueError(f"holds a letter with more than {MOST_MARKS} accents")
    composed = composed.strip(EDGES)
    return LINE_ENDS.sub("\n", composed) if has_lines else UNBROKEN.sub(" ", composed)


@cache
def _pile() -> re.Pattern[str]:
    marks = "".join(mark for mark in map(chr, range(sys.maxunicode + 1)) if unicodedata.combining(mark))
    return re.compile(f"[{marks}]{{{MOST_MARKS + 1}}}")
