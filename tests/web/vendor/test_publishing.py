"""From a draft to the public page and back, through the pages: nothing is public before an admin says so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from directory.accounts.models import User
from directory.app import create_app
from directory.audit.models import AuditEvent
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.evidence.models import Figure
from directory.exchange.exporting import records
from directory.exchange.format import encode
from directory.providers.models import Provider, System
from directory.publishing.content import fingerprint, section
from directory.publishing.drafts import load, save
from directory.publishing.models import Submission
from directory.publishing.services import decide_submission, start_entry
from directory.review.claims import Wish, ask, decide_claim
from directory.review.decisions import Ruling
from directory.review.models import ClaimMethod, Report, ReportKind, ReportState
from directory.web.session import KEY as EXTENSION
from tests.cast import Cast, add_cast, log_in
from tests.conftest import settings_for
from tests.factories import add_proven
from tests.web.buyer.reading_pages import words

KEY = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ENTRY = "/vendor/the-provider"
SUBMIT = f"{ENTRY}/submit"
NEW_NAME = "Quite New Makers"
PUBLIC = "/providers/the-provider"
OLD, NEW = "The Provider builds agent systems.", "We build agents that never sleep."


@dataclass
class Scene:
    app: Flask
    database: Database
    cast: Cast

    def client(self, user: User | None = None) -> FlaskClient:
        return log_in(self.app, self.database, user or self.cast.owner)

    def edit(self, name: str = "profile", /, slug: str = "the-provider", **fields: Any) -> None:
        """Save a section of the draft with some fields changed."""
        with self.database.writing() as session:
            provider = session.scalars(select(Provider).where(Provider.slug == slug)).one()
            there = section(load(session, provider).content, name)
            value = {**(there or {}), **fields}
            save(session, provider, name, value, base=fingerprint(there), person_id=self.cast.owner.id, at=clock.now())

    def submit(self, slug: str = "the-provider") -> TestResponse:
        return press(self.client(), f"/vendor/{slug}/submit")

    def submissions(self) -> list[Submission]:
        with self.database.reading() as session:
            return list(session.scalars(select(Submission).order_by(Submission.id)))

    def decide(self, outcome: str = "approved", reason: str = "Looks right.", at: Any = None) -> None:
        newest = self.submissions()[-1]
        with self.database.writing() as session:
            admin = self.cast.admin
            ruling = Ruling(outcome, reason, newest.revision, admin.id, f"admin:{admin.id}", at or clock.now())
            decide_submission(session, newest.id, ruling)

    def provider(self, slug: str = "the-provider") -> Provider:
        with self.database.reading() as session:
            return session.scalars(select(Provider).where(Provider.slug == slug)).one()

    def actions(self) -> list[str]:
        with self.database.reading() as session:
            return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


@pytest.fixture
def scene(database: Database, tmp_path: Path) -> Iterator[Scene]:
    app = create_app(settings_for(database, tmp_path))
    with database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        add_proven(session, cast.provider)
        cast.other.website, cast.other.domain = "https://the-other.example/", "the-other.example"
        cast.provider.is_demo = cast.other.is_demo = True
    yield Scene(app, database, cast)
    app.extensions[EXTENSION].database.dispose()


def press(client: FlaskClient, page: str, *, to: str = "", **values: str) -> TestResponse:
    """Press the button of a page's form, with its hidden fields as they are."""
    html = client.get(page).text
    form = html[html.index('method="post"') :].split("</form>")[0]
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    return client.post(to or page, data=sent | values)


# ---------------------------------------------------------------- submitting and deciding


def test_what_is_handed_in_is_public_once_it_is_approved_and_not_before(scene: Scene) -> None:
    scene.edit(summary=NEW)
    page = scene.client().get(SUBMIT)
    assert "[removed: The Provider builds agent systems]" in words(page.text) or "<ins>" in page.text
    assert scene.submit().status_code == 303
    assert OLD in scene.client().get(PUBLIC).text
    assert "A change waits" in words(scene.client().get("/vendor/").text).replace("a change", "A change")
    scene.decide()
    html = scene.app.test_client().get(PUBLIC).text
    assert NEW in html
    assert OLD not in html
    assert "submission.approved" in scene.actions()
    assert "Nothing has changed" in scene.client().get(SUBMIT).text


