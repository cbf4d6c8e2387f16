"""A letter as plain text, made of the same Markdown tokens as its HTML: wrapped lines, addresses whole."""

import textwrap
from collections.abc import Iterable, Iterator

from markdown_it.token import Token

WIDTH = 76
BREAK = "\n"


def plain_text(tokens: Iterable[Token]) -> str:
    """Return a letter's blocks as text, a blank line between paragraphs, none between the points of a list."""
    written: list[str] = []
    depth, marker = 0, ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            written.append("")
        elif token.type == "list_item_open":
            marker = "- "
        elif token.type == "inline":
            written += _wrapped("".join(_inline(token.children or [])), depth, marker)
            marker = ""
            if not depth:
                written.append("")
    return BREAK.join(written).strip() + BREAK


def _wrapped(text: str, depth: int, marker: str) -> Iterator[str]:
    margin = "  " * depth
    first = margin[: -len(marker)] + marker if marker else margin
    for line in text.split(BREAK):
        yield textwrap.fill(
            line,
            WIDTH,
            initial_indent=first,
            subsequent_indent=margin,
            break_long_words=False,
            break_on_hyphens=False,
        ).rstrip()
        first = margin


def _inline(tokens: list[Token]) -> Iterator[str]:
    """Yield the words of a paragraph; a link is its words and its address, or the address where they are the same."""
    address, words = "", ""
    for token in tokens:
        if token.type == "link_open":
            address, words = str(token.attrGet("href") or ""), ""
        elif token.type == "link_close":
            yield address if _is_same(words, address) else f"{words}: {address}"
            address = ""
        elif address:
            words += token.content
        elif token.type in ("hardbreak", "softbreak"):
            yield BREAK if token.type == "hardbreak" else " "
        elif token.type in ("strong_open", "strong_close"):
            yield "*"
        else:
            yield token.content


def _is_same(words: str, address: str) -> bool:
    return words.removeprefix("mailto:") == address.removeprefix("mailto:")
