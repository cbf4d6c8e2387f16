"""Files that never change: small on the way, whole on arrival, kept by browsers for good."""

import gzip

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

STYLE = "css/site.css"


@pytest.fixture
def address(app: Flask) -> str:
    found: str = app.jinja_env.globals["asset"](STYLE)  # type: ignore[operator]  # a function of one path
    return found


def fetched(client: FlaskClient, address: str, **headers: str) -> tuple[bytes, Headers]:
    with client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()}) as answer:
        return answer.data, answer.headers


def test_a_file_arrives_whole_in_whatever_encoding_is_wanted(client: FlaskClient, address: str) -> None:
    plain, headers = fetched(client, address)
    assert "Content-Encoding" not in headers
    for encoding, read in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        for _ in range(2):
            body, headers = fetched(client, address, Accept_Encoding=encoding)
            assert headers["Content-Encoding"] == encoding
            assert read(body) == plain
            assert int(headers["Content-Length"]) == len(body) < len(plain) / 3
            assert "Accept-Encoding" in headers["Vary"]
            assert "immutable" in headers["Cache-Control"]
            assert "max-age=31536000" in headers["Cache-Control"]
            assert headers["Content-Type"] == "text/css; charset=utf-8"


def test_what_does_not_get_smaller_is_sent_as_it_is(app: Flask, client: FlaskClient) -> None:
    font: str = app.jinja_env.globals["asset"]("vendor/inter-5.3.0/inter-latin-wght-normal.woff2")  # type: ignore[operator]  # as above
    assert "Content-Encoding" not in fetched(client, font, Accept_Encoding="br, gzip")[1]


def test_scripts_are_made_small_too(app: Flask, client: FlaskClient) -> None:
    script: str = app.jinja_env.globals["asset"]("js/site.js")  # type: ignore[operator]  # as above
    assert fetched(client, script, Accept_Encoding="br")[1]["Content-Encoding"] == "br"
