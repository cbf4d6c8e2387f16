"""Editing through the pages: what is typed is kept, problems stand beside their fields, nobody undoes another."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.accounts.models import User
from directory.app import create_app
from directory.catalogue.services import Catalogue, install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.evidence.metrics import Metric
from directory.providers.models import Provider
from directory.publishing.drafts import load
from directory.web.session import KEY as KEY_OF_SERVICES
from tests.cast import Cast, add_cast, log_in
from tests.conftest import settings_for
from tests.factories import add_answer, add_certification, add_figure, add_proven, days_ago
from tests.web.buyer.reading_pages import words

BASE = re.compile(r'name="base" value="([^"]*)"')
KEY = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
ONCE = re.compile(r'name="once"[^>]*value="([^"]+)"')
PROFILE = "/vendor/the-provider/profile"
SYSTEMS = "/vendor/the-provider/systems"
ANSWERS = "/vendor/the-provider/answers/error-handling"
HELD = "/vendor/the-provider/certifications"
IN_PLACE = {"HX-Request": "true"}


@dataclass
class Scene:
    app: Flask
    database: Database
    cast: Cast
    system: int

    def client(self, user: User | None = None) -> FlaskClient:
        return log_in(self.app, self.database, user or self.cast.owner)

    def draft(self) -> Any:
        with self.database.reading() as session:
            return load(session, session.get_one(Provider, self.cast.provider.id)).content

    @property
    def page(self) -> str:
        return f"{SYSTEMS}/{self.system}"


@pytest.fixture
def scene(database: Database, tmp_path: Path) -> Iterator[Scene]:
    app = create_app(settings_for(database, tmp_path))
    with database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        one = add_proven(session, cast.provider)
        one.name = "Claims triage"
        number = one.id
    yield Scene(app, database, cast, number)
    app.extensions[KEY_OF_SERVICES].database.dispose()


def fields(html: str) -> dict[str, list[str]]:
    """Return what the page's form would send, as a browser reads it."""
    found: dict[str, list[str]] = {}
    form = html[html.index('id="editor"') : html.index("</form>", html.index('id="editor"'))]
    for tag in re.finditer(r"<input\b[^>]*>", form):
        name, value = (re.search(rf'{key}="([^"]*)"', tag[0]) for key in (" name", " value"))
        is_box = 'type="checkbox"' in tag[0] or 'type="radio"' in tag[0]
        if name and (not is_box or " checked" in tag[0]):
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name_, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        found[name_] = [unescape(text)]
    for name_, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name_] = [unescape(chosen[1]) if chosen else ""]
    return found


def change(client: FlaskClient, page: str, changed: dict[str, Any], **more: Any) -> TestResponse:
    """Open a page, change some fields and press Save."""
    sent = {**fields(client.get(page).text), **changed}
    return client.post(page, data=sent, **more)


# ---------------------------------------------------------------- saved as typed


@pytest.mark.parametrize("path", ["profile", "systems", "answers/error-handling", "certifications"])
def test_a_page_that_is_saved_unchanged_changes_nothing(scene: Scene, path: str) -> None:
    client, before = scene.client(), scene.draft()
    page = scene.page if path == "systems" else f"/vendor/the-provider/{path}"
    assert change(client, page, {}).status_code == 303
    shown = client.get(page).text
    assert "public now" not in shown
    assert scene.draft()["profile"] == before["profile"]
    assert [one["name"] for one in scene.draft()["systems"]] == ["Claims triage"]


def test_what_is_typed_is_kept_even_where_it_is_wrong_and_the_problem_stands_beside_it(scene: Scene) -> None:
    client = scene.client()
    answer = change(client, PROFILE, {"founded": "in spring", "summary": "  We <b>build</b> & run.\r\nAgents. "})
    assert answer.status_code == 303
    html = client.get(PROFILE).text
    sent = fields(html)
    assert sent["founded"] == ["in spring"]
    assert sent["summary"] == ["  We <b>build</b> & run.\nAgents. "]
    problem = re.search(r'<p class="field-error" id="f-founded-error">([^<]+)</p>', html)
    assert problem
    assert 'id="f-founded" name="founded" aria-describedby="f-founded-hint f-founded-error' in html
    assert 'aria-invalid="true"' in html
    assert "1 thing to put right" in words(html)


def test_the_public_value_stands_beside_a_changed_one_and_stays_public(scene: Scene, catalogue: Catalogue) -> None:
    client = scene.client()
    change(client, PROFILE, {"summary": "Something else.", "industries": ["insurance"]})
    shown = words(client.get(PROFILE).text)
    label = catalogue.taxonomy.label("industry", "finance")
    assert "public now The Provider builds agent systems." in shown
    assert f"public now {label}" in shown
    assert "The Provider builds agent systems." in client.get("/providers/the-provider").text


