"""A provider's badge: every state that it may be in, and that it may be embedded anywhere."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from directory.evidence.metrics import Metric
from directory.providers.models import Provider
from directory.readiness.models import Status
from directory.references.models import Reference, ReferenceState
from tests.factories import (
    AT,
    add_answer,
    add_certification,
    add_document,
    add_evidence,
    add_figure,
    add_figures,
    add_proven,
    add_provider,
    add_reference,
    add_system,
)
from tests.web.api.site import Site

SVG = "{http://www.w3.org/2000/svg}"


def at_scale(session: Session, provider: Provider) -> None:
    system = add_system(session, provider)
    figures = add_figures(session, system)
    for _ in range(2):
        reference = add_reference(session, system)
        for figure in figures.values():
            add_evidence(session, reference, figure)


def small(session: Session, provider: Provider) -> None:
    add_proven(session, provider, requests_per_day=500)


def enterprise(session: Session, provider: Provider) -> None:
    at_scale(session, provider)
    certified(session, provider)


def enterprise_alone(session: Session, provider: Provider) -> None:
    small(session, provider)
    certified(session, provider)


def certified(session: Session, provider: Provider) -> None:
    document = add_document(session, provider)
    add_evidence(session, document, add_certification(session, provider))
    for criterion in ("dpa", "eu-models", "gdpr", "sso", "rbac", "audit-logs"):
        add_evidence(session, document, add_answer(session, provider, criterion, Status.MET))


def stated(session: Session, provider: Provider) -> None:
    add_figure(session, add_system(session, provider), Metric.REQUESTS_PER_DAY)


def documented(session: Session, provider: Provider) -> None:
    figure = add_figure(session, add_system(session, provider), Metric.REQUESTS_PER_DAY)
    add_evidence(session, add_document(session, provider), figure)


def words(client: FlaskClient, slug: str = "the-firm") -> str:
    answer = client.get(f"/badges/{slug}.svg")
    assert answer.status_code == 200
    assert answer.content_type == "image/svg+xml; charset=utf-8"
    root = ET.fromstring(answer.text)  # noqa: S314 - what the directory itself has just made
    title = root.findtext(f"{SVG}title")
    assert root.get("aria-label") == title
    assert root.get("role") == "img"
    return title or ""


def firm(site: Site, *, is_demo: bool = False) -> Provider:
    with site.database.writing() as session:
        return add_provider(session, slug="the-firm", is_demo=is_demo)


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (lambda _session, _provider: None, "Not proven in production, no figure in force"),
        (stated, "Not proven in production, figures stated"),
        (documented, "Not proven in production, figures documented"),
        (add_proven, "In production, confirmed"),
        (at_scale, "At scale, confirmed"),
        (small, "Not proven in production, figures confirmed"),
        (enterprise, "At scale · Enterprise, confirmed"),
        (enterprise_alone, "Enterprise, confirmed"),
    ],
)
def test_it_shows_what_is_in_force(site: Site, fill: object, said: str) -> None:
    provider = firm(site)
    with site.database.writing() as session:
        fill(session, session.merge(provider))  # type: ignore[operator]  # one of the functions above
    assert words(site.client) == f"Find the Makers: {said}"


def test_what_has_expired_shows_as_expired_without_anybody_doing_anything(site: Site) -> None:
    provider = firm(site)
    with site.database.writing() as session:
        at_scale(session, session.merge(provider))
    with time_machine.travel(AT + timedelta(days=400), tick=False):
        assert words(site.client) == "Find the Makers: At scale: expired, on 14 Oct 2027"


def test_what_was_taken_back_is_gone_and_not_expired(site: Site) -> None:
    provider = firm(site)
    with site.database.writing() as session:
        add_proven(session, session.merge(provider))
        session.execute(
            update(Reference)
            .where(Reference.provider_id == provider.id)
            .values(state=ReferenceState.WITHDRAWN, withdrawn_at=AT)
        )
    assert words(site.client) == "Find the Makers: Not proven in production, figures stated"


def test_a_demonstration_entry_says_so(site: Site) -> None:
    firm(site, is_demo=True)
    assert words(site.client).endswith("A demonstration entry: this firm is made up.")
    assert "Find the Makers · demonstration</text>" in site.client.get("/badges/the-firm.svg").text


@pytest.mark.parametrize("slug", ["withdrawn-works", "hidden-works", "nobody"])
def test_who_is_not_listed_has_no_badge(site: Site, slug: str) -> None:
    assert site.client.get(f"/badges/{slug}.svg").status_code == 404


def test_other_sites_may_embed_it_and_nobody_keeps_it_for_long(site: Site) -> None:
    answer = site.client.get("/badges/halden-automation.svg")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    again = site.client.get("/badges/halden-automation.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_it_needs_no_style_no_script_and_nothing_from_elsewhere(site: Site) -> None:
    text = site.client.get("/badges/halden-automation.svg").text
    root = ET.fromstring(text)  # noqa: S314 - as above
    used = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert used <= {"svg", "title", "rect", "g", "circle", "path", "text", "tspan"}
    assert "style" not in text
    assert "href" not in text
