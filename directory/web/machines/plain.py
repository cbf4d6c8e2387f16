"""Answers that aren't pages, and text that any of them may hold."""

import re

from flask import Response, make_response

from directory.web.session import services

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold, not even escaped (section 2.2)."""


def xml_text(text: str) -> str:
    """Return text without the characters that XML can't hold."""
    return NOT_XML.sub("", text)


def absolute(path: str) -> str:
    """Return the absolute address of a path, as the settings say where the directory is reached."""
    return services().settings.base_url + path


def answer(body: str, content_type: str) -> Response:
    """Return a file of that type, in UTF-8."""
    response = make_response(body)
    response.content_type = f"{content_type}; charset=utf-8"
    return response