def test_lists_are_kept_and_unknown_terms_with_them(scene: Scene) -> None:
    client = scene.client()
    change(client, PROFILE, {"languages": "de, English ,, Klingonish", "tools": ["langsmith", "not-a-tool"]})
    assert scene.draft()["profile"]["languages"] == ["de", "English", "Klingonish"]
    sent = fields(client.get(PROFILE).text)
    assert sent["languages"] == ["de, English, Klingonish"]
    assert sent["tools"] == ["langsmith", "not-a-tool"]


def test_nul_characters_and_huge_texts_do_no_harm(scene: Scene) -> None:
    client = scene.client()
    assert change(client, PROFILE, {"summary": "a\0b", "description": "x" * 30_000}).status_code == 303
    assert scene.draft()["profile"]["summary"] == "ab"
    assert fields(client.get(PROFILE).text)["description"] == ["x" * 30_000]
    assert "30,000" in words(client.get(PROFILE).text)
    assert change(client, PROFILE, {"description": "x" * 300_000}).status_code == 413


def test_a_stale_key_loses_nothing_that_was_typed(scene: Scene) -> None:
    client = scene.client()
    sent = fields(client.get(PROFILE).text) | {"csrf_token": ["stale"], "summary": ["Typed for an hour."]}
    answer = client.post(PROFILE, data=sent)
    assert answer.status_code == 422
    assert fields(answer.text)["summary"] == ["Typed for an hour."]
    assert "data-takes-focus" in answer.text


# ---------------------------------------------------------------- figures


def test_a_figure_shows_what_is_in_force_and_what_it_superseded(scene: Scene) -> None:
    with scene.database.writing() as session:
        at = clock.now()
        add_figure(
            session,
            session.get_one(Provider, scene.cast.provider.id).systems[0],
            Metric.DEPLOY_MINUTES,
            45,
            as_of_on=days_ago(200),
            superseded_at=at,
        )
    shown = words(scene.client().get(scene.page).text)
    assert "In force: 48,200/day" in shown
    assert "confirmed" in shown
    assert "45 min , as of 17 Apr 2026" in shown
    assert "Figures are never changed" in shown
    assert "median over the trailing 30 days" in shown


def test_a_new_value_is_typed_beside_the_public_one(scene: Scene) -> None:
    client = scene.client()
    name = "figures.requests_per_day.value"
    assert change(client, scene.page, {name: "60000"}).status_code == 303
    assert scene.draft()["systems"][0]["figures"]["requests_per_day"]["value"] == "60000"
    assert "public now 48200" in words(client.get(scene.page).text)
    assert change(client, scene.page, {name: "lots"}).status_code == 303
    html = client.get(scene.page).text
    assert re.search(r'id="f-figures-requests-per-day-value-error">[^<]+<', html)
    assert fields(html)[name] == ["lots"]


def test_a_day_that_is_none_is_kept_where_no_control_for_days_could_show_it(scene: Scene) -> None:
    client = scene.client()
    change(client, scene.page, {"live_since": "last May"})
    html = client.get(scene.page).text
    assert fields(html)["live_since"] == ["last May"]
    assert re.search(r'id="f-live-since-error">[^<]+<', html)


# ---------------------------------------------------------------- systems


def test_adding_a_system_twice_by_a_double_click_adds_one_and_a_new_one_can_go_again(scene: Scene) -> None:
    client = scene.client()
    html = client.get(SYSTEMS).text
    sent = {"csrf_token": KEY.search(html)[1], "once": ONCE.search(html)[1]}  # type: ignore[index]
    first, second = client.post(SYSTEMS, data=sent), client.post(SYSTEMS, data=sent)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert len(scene.draft()["systems"]) == 2
    assert "not public yet" in words(client.get(SYSTEMS).text)
    page = first.location
    html = client.get(page).text
    answer = client.post(f"{page}/remove", data={"csrf_token": KEY.search(html)[1], "base": BASE.search(html)[1]})  # type: ignore[index]
    assert answer.status_code == 303
    assert [one["name"] for one in scene.draft()["systems"]] == ["Claims triage"]
    assert client.get(page).status_code == 404


