"""Letters: a Markdown template becomes a mail in plain text and HTML when it is sent.

A template's first line is `Subject: …`. It knows its letter's values and `base` (the directory's address without a
slash at the end), and makes the token of a signed link by `sign(kind, number, attempt)`; links are written
`<{{ base }}/path>` or `[words]({{ base }}/path)`. What people typed is shown as they typed it, line breaks included,
and can become neither markup nor a header: only `base`, signed tokens and slugs are put out as they are.
"""

import re
from functools import cache, partial
from html import escape
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

from directory.core import paths
from directory.core.links import LinkKind, sign
from directory.core.mail import Message
from directory.core.outbox import Letter
from directory.core.settings import Settings
from directory.jobs.plain_text import plain_text

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!<>|~&:/@=\"'])")
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~&:/@=\"'])")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LINE_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
UNSHOWABLE = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f\ue000\ud800-\udfff]")
TYPED_BREAK = "\ue000"
"""Stands for a line break that somebody typed until the template's own lines have been told apart."""
SUBJECT = "Subject: "
LANGUAGE = "en-GB"
STYLE = (
    "body{margin:0 auto;max-width:36em;padding:1.5em;font:16px/1.5 sans-serif;color:#1a1d1f;background:#fff}"
    "a{color:#0a6a4e}"
    "@media(prefers-color-scheme:dark){body{color:#ebe9e3;background:#121415}a{color:#5ecaa3}}"
)


class Trusted(str):
    """Text made here that is put out as it is, such as the address of the directory."""

    __slots__ = ()


def _literal(value: Any) -> Any:  # noqa: ANN401 - whatever a template puts out
    """Return a value so that Markdown shows it and nothing else; line breaks stay line breaks."""
    if not isinstance(value, str) or isinstance(value, Trusted) or SLUG.fullmatch(value):
        return value
    shown = LINE_BREAKS.sub(TYPED_BREAK, UNSHOWABLE.sub("", value)).replace("\t", " ")
    return SPECIAL.sub(r"\\\1", shown)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(paths.shipped("templates") / "email"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown; every value goes through `finalize`
        finalize=_literal,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _markdown() -> MarkdownIt:
    """Return a parser without HTML, images and indented code: blanks that somebody typed mean nothing."""
    return MarkdownIt("commonmark", {"html": False}).disable(["code", "image", "html_block", "html_inline"])


def _token(secret_key: str, kind: str, number: int, attempt: int) -> Trusted:
    return Trusted(sign(LinkKind(kind), number, attempt, secret_key))


def write(letter: Letter, settings: Settings) -> Message:
    """Return the mail that a letter asks for; raise `jinja2.TemplateError` where its template can't be filled."""
    base = Trusted(settings.base_url.rstrip("/"))
    values = {**letter.values, "base": base, "sign": partial(_token, settings.secret_key)}
    marked = _environment().get_template(f"{letter.template}.md").render(values)
    head, _, body = marked.strip().partition("\n")
    subject = _subject(head)
    tokens = _markdown().parse(body.replace(TYPED_BREAK, "\\\n"))
    unsubscribe = f"{base}{letter.unsubscribe}" if letter.unsubscribe else ""
    return Message(letter.to, subject, plain_text(tokens), letter.key, _html(body, subject), unsubscribe)


def _subject(head: str) -> str:
    """Return the first line's words, as they were typed, on one line."""
    text = head.removeprefix(SUBJECT).replace(TYPED_BREAK, " ")
    return " ".join(ESCAPED.sub(r"\1", text).split())


def _html(body: str, subject: str) -> str:
    inner = _markdown().render(body.replace(TYPED_BREAK, "\\\n"))
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(subject)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{inner}</body>\n</html>\n"
    )
