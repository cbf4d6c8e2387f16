"""The guide as pages show it: sentences, each with the address where it is done, that exists."""

import re

import pytest
from flask import Flask, render_template
from sqlalchemy.orm import Session

from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.providers.models import Provider
from directory.web.session import reader
from directory.web.vendor.guide import guide_of
from tests.cast import add_cast, log_in
from tests.factories import (
    add_answer,
    add_certification,
    add_document,
    add_evidence,
    add_figure,
    add_figures,
    add_proven,
    add_system,
)
from tests.web.buyer.reading_pages import words

LINK = re.compile(r'href="([^"]+)"')
NOT_MINE = ("references", "documents")


def nothing(session: Session, provider: Provider) -> None:
    """Only the entry."""


def unconfirmed(session: Session, provider: Provider) -> None:
    one = add_system(session, provider, name="Claims triage")
    add_figures(session, one)


def halfway(session: Session, provider: Provider) -> None:
    one = add_system(session, provider, name="Claims triage", live_since=None)
    add_figure(session, one, Metric.REQUESTS_PER_DAY, 5_000)
    add_certification(session, provider, "iso27001", valid_until=clock.today())
    add_answer(session, provider, "sso")


def proven(session: Session, provider: Provider) -> None:
    one = add_proven(session, provider)
    one.name = "Claims triage"
    add_evidence(session, add_document(session, provider), add_answer(session, provider, "dpa"))


EXPECTED = {
    nothing: "After these six, you’d be In production.",
    unconfirmed: "A verified reference on Claims triage that confirms volume and uptime would put you In production",
    halfway: "The day since which Claims triage is live, 90 days ago or longer",
    proven: "by a customer from another organisation would put you At scale",
}


@pytest.mark.parametrize("scene", EXPECTED)
def test_the_guide_says_what_each_piece_would_unlock_and_leads_to_where_it_is_done(
    app: Flask, sqlite_database: Database, scene: object
) -> None:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        scene(session, cast.provider)  # type: ignore[operator]
        number = cast.provider.id
    with app.test_request_context():
        html = render_template("vendor/_guide.html", guide=guide_of(reader().get_one(Provider, number)))
    shown = words(html)
    assert EXPECTED[scene] in shown  # type: ignore[index]
    assert "Error handling: 6 of 6 criteria without an answer in force." in shown
    client = log_in(app, sqlite_database, cast.owner)
    for address in {link.partition("#")[0] for link in LINK.findall(html)}:
        if not address.endswith(NOT_MINE):
            assert client.get(address).status_code == 200, address


def test_fragments_lead_to_the_field(app: Flask, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        halfway(session, cast.provider)
        number = cast.provider.id
    with app.test_request_context():
        html = render_template("vendor/_guide.html", guide=guide_of(reader().get_one(Provider, number)))
    client = log_in(app, sqlite_database, cast.owner)
    fragments = [link.split("#") for link in LINK.findall(html) if "#" in link]
    assert fragments
    for address, fragment in fragments:
        assert f'id="{fragment}"' in client.get(address).text, fragment