def test_what_is_typed_into_a_system_that_somebody_removed_meanwhile_is_not_lost(scene: Scene) -> None:
    olga, ed = scene.client(scene.cast.owner), scene.client(scene.cast.editor)
    html = olga.get(SYSTEMS).text
    page = olga.post(SYSTEMS, data={"csrf_token": KEY.search(html)[1], "once": ONCE.search(html)[1]}).location  # type: ignore[index]
    sent = fields(ed.get(page).text) | {"name": ["Invoices"]}
    html = olga.get(page).text
    olga.post(f"{page}/remove", data={"csrf_token": KEY.search(html)[1], "base": BASE.search(html)[1]})  # type: ignore[index]
    answer = ed.post(page, data=sent)
    assert answer.status_code == 409
    assert ed.post(page, data=fields(answer.text)).status_code == 303
    assert scene.draft()["systems"][-1]["name"] == "Invoices"


def test_a_system_that_is_public_cannot_be_removed_only_retired(scene: Scene) -> None:
    client = scene.client()
    html = client.get(scene.page).text
    assert "Remove this system" not in html
    sent = {"csrf_token": KEY.search(html)[1], "base": BASE.search(html)[1]}  # type: ignore[index]
    assert client.post(f"{scene.page}/remove", data=sent).status_code == 409
    assert len(scene.draft()["systems"]) == 1
    assert change(client, scene.page, {"retired_on": "2026-10-01"}).status_code == 303
    assert "retired" in words(client.get(SYSTEMS).text)


@pytest.mark.parametrize("key", ["999999", "new-0123456789abcdef", "x", "7'--", "-1"])
def test_a_system_that_is_not_there_is_not_found(scene: Scene, key: str) -> None:
    assert scene.client().get(f"{SYSTEMS}/{key}").status_code == 404


# ---------------------------------------------------------------- answers and certifications


def test_answers_are_kept_by_area_and_one_without_a_status_is_a_problem(scene: Scene) -> None:
    client = scene.client()
    answer = change(
        client, ANSWERS, {"retries.status": "met", "retries.note": "Three times.", "alerting.note": "Soon."}
    )
    assert answer.status_code == 303
    assert scene.draft()["answers"]["retries"]["status"] == "met"
    html = client.get(ANSWERS).text
    assert fields(html)["retries.status"] == ["met"]
    assert fields(html)["alerting.note"] == ["Soon."]
    assert re.search(r'id="f-alerting-status-error">[^<]+<', html)
    assert "Error handling 1 of 6" in words(html)
    assert client.get("/vendor/the-provider/answers/nothing").status_code == 404
    assert client.get("/vendor/the-provider/answers").location.endswith(ANSWERS)


def test_an_answer_can_be_taken_back(scene: Scene) -> None:
    with scene.database.writing() as session:
        add_answer(session, session.get_one(Provider, scene.cast.provider.id), "retries")
    client = scene.client()
    assert fields(client.get(ANSWERS).text)["retries.status"] == ["met"]
    change(client, ANSWERS, {"retries.status": ""})
    assert "retries" not in scene.draft()["answers"]
    assert "public now Met" in words(client.get(ANSWERS).text)


def test_certifications_are_rows_with_spare_ones(scene: Scene) -> None:
    with scene.database.writing() as session:
        add_certification(session, session.get_one(Provider, scene.cast.provider.id), "iso27001")
    client = scene.client()
    assert "In force: ISO 27001" in words(client.get(HELD).text)
    change(client, HELD, {"1.name": "soc2-type2", "1.url": "trust.example/soc2"})
    assert [one["name"] for one in scene.draft()["certifications"]] == ["iso27001", "soc2-type2"]
    change(client, HELD, {"0.name": "", "0.valid_until": "", "0.url": ""})
    assert [one["name"] for one in scene.draft()["certifications"]] == ["soc2-type2"]


# ---------------------------------------------------------------- two editors at once


def test_two_editors_of_the_same_part_see_both_versions_and_nothing_is_lost(scene: Scene) -> None:
    olga, ed = scene.client(scene.cast.owner), scene.client(scene.cast.editor)
    sent = fields(ed.get(PROFILE).text) | {"summary": ["Ed’s sentence."], "founded": ["2019"]}
    change(olga, PROFILE, {"summary": "Olga’s sentence."})
    answer = ed.post(PROFILE, data=sent)
    assert answer.status_code == 409
    shown = words(answer.text)
    assert "One sentence Olga’s sentence. Ed’s sentence." in shown
    assert "Founded — 2019" in shown
    mine = fields(answer.text)
    assert mine["summary"] == ["Ed’s sentence."]
    assert scene.draft()["profile"]["summary"] == "Olga’s sentence."
    assert ed.post(PROFILE, data=mine).status_code == 303  # save mine
    assert scene.draft()["profile"]["summary"] == "Ed’s sentence."
    assert scene.draft()["profile"]["founded"] == "2019"


