"""Sending forms as a reader does: with the key that the page showed."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

KEY = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def send(client: FlaskClient, page: str, values: dict[str, object], *, to: str = "", **more: object) -> TestResponse:
    """Open a page, and send a form of it to its own address or another; lists become repeated fields."""
    shown = client.get(page)
    assert shown.status_code == 200, (page, shown.status_code)
    found = KEY.search(shown.text)
    assert found is not None, f"{page} has no form"
    answer: TestResponse = client.post(to or page, data={"csrf_token": found[1], **values}, **more)
    return answer