@pytest.mark.parametrize("outcome", ["rejected", "changes-asked"])
def test_what_is_not_approved_leaves_draft_and_page_and_tells_why(scene: Scene, outcome: str) -> None:
    scene.edit(summary=NEW)
    scene.submit()
    scene.decide(outcome, "Say which agents.")
    assert OLD in scene.client().get(PUBLIC).text
    for page in ("/vendor/", ENTRY, SUBMIT):
        assert "Say which agents." in scene.client().get(page).text, page
    assert scene.submit().status_code == 303  # the draft is as it was


def test_nothing_is_handed_in_twice_nor_when_nothing_has_changed(scene: Scene) -> None:
    assert "Nothing has changed" in scene.client().get(SUBMIT).text
    scene.edit(summary=NEW)
    client = scene.client()
    html = client.get(SUBMIT).text
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', html[html.index('method="post"') :]))
    assert client.post(SUBMIT, data=sent).status_code == 303
    again = client.post(SUBMIT, data=sent)
    assert again.status_code == 409
    assert "waiting already" in again.text
    assert len(scene.submissions()) == 1


def test_nothing_new_is_refused_by_the_service_too(scene: Scene) -> None:
    client = scene.client()
    key = KEY.search(client.get(f"{ENTRY}/unpublish").text)
    answer = client.post(SUBMIT, data={"csrf_token": key[1] if key else "", "revision": "0"})
    assert answer.status_code == 422
    assert "Nothing has changed" in answer.text


def test_a_draft_with_problems_is_not_handed_in_and_each_leads_to_its_field(scene: Scene) -> None:
    scene.edit(founded="in spring", website="not a website")
    scene.edit("systems/new-0123456789abcdef", key="new-0123456789abcdef", figures={"uptime_percent": {"value": "120"}})
    scene.edit("answers/error-handling", retries={"status": "", "note": "Often."})
    html = scene.client().get(SUBMIT).text
    assert "6 things to put right first" in words(html)
    for address in (
        "/profile#f-founded",
        "/profile#f-website",
        "/systems/new-0123456789abcdef#f-name",
        "/systems/new-0123456789abcdef#f-figures-uptime-percent-as-of",
        "/answers/error-handling#f-retries-status",
    ):
        assert f'href="{ENTRY}{address}"' in html, address
    assert ">Submit for review<" not in html
    key = KEY.search(scene.client().get(f"{ENTRY}/unpublish").text)
    client = scene.client()
    key = KEY.search(client.get(f"{ENTRY}/unpublish").text)
    answer = client.post(SUBMIT, data={"csrf_token": key[1] if key else "", "revision": "4"})
    assert answer.status_code in (409, 422)
    assert scene.submissions() == []
    assert client.get(f"{ENTRY}/preview").status_code == 422


def test_edits_after_handing_in_do_not_change_what_waits(scene: Scene) -> None:
    scene.edit(summary=NEW)
    scene.submit()
    scene.edit(summary="A third sentence.")
    assert "The draft was changed since" in scene.client().get(SUBMIT).text
    assert scene.submissions()[0].content["profile"]["summary"] == NEW
    scene.decide()
    assert scene.provider().summary == NEW
    assert "third" in scene.client().get(SUBMIT).text


def test_a_draft_that_a_colleague_changed_meanwhile_is_looked_at_again(scene: Scene) -> None:
    scene.edit(summary=NEW)
    client = scene.client()
    html = client.get(SUBMIT).text
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', html[html.index('method="post"') :]))
    scene.edit(summary="A third sentence.")
    answer = client.post(SUBMIT, data=sent)
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.text
    assert "third" in answer.text
    assert scene.submissions() == []


def test_withdrawing_ends_the_wait_and_only_once(scene: Scene) -> None:
    scene.edit(summary=NEW)
    scene.submit()
    client = scene.client()
    html = client.get(SUBMIT).text
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', html[html.index('method="post"') :]))
    assert client.post(f"{ENTRY}/withdraw", data=sent).status_code == 303
    assert client.post(f"{ENTRY}/withdraw", data=sent).status_code == 409
    assert [one.state for one in scene.submissions()] == ["withdrawn"]
    assert scene.submit().status_code == 303


# ---------------------------------------------------------------- figures and systems


