"""Sending forms as a reader does: with the key that the page showed."""

import re

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

KEY = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def send(client: FlaskClient, page: str, values: dict[str, object], *, to: str = "", **more: object) -> TestResponse:
    """Open a page, and send a form of it to its own address or another; lists become repeated fields."""
    shown = client.get(page)
    assert shown.status_code == 200, (page, shown.status_code)
    found = KEY.search(shown.text)
    assert found is not None, f"{page} has no form"
    answer: TestResponse = client.post(to or page, **body({"csrf_token": found[1], **values}), **more)
    return answer


def body(values: dict[str, object]) -> dict[str, object]:
    """Return a request's body, with files in memory: the client's own way leaves big ones open."""
    if not any(isinstance(value, FileStorage) for value in values.values()):
        return {"data": values}
    boundary, content = encode_multipart(values)
    return {"data": content, "content_type": f"multipart/form-data; boundary={boundary}"}
