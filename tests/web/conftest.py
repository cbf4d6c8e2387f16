"""Pages need a catalogue: here the shipped one is in force, and no provider is listed yet."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database


@pytest.fixture
def client(app: Flask, sqlite_database: Database) -> FlaskClient:
    """A client of an app whose directory is empty."""
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
    return app.test_client()
