"""The list of suggestions, as a script fetches it."""

from flask import Flask
from flask.testing import FlaskClient

from directory.catalogue.services import install_shipped
from directory.core.db import Database
from tests.factories import AT, add_provider


def test_a_suggestion_leads_to_the_provider_or_the_filter(
    app: Flask, client: FlaskClient, sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=AT)
        add_provider(session, name="Finest <Agents>", slug="finest", industries=["finance"], is_demo=True)
        add_provider(session, name="Finished", withdrawn_at=AT)
    page = client.get("/suggest?q=fin").text
    assert 'data-address="/providers/finest"' in page
    assert "Finest &lt;Agents&gt;" in page
    assert "provider, made up" in page
    assert 'data-address="/providers?industry=finance"' in page
    assert "Finished" not in page


def test_nothing_or_too_much_suggests_nothing(client: FlaskClient, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=AT)
    for text in ("", "a", "x" * 5000, "%00", "%ff"):
        response = client.get(f"/suggest?q={text}")
        assert (response.status_code, "option" in response.text.split("#}")[-1]) == (200, False)