def test_theirs_can_be_taken_and_a_third_change_is_a_conflict_again(scene: Scene) -> None:
    olga, ed = scene.client(scene.cast.owner), scene.client(scene.cast.editor)
    sent = fields(ed.get(PROFILE).text) | {"summary": ["Ed’s."]}
    change(olga, PROFILE, {"summary": "Olga’s."})
    mine = fields(ed.post(PROFILE, data=sent).text)
    change(olga, PROFILE, {"summary": "Olga’s second."})
    assert ed.post(PROFILE, data=mine).status_code == 409
    assert fields(ed.get(PROFILE).text)["summary"] == ["Olga’s second."]


def test_editors_of_different_parts_do_not_meet(scene: Scene) -> None:
    olga, ed = scene.client(scene.cast.owner), scene.client(scene.cast.editor)
    of_ed, of_olga = fields(ed.get(scene.page).text), fields(olga.get(PROFILE).text)
    more = fields(ed.get(ANSWERS).text)
    assert olga.post(PROFILE, data=of_olga | {"summary": ["New."]}).status_code == 303
    assert ed.post(scene.page, data=of_ed | {"summary": ["Sorts claims."]}).status_code == 303
    assert ed.post(ANSWERS, data=more | {"retries.status": ["partly"]}).status_code == 303
    draft = scene.draft()
    assert draft["profile"]["summary"] == "New."
    assert draft["systems"][0]["summary"] == "Sorts claims."
    assert draft["answers"]["retries"]["status"] == "partly"


# ---------------------------------------------------------------- saving as it goes


def test_saving_in_place_answers_a_small_piece_with_the_new_fingerprint_and_the_problems(scene: Scene) -> None:
    client = scene.client()
    answer = change(client, PROFILE, {"founded": "later"}, headers=IN_PLACE)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert re.search(r"Saved \d\d:\d\d UTC\.", words(answer.text))
    new = BASE.search(answer.text)
    assert new
    assert 'data-hx-swap-oob="true"' in answer.text
    assert re.search(r'id="f-founded-error"[^>]*>[^<]+<', answer.text)
    assert BASE.search(client.get(PROFILE).text)[1] == new[1]  # type: ignore[index]
    again = fields(client.get(PROFILE).text) | {"base": [new[1]], "founded": ["2019"]}
    assert client.post(PROFILE, data=again, headers=IN_PLACE).status_code == 200


def test_a_conflict_in_place_offers_both_versions(scene: Scene) -> None:
    olga, ed = scene.client(scene.cast.owner), scene.client(scene.cast.editor)
    sent = fields(ed.get(PROFILE).text) | {"summary": ["Ed’s."]}
    change(olga, PROFILE, {"summary": "Olga’s."})
    answer = ed.post(PROFILE, data=sent, headers=IN_PLACE)
    assert answer.status_code == 409
    assert "Compare both versions" in answer.text
    assert "<html" not in answer.text
    whole = ed.post(PROFILE, data=sent | {"whole": ["1"]}, headers=IN_PLACE)
    assert whole.status_code == 409
    assert "Save mine over theirs" in whole.text


def test_strangers_find_nothing_and_nothing_is_cached(scene: Scene) -> None:
    stranger = scene.client(scene.cast.stranger)
    for page in (PROFILE, SYSTEMS, scene.page, ANSWERS, HELD):
        assert stranger.get(page).status_code == 404
        assert scene.client().get(page).headers["Cache-Control"] == "no-store"
    assert scene.app.test_client().get(PROFILE).status_code == 303


def test_of_two_who_save_the_same_part_in_the_same_moment_one_is_asked_and_of_different_parts_none(
    scene: Scene,
) -> None:
    people = scene.cast.owner, scene.cast.editor, scene.cast.admin_member
    clients = [scene.client(one) for one in people]
    pages = (PROFILE, PROFILE, scene.page)
    sent = [fields(client.get(page).text) for client, page in zip(clients, pages, strict=True)]
    start = Barrier(len(pages))

    def press(number: int) -> int:
        start.wait()
        changed = sent[number] | {"summary": [f"By number {number}."]}
        status: int = clients[number].post(pages[number], data=changed).status_code
        return status

    with ThreadPoolExecutor(len(pages)) as pool:
        first, second, other = pool.map(press, range(len(pages)))
    assert sorted((first, second)) == [303, 409]
    assert other == 303
    assert scene.draft()["profile"]["summary"] == f"By number {(first, second).index(303)}."
    assert scene.draft()["systems"][0]["summary"] == "By number 2."