def test_figures_are_superseded_and_the_same_again_is_nothing(scene: Scene) -> None:
    with scene.database.reading() as session:
        system = session.scalars(select(System).where(System.provider_id == scene.cast.provider.id)).one()
        provider = session.get_one(Provider, scene.cast.provider.id)
        there = section(load(session, provider).content, f"systems/{system.id}")
    volume = {**there["figures"]["requests_per_day"], "value": "60000"}
    scene.edit(f"systems/{system.id}", figures={**there["figures"], "requests_per_day": volume})
    scene.submit()
    scene.decide()
    with scene.database.reading() as session:
        rows = session.scalars(select(Figure).where(Figure.system_id == system.id).order_by(Figure.id)).all()
    values = [
        (one.metric, str(one.value), one.superseded_at is None) for one in rows if one.metric == "requests_per_day"
    ]
    assert values == [("requests_per_day", "48200", False), ("requests_per_day", "60000", True)]
    assert len(rows) == 5  # the other three are as they were
    assert "superseded" in words(scene.client().get(PUBLIC).text)


def test_a_new_system_gets_a_number_and_can_be_edited_on(scene: Scene) -> None:
    key = "new-0123456789abcdef"
    scene.edit(f"systems/{key}", key=key, name="Sales helper", figures={})
    scene.submit()
    scene.edit(f"systems/{key}", summary="It sells.")
    scene.decide()
    assert "Sales helper" in scene.client().get(PUBLIC).text
    with scene.database.reading() as session:
        keys = [
            one["key"] for one in load(session, session.get_one(Provider, scene.cast.provider.id)).content["systems"]
        ]
    assert all(one.isdigit() for one in keys)
    assert scene.submit().status_code == 303
    scene.decide()
    with scene.database.reading() as session:
        found = session.scalars(select(System).where(System.name == "Sales helper")).all()
    assert [one.summary for one in found] == ["It sells."]


def test_a_new_system_that_was_removed_after_handing_in_is_there_again_once_it_is_public(scene: Scene) -> None:
    name = "systems/new-0123456789abcdef"
    scene.edit(name, key=name.rpartition("/")[2], name="Sales helper", figures={})
    scene.submit()
    with scene.database.writing() as session:
        provider = session.get_one(Provider, scene.cast.provider.id)
        base = fingerprint(section(load(session, provider).content, name))
        save(session, provider, name, None, base=base, person_id=scene.cast.owner.id, at=clock.now())
    scene.decide()
    with scene.database.reading() as session:
        content = load(session, session.get_one(Provider, scene.cast.provider.id)).content
    assert [one["name"] for one in content["systems"]].count("Sales helper") == 1


def test_two_systems_may_swap_their_names(scene: Scene) -> None:
    key = "new-0123456789abcdef"
    scene.edit(f"systems/{key}", key=key, name="Second", figures={})
    scene.submit()
    scene.decide()
    with scene.database.reading() as session:
        first, second = session.scalars(select(System).order_by(System.id)).all()[:2]
    scene.edit(f"systems/{first.id}", name=second.name)
    scene.edit(f"systems/{second.id}", name=first.name)
    assert scene.submit().status_code == 303
    scene.decide()
    with scene.database.reading() as session:
        assert session.get_one(System, first.id).name == "Second"
        assert session.get_one(System, second.id).name == first.name


# ---------------------------------------------------------------- who the entry is


def test_a_changed_name_waits_keeps_the_address_and_cannot_change_again_for_thirty_days(scene: Scene) -> None:
    scene.edit(name="The Renamed")
    assert "30 days" in scene.client().get(SUBMIT).text
    scene.submit()
    assert "The Provider" in scene.app.test_client().get(PUBLIC).text
    scene.decide()
    assert "The Renamed" in scene.app.test_client().get(PUBLIC).text
    assert scene.submissions()[0].is_identity
    scene.edit(name="Renamed Again")
    html = words(scene.client().get(SUBMIT).text)
    assert "can be changed again from" in html
    scene.edit(name="The Renamed", summary="The rest may change.")
    assert scene.submit().status_code == 303


@pytest.mark.parametrize(("days", "is_open"), [(29, False), (30, True)])
def test_after_thirty_days_the_name_may_change_again(scene: Scene, days: int, *, is_open: bool) -> None:
    scene.edit(name="The Renamed")
    scene.submit()
    scene.decide(at=clock.now() - timedelta(days=days))
    scene.edit(name="Renamed Again")
    assert (">Submit for review<" in scene.client().get(SUBMIT).text) == is_open


