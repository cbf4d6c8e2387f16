"""Errors of every kind, for people and for programs."""

import json

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from directory.core.errors import ConflictError, DomainError, InvalidInputError, NotFoundError, UnavailableError
from directory.web.errors import EXPLANATIONS

RAISED: list[tuple[Exception, int]] = [
    (NotFoundError("<b>It</b> was withdrawn."), 404),
    (ConflictError("Changed meanwhile."), 409),
    (InvalidInputError("page", "a number from 1"), 400),
    (UnavailableError("The index is being built."), 503),
    (DomainError("That can't be done."), 400),
    (OperationalError("SELECT secret", {}, Exception("disk")), 503),
    (ValueError("secret inner words"), 500),
]
READERS = ["/broken", "/api/broken"]


@pytest.fixture
def breaking(app: Flask) -> Flask:
    """An app with an address for each kind of reader whose view the test breaks."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def view() -> str:
        text: str = app.extensions["breaks"]()
        return text

    for address in READERS:
        app.add_url_rule(address, f"buyer.{address.strip('/').replace('/', '_')}", view)
    return app


def breaking_with(app: Flask, error: Exception | int) -> FlaskClient:
    def breaks() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    app.extensions["breaks"] = breaks
    return app.test_client()


@pytest.mark.parametrize("status", sorted(EXPLANATIONS))
def test_people_get_a_page_for_every_code(breaking: Flask, status: int) -> None:
    answer = breaking_with(breaking, status).get("/broken")
    title, text = EXPLANATIONS[status]
    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"
    assert f"<h1>{escaped(title)}</h1>" in answer.text
    assert escaped(text) in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in answer.headers) == (status in (429, 503))


@pytest.mark.parametrize("status", sorted(EXPLANATIONS))
def test_programs_get_a_problem_for_every_code(breaking: Flask, status: int) -> None:
    answer = breaking_with(breaking, status).get("/api/broken")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    found = json.loads(answer.data)
    assert (found["status"], found["title"], found["type"]) == (status, EXPLANATIONS[status][0], "about:blank")
    assert found["detail"]


def escaped(text: str) -> str:
    return text.replace("'", "&#39;")


@pytest.mark.parametrize("address", READERS)
@pytest.mark.parametrize(("error", "status"), RAISED)
def test_what_the_product_raises_has_its_code(breaking: Flask, address: str, error: Exception, status: int) -> None:
    answer = breaking_with(breaking, error).get(address)
    assert answer.status_code == status
    assert "secret" not in answer.text
    assert "<b>It</b>" not in answer.text or address.startswith("/api")


def test_the_reason_of_the_case_is_told(breaking: Flask) -> None:
    answer = breaking_with(breaking, NotFoundError("<b>It</b> was withdrawn.")).get("/broken")
    assert '<p class="lead">&lt;b&gt;It&lt;/b&gt; was withdrawn.</p>' in answer.text


def test_a_failure_of_ours_names_the_request(breaking: Flask) -> None:
    client = breaking_with(breaking, ValueError("x"))
    answer = client.get("/broken", headers={"X-Request-ID": "0123456789abcdef"})
    assert "<code>0123456789abcdef</code>" in answer.text
    assert "<code>" not in breaking_with(breaking, 404).get("/broken").text


@pytest.mark.parametrize("address", READERS)
def test_an_error_page_asks_the_database_nothing(breaking: Flask, address: str) -> None:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = breaking.extensions["directory"].database.engine
    event.listen(engine, "before_cursor_execute", note)
    for error in (503, OperationalError("SELECT secret", {}, Exception("disk"))):
        client = breaking_with(breaking, error)
        client.set_cookie("shortlist", "y" * 43)
        assert client.get(address).status_code == 503
    assert statements == []


def test_a_method_that_is_not_taken_names_those_that_are(client: FlaskClient) -> None:
    answer = client.delete("/methodology")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "That isn&#39;t possible here" in answer.text


def test_an_address_that_is_nowhere(client: FlaskClient) -> None:
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert '<a href="/providers">' in answer.text


@pytest.mark.parametrize(
    "address", ["//providers//a", "/providers//a", "/static//a/b", "//elsewhere.example/providers"]
)
def test_no_address_leads_to_the_host_that_a_request_names(client: FlaskClient, address: str) -> None:
    answer = client.get("/", environ_overrides={"PATH_INFO": address, "HTTP_HOST": "elsewhere.example"})
    assert answer.status_code == 404
    assert "Location" not in answer.headers
