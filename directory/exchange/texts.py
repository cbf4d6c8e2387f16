"""Cleaning text from files: one form of each character, no stray blanks, nothing that would garble a page."""

import re
import unicodedata

BLANKS = " \t\n\r\v\f\u0085\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
EDGES = BLANKS + INVISIBLE
LINE_ENDS = re.compile("\r\n|[\r\n\v\f\u0085\u2028\u2029]")
UNBROKEN = re.compile("[ \t]*(?:\r\n|[\r\n\t\v\f\u0085\u2028\u2029])[ \t\r\n\v\f\u0085\u2028\u2029]*")
UNWELCOME = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"  # control characters; text in the wrong encoding is full of them
    "|[\u202a-\u202e]"  # direction overrides: what is read isn't what is written
    "|[\ufdd0-\ufdef\ufffe\uffff]|[\ud800-\udfff]"  # not characters: neither XML nor a database takes them
)
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
    composed = unicodedata.normalize("NFC", text).strip(EDGES)
    return LINE_ENDS.sub("\n", composed) if has_lines else UNBROKEN.sub(" ", composed)