@pytest.mark.parametrize(
    ("website", "refusal"),
    [
        ("https://www.the-other.example/", "is the website of The Other"),
        ("https://real-firm.com/", "has to be on a .example domain"),
        ("https://github.com/firm", "shared by many firms"),
    ],
)
def test_a_website_that_cannot_be_theirs_is_refused(scene: Scene, website: str, refusal: str) -> None:
    scene.edit(website=website)
    assert refusal in words(scene.client().get(SUBMIT).text)
    assert ">Submit for review<" not in scene.client().get(SUBMIT).text


def test_a_real_firm_does_not_become_a_demonstration_entry(scene: Scene) -> None:
    with scene.database.writing() as session:
        provider = session.get_one(Provider, scene.cast.provider.id)
        provider.website, provider.domain, provider.is_demo = "https://real.com/", "real.com", False
    scene.edit(website="https://free.example/")
    assert "kept for demonstration entries" in words(scene.client().get(SUBMIT).text)


# ---------------------------------------------------------------- previews


def body_of(html: str) -> str:
    """Return a provider's page from head to foot, without the minute of its change and the ways to keep and to ask."""
    text = html[html.index('class="profile-head"') : html.index('<footer class="foot"')]
    text = re.sub(r'<button class="keep".*?</button>|<a class="ask".*?</a>', "", text, flags=re.DOTALL)
    return re.sub(r"\d\d:\d\d UTC", "", re.sub(r"\s+", " ", text))


def test_the_preview_is_the_page_that_buyers_get_and_nothing_of_it_is_kept(scene: Scene) -> None:
    scene.edit(summary=NEW)
    answer = scene.client().get(f"{ENTRY}/preview")
    assert NEW in answer.text
    assert "This is a preview of your draft" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "canonical" not in answer.text
    assert OLD in scene.client().get(PUBLIC).text
    actions = scene.actions()
    shown = body_of(answer.text)
    scene.submit()
    scene.decide()
    public = scene.client().get(PUBLIC).text
    assert body_of(public) == shown
    assert actions == [one for one in scene.actions() if not one.startswith("submission.")]


def test_the_preview_of_a_website_that_another_entry_has_says_so(scene: Scene) -> None:
    scene.edit(website="https://the-other.example/")
    answer = scene.client().get(f"{ENTRY}/preview")
    assert answer.status_code == 409
    assert "Another entry has this website" in answer.text


def test_strangers_see_neither_preview_nor_submission(scene: Scene) -> None:
    for user in (scene.cast.stranger, scene.cast.admin):
        client = scene.client(user)
        for page in (ENTRY, SUBMIT, f"{ENTRY}/preview", f"{ENTRY}/unpublish"):
            assert client.get(page).status_code == 404, page


# ---------------------------------------------------------------- starting, and being off the pages


def started(scene: Scene) -> Provider:
    with scene.database.writing() as session:
        owner = scene.cast.owner
        return start_entry(
            session, NEW_NAME, "fresh.example", person_id=owner.id, actor=f"vendor:{owner.id}", at=clock.now()
        )


def prove(scene: Scene, provider: Provider) -> None:
    """Let the owner show that the firm is theirs, by an admin's decision."""
    owner, admin, at = scene.cast.owner, scene.cast.admin, clock.now()
    with scene.database.writing() as session:
        wish = Wish(provider.id, owner.id, ClaimMethod.ADMIN, message="I am the one who founded it.")
        claim = ask(session, wish, actor=f"vendor:{owner.id}", at=at)
        decide_claim(session, claim.id, Ruling("approved", "So it is.", 1, admin.id, f"admin:{admin.id}", at))


def told(scene: Scene) -> list[dict[str, Any]]:
    """Return every event as the API tells it."""
    events: list[dict[str, Any]] = scene.app.test_client().get("/api/v1/audit?limit=1000").json["events"]  # type: ignore[index]
    return events


