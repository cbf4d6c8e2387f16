"""Stating the same again: what has expired is in force once more without a word of it being changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.app import create_app
from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.evidence.wording import day as in_words
from directory.providers.membership import Draft
from directory.providers.models import Provider
from directory.publishing.content import published, to_store
from directory.publishing.drafts import load
from directory.publishing.models import Submission
from directory.publishing.services import decide_submission
from directory.readiness.models import Answer, Certification
from directory.review.decisions import Ruling
from directory.web.session import KEY as EXTENSION
from tests.cast import Cast, add_cast, log_in
from tests.conftest import settings_for
from tests.factories import add_answer, add_certification, add_figure, add_system
from tests.web.buyer.reading_pages import words
from tests.web.vendor.test_edit import change, fields
from tests.web.vendor.test_publishing import press

ENTRY = "/vendor/the-provider"
ANSWERS = f"{ENTRY}/answers/error-handling"
HELD = f"{ENTRY}/certifications"
SUBMIT = f"{ENTRY}/submit"


@dataclass
class Scene:
    app: Flask
    database: Database
    cast: Cast
    system: int

    def client(self) -> FlaskClient:
        return log_in(self.app, self.database, self.cast.owner)

    def draft(self) -> Any:
        with self.database.reading() as session:
            return load(session, session.get_one(Provider, self.cast.provider.id)).content

    def stated(self, criterion: str) -> list[Answer]:
        with self.database.reading() as session:
            return list(session.scalars(select(Answer).where(Answer.criterion == criterion).order_by(Answer.id)))

    def approve(self) -> None:
        with self.database.writing() as session:
            newest = session.scalars(select(Submission).order_by(Submission.id.desc())).first()
            assert newest is not None
            by = self.cast.admin
            ruling = Ruling("approved", "Looks right.", newest.revision, by.id, f"admin:{by.id}", clock.now())
            decide_submission(session, newest.id, ruling)


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


@pytest.fixture
def scene(database: Database, tmp_path: Path) -> Iterator[Scene]:
    app = create_app(settings_for(database, tmp_path))
    with database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        cast.provider.is_demo = True
        add_answer(session, cast.provider, "retries", as_of_on=ago(213), note="Three times.")
        add_answer(session, cast.provider, "alerting", as_of_on=ago(150))
        add_certification(session, cast.provider, "iso27001", as_of_on=ago(213))
        add_certification(session, cast.provider, "soc2-type2", as_of_on=ago(150))
        one = add_system(session, cast.provider, name="Claims triage")
        add_figure(session, one, Metric.DEPLOY_MINUTES, 45, as_of_on=ago(213))
        number = one.id
    yield Scene(app, database, cast, number)
    app.extensions[EXTENSION].database.dispose()


def test_an_answer_that_has_expired_is_in_force_again_once_it_is_stated_again(scene: Scene) -> None:
    client, today = scene.client(), clock.today()
    shown = words(client.get(ANSWERS).text)
    assert f"Stated as of {in_words(ago(213))}, has expired" in shown
    assert f"Stated as of {in_words(ago(150))}, holds until" in shown
    assert "In force: Met" not in shown.partition("Stated as of")[0]
    assert "Nothing has changed" in client.get(SUBMIT).text
    assert change(client, ANSWERS, {"retries.today": "yes"}).status_code == 303
    told = words(client.get(SUBMIT).text)
    assert "stated again as of" in told
    assert press(client, SUBMIT).status_code == 303
    scene.approve()
    old, new = scene.stated("retries")
    assert (old.as_of_on, new.as_of_on, new.note) == (ago(213), today, "Three times.")
    assert old.superseded_at is not None
    assert new.superseded_at is None
    assert len(scene.stated("alerting")) == 1
    shown = words(client.get(ANSWERS).text)
    assert f"Stated as of {in_words(today)}, holds until" in shown
    assert f"Met , as of {in_words(ago(213))}; superseded on" in shown
    assert "has expired" not in shown
    assert "Nothing has changed" in client.get(SUBMIT).text


@pytest.mark.parametrize(("page", "kind"), [(ANSWERS, Answer), (HELD, Certification)])
def test_all_of_a_page_is_stated_again_by_one_box(scene: Scene, page: str, kind: type[Answer | Certification]) -> None:
    client = scene.client()
    assert "All of these still hold today" in client.get(page).text
    change(client, page, {"all_today": "yes"})
    assert "Still so today" not in client.get(page).text
    press(client, SUBMIT)
    scene.approve()
    with scene.database.reading() as session:
        days = session.scalars(select(kind.as_of_on).where(kind.superseded_at.is_(None))).all()
    assert days == [clock.today()] * 2


def test_what_is_changed_is_stated_as_of_that_day_unless_another_is_set(scene: Scene) -> None:
    client = scene.client()
    change(client, ANSWERS, {"retries.note": "Five times.", "alerting.as_of": ago(3).isoformat()})
    found = scene.draft()["answers"]
    assert found["retries"]["as_of"] == clock.today().isoformat()
    assert found["alerting"]["as_of"] == ago(3).isoformat()
    change(client, ANSWERS, {"recovery.status": "met", "retries.note": "Six.", "retries.as_of": ago(9).isoformat()})
    found = scene.draft()["answers"]
    assert found["recovery"]["as_of"] == clock.today().isoformat()
    assert found["retries"]["as_of"] == ago(9).isoformat()
    change(client, HELD, {"1.url": "trust.example/soc2", "2.name": "iso42001"})
    assert [one["as_of"] for one in scene.draft()["certifications"]] == [
        ago(213).isoformat(),
        *[clock.today().isoformat()] * 2,
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [("2999-01-01", "Is in the future."), ("1989-12-31", "Is before 1990."), ("last May", "Must be a day that exists")],
)
def test_a_day_that_cannot_be_is_kept_and_refused_beside_its_field(scene: Scene, typed: str, told: str) -> None:
    client = scene.client()
    change(client, ANSWERS, {"retries.as_of": typed})
    change(client, HELD, {"0.as_of": typed})
    for page, name in ((ANSWERS, "retries.as_of"), (HELD, "0.as_of")):
        html = client.get(page).text
        assert fields(html)[name] == [typed]
        assert told in words(html)
    shown = client.get(SUBMIT).text
    assert "2 things to put right first" in words(shown)
    assert f"{ANSWERS}#f-retries-as-of" in shown


def test_saving_as_it_goes_puts_the_new_day_into_the_page_and_a_late_save_does_not_undo_it(scene: Scene) -> None:
    client, today = scene.client(), clock.today().isoformat()
    first = fields(client.get(ANSWERS).text) | {"retries.note": ["Five."]}
    answer = client.post(ANSWERS, data=first, headers={"HX-Request": "true"})
    assert f'name="retries.as_of" value="{today}"' in answer.text
    assert f'name="retries.shown" value="{today}"' in answer.text
    assert 'name="alerting.as_of"' not in answer.text
    late = first | {"base": fields(client.get(ANSWERS).text)["base"], "alerting.note": ["By phone."]}
    client.post(ANSWERS, data=late, headers={"HX-Request": "true"})
    found = scene.draft()["answers"]
    assert (found["retries"]["as_of"], found["alerting"]["as_of"]) == (today, today)


def test_of_two_who_set_different_days_both_are_shown(scene: Scene) -> None:
    olga, ed = scene.client(), log_in(scene.app, scene.database, scene.cast.editor)
    mine = fields(ed.get(ANSWERS).text) | {"retries.as_of": [ago(2).isoformat()]}
    change(olga, ANSWERS, {"retries.today": "yes"})
    answer = ed.post(ANSWERS, data=mine)
    assert answer.status_code == 409
    assert ago(2).isoformat() in words(answer.text)
    assert ed.post(ANSWERS, data=fields(answer.text)).status_code == 303
    assert scene.draft()["answers"]["retries"]["as_of"] == ago(2).isoformat()


def _without_days(content: Any) -> Any:
    bare = to_store(content)
    for one in (*bare["answers"].values(), *bare["certifications"]):
        one.pop("as_of", None)
    return bare


def test_drafts_and_submissions_of_before_without_days_still_work(scene: Scene) -> None:
    with scene.database.writing() as session:
        provider = session.get_one(Provider, scene.cast.provider.id)
        old = _without_days(published(session, provider))
        session.add(Draft(provider_id=provider.id, content=old, updated_at=clock.now()))
    client = scene.client()
    assert "Nothing has changed" in client.get(SUBMIT).text
    with scene.database.writing() as session:
        draft = session.scalars(select(Draft)).one()
        new = {**old, "answers": {**old["answers"], "retries": {**old["answers"]["retries"], "note": "Five."}}}
        draft.content = new
        session.add(
            Submission(
                provider_id=draft.provider_id, content=new, before=old, submitted_at=clock.now(), state="waiting"
            )
        )
    assert "The draft was changed since" not in client.get(SUBMIT).text
    scene.approve()
    assert [one.as_of_on for one in scene.stated("retries")] == [ago(213), clock.today()]
    assert [one.as_of_on for one in scene.stated("alerting")] == [ago(150)]
    with scene.database.reading() as session:
        assert session.scalar(select(Draft)) is None


def test_the_same_figure_as_of_a_newer_day_is_a_new_one_and_the_page_says_so(scene: Scene) -> None:
    client, page = scene.client(), f"{ENTRY}/systems/{scene.system}"
    shown = words(client.get(page).text)
    assert "The same value as of a newer day is a new figure too" in shown
    assert f"Stated as of {in_words(ago(213))}, has expired" in shown
    change(client, page, {"figures.deploy_minutes.as_of": clock.today().isoformat()})
    press(client, SUBMIT)
    scene.approve()
    shown = words(client.get(page).text)
    assert "In force: 45 min" in shown
    assert f"45 min , as of {in_words(ago(213))}; superseded on" in shown


def test_the_guide_leads_to_each_thing_that_ends_or_has_ended(scene: Scene) -> None:
    client = scene.client()
    html = client.get(ENTRY).text
    for address in (
        f"{ANSWERS}#retries",
        f"{ANSWERS}#alerting",
        f"{HELD}#row-0",
        f"{HELD}#row-1",
        f"{ENTRY}/systems/{scene.system}#deploy_minutes",
    ):
        assert f'href="{address}"' in html, address
        page, fragment = address.split("#")
        assert f'id="{fragment}"' in client.get(page).text, address
