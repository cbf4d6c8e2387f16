"""What tests of buyers' pages share: the day, and an app over an empty directory on it."""

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.factories import AT


@pytest.fixture
def on_the_day() -> Iterator[None]:
    """Every request happens on the factories' day."""
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def site(on_the_day: None, client: FlaskClient) -> FlaskClient:
    """A client of a directory with a catalogue in force and no provider yet."""
    return client