def nowhere(scene: Scene, slug: str, *secrets: str) -> None:
    """Show that an entry is on no page, in no answer and in no list."""
    anybody = scene.app.test_client()
    assert anybody.get(f"/providers/{slug}").status_code == 404
    assert anybody.get(f"/api/v1/providers/{slug}").status_code == 404
    for address in ("/", "/sitemap.xml", "/feed.atom", "/llms.txt"):
        text = anybody.get(address).text
        assert not any(one in text for one in (*secrets, f"/providers/{slug}")), address
    with scene.database.reading() as session:
        lines = b"".join(encode(one) for one in records(session)).decode()
    assert not any(one in lines for one in secrets)


def test_a_new_entry_is_nowhere_until_it_is_approved(scene: Scene) -> None:
    provider = started(scene)
    slug = provider.slug
    scene.edit(slug=slug, summary="A secret sentence.")
    nowhere(scene, slug, "A secret sentence.", NEW_NAME)
    assert "draft, never public" in scene.client().get(f"/vendor/{slug}").text
    assert scene.client().get(f"/vendor/{slug}/preview").status_code == 200
    prove(scene, provider)
    assert scene.submit(slug).status_code == 303
    nowhere(scene, slug, "A secret sentence.", NEW_NAME)
    scene.decide()
    assert "A secret sentence." in scene.app.test_client().get(f"/providers/{slug}").text
    assert not scene.submissions()[0].is_identity
    assert scene.provider(slug).published_at is not None


def test_the_public_log_names_an_entry_from_its_first_publication_on(scene: Scene) -> None:
    provider = started(scene)
    slug, subject = provider.slug, f"entry:{provider.id}"
    scene.edit(slug=slug, summary="A sentence.")
    prove(scene, provider)
    scene.submit(slug)
    events = [one for one in told(scene) if one["subject"] == subject]
    assert [one["action"] for one in events] == [
        "provider.started",
        "claim.asked",
        "provider.claimed",
        "claim.approved",
        "submission.sent",
    ]
    anybody = scene.app.test_client()
    for text in (str(told(scene)), anybody.get("/audit").text):
        assert not any(secret in text for secret in (slug, NEW_NAME, provider.domain))
    assert "No events about this provider" in anybody.get(f"/audit?provider={slug}").text
    scene.decide()
    assert [one["action"] for one in told(scene) if one["subject"] == f"provider:{slug}"] == ["submission.approved"]
    assert "approved and published" in anybody.get(f"/audit?provider={slug}").text


def test_the_first_publication_is_for_the_domain_that_was_proven(scene: Scene) -> None:
    provider = started(scene)
    prove(scene, provider)
    scene.edit(slug=provider.slug, website="https://somebody-elses.example/")
    assert "another domain is yours" in scene.client().get(f"/vendor/{provider.slug}/submit").text


def test_an_owner_takes_the_entry_off_the_pages_and_puts_it_back_at_the_same_address(scene: Scene) -> None:
    scene.edit(summary="A secret sentence.")
    assert press(scene.client(), f"{ENTRY}/unpublish").status_code == 303
    nowhere(scene, "the-provider", "A secret sentence.", OLD)
    assert "off the pages" in scene.client().get(ENTRY).text
    assert press(scene.client(), ENTRY, to=f"{ENTRY}/republish").status_code == 303
    assert OLD in scene.app.test_client().get(PUBLIC).text
    assert scene.actions()[-2:] == ["provider.withdrawn", "provider.republished"]


def test_an_editor_decides_neither(scene: Scene) -> None:
    editor = scene.client(scene.cast.editor)
    assert editor.get(f"{ENTRY}/unpublish").status_code == 403
    assert "Take it off the pages" not in editor.get(ENTRY).text


def test_an_owner_does_not_put_back_what_an_admin_took_out(scene: Scene) -> None:
    with scene.database.writing() as session:
        at = clock.now()
        session.get_one(Provider, scene.cast.provider.id).withdrawn_at = at
        session.add(
            Report(
                provider_id=scene.cast.provider.id,
                kind=ReportKind.REMOVAL,
                message="Please.",
                created_at=at,
                state=ReportState.UPHELD,
                decided_on=at.date(),
                notice="",
            )
        )
    html = scene.client().get(ENTRY).text
    assert "only an admin can put it back" in html
    client = scene.client()
    key = KEY.search(client.get(SUBMIT).text) or KEY.search(client.get(f"{ENTRY}/unpublish").text)
    client.post(f"{ENTRY}/republish", data={"csrf_token": key[1] if key else ""})
    assert scene.provider().withdrawn_at is not None
