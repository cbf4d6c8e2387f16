"""Where a request comes from: what limits count by, and what tells whether two answers came from one place."""

import pytest
from flask import Flask

from directory.accounts import passwords
from directory.web.security import network
from tests.web.account.door import hidden


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::"),
        ("2001:db8:1:3::7", "2001:db8:1:3::"),
        ("not an address", "not an address"),
    ],
)
def test_a_line_is_one_place_however_many_addresses_it_has(address: str, place: str) -> None:
    with Flask("test").test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert network() == place


def test_tries_to_log_in_are_counted_by_line(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "is_right", lambda *_: False)  # each would take a tenth of a second
    client, answers = app.test_client(), []
    for number in range(42):
        place = {"REMOTE_ADDR": f"2001:db8::{number + 1:x}"}
        page = client.get("/account/login", environ_base=place)
        fields = {**hidden(page.text), "email": f"somebody-{number}@firm.example", "password": "not it"}
        answers.append(client.post("/account/login", data=fields, environ_base=place).status_code)
    assert answers[-1] == 429
