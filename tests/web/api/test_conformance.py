"""The API is what its own description says, whatever is thrown at it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from directory.catalogue.services import shipped
from directory.web.api.description import OPERATIONS
from directory.web.api.openapi import document
from tests.web.api.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BASE_URL = "http://127.0.0.1:8000"


class Served:
    """The app under test, which a fixture sets: tests are collected before it can exist."""

    app: Flask | None = None

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        assert self.app is not None
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # what calls this doesn't decompress answers
        return self.app.wsgi_app(environ, start_response)


served = Served()
described: Any = schemathesis.openapi.from_dict(
    document(OPERATIONS, BASE_URL, shipped()), config=SchemathesisConfig.from_dict({"seed": 20261103})
)
described.app = served


@pytest.fixture(autouse=True)
def app_under_test(shared_site: Site) -> None:
    served.app = shared_site.app


@pytest.mark.slow
@described.parametrize()  # type: ignore[untyped-decorator]  # made by schemathesis
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_described(case: Any) -> None:
    case.call_and_validate()


def test_the_description_tested_here_is_the_one_that_is_served() -> None:
    assert served.app is not None
    assert served.app.test_client().get("/api/v1/openapi.json").json == described.raw_schema
