"""Letters: a Markdown template becomes a mail in plain text and HTML when it is sent.

A template's first line is `Subject: …`. It knows its letter's values and `base` (the directory's address without a
slash at the end), and makes the token of a signed link by `sign(kind, number, attempt)`. What people typed is shown as
they typed it in the plain text, and can't become markup in HTML.
"""

import re
from functools import cache, partial
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt

from directory.core import paths
from directory.core.links import LinkKind, sign
from directory.core.mail import Message
from directory.core.outbox import Letter
from directory.core.settings import Settings

SPECIAL = re.compile(r"([\\\\`*_{}\[\]()#+\-.!<>|~&:/@])")
SUBJECT = "Subject: "


def _literal(value: Any) -> Any:  # noqa: ANN401 - whatever a template puts out
    """Return a value so that Markdown shows it and nothing else; line breaks stay line breaks."""
    return SPECIAL.sub(r"\\\1", value).replace("\n", "\\\n") if isinstance(value, str) else value


def _environment(*, is_markdown: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(paths.shipped("templates") / "email"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - plain text; in Markdown every value goes through `finalize`
        finalize=_literal if is_markdown else None,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _environments() -> tuple[Environment, Environment]:
    return _environment(is_markdown=False), _environment(is_markdown=True)


def _token(secret_key: str, kind: str, number: int, attempt: int) -> str:
    return sign(LinkKind(kind), number, attempt, secret_key)


def write(letter: Letter, settings: Settings) -> Message:
    """Return the mail that a letter asks for; raise `jinja2.TemplateError` where its template can't be filled."""
    base = settings.base_url.rstrip("/")
    values = {**letter.values, "base": base, "sign": partial(_token, settings.secret_key)}
    plain, marked = (
        environment.get_template(f"{letter.template}.md").render(values) for environment in _environments()
    )
    head, _, text = plain.partition("\n")
    subject = " ".join(head.removeprefix(SUBJECT).split())
    html = MarkdownIt("commonmark", {"html": False}).render(marked.partition("\n")[2])
    unsubscribe = f"{base}{letter.unsubscribe}" if letter.unsubscribe else ""
    return Message(letter.to, subject, text.strip() + "\n", letter.key, html, unsubscribe)
