"""The referee answers without knowing what the vendor states, and the vendor reads no answer before an admin has."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from directory.core.links import LinkKind, sign
from directory.core.outbox import Job
from directory.jobs.context import Context
from directory.jobs.handlers import HANDLERS
from tests.authorisation.stage import ROLES, Stage
from tests.scene import SAID, STATED
from tests.secrecy.test_pages import crawl


def spellings(value: str) -> set[str]:
    """Return how a number may be written on a page."""
    return {value, f"{float(value):,}", f"{float(value):,.0f}"} if float(value) > 100 and "." not in value else {value}


def shown(values: list[str], text: str) -> set[str]:
    plain = re.sub(r"<svg.*?</svg>", "", unescape(text), flags=re.DOTALL).replace("\u202f", "").replace("\u00a0", "")
    return {
        one for value in values for one in spellings(value) if re.search(rf"(?<![\d.]){re.escape(one)}(?!\d)", plain)
    }


def test_no_letter_and_no_form_shows_what_the_vendor_states(stage: Stage) -> None:
    figures = [str(value) for value in STATED.values()]
    assert shown(figures, stage.ask("anonymous", "GET", f"/providers/{stage.scene.mine.slug}").text), "it is public"
    token = sign(LinkKind.REFERENCE, stage.scene.mine.references["asked"], 1, stage.settings.secret_key)
    for path in ("", "/decline", "/stop", "/withdraw"):
        assert shown(figures, stage.ask("anonymous", "GET", f"/reference/{token}{path}").text) == set(), path
    wrong = stage.ask("anonymous", "POST", f"/reference/{token}", data={"uptime_percent_value": "many"})
    assert wrong.status_code == 422
    assert shown(figures, wrong.text) == set()
    stage.restore()


def test_no_asking_and_no_letter_carries_what_the_vendor_states(stage: Stage) -> None:
    figures = [str(value) for value in STATED.values()]
    scene = stage.scene
    asking = {
        "system": str(scene.mine.system),
        "organisation": "Northbank",
        "website": "https://northbank.example/",
        "name": "Rea",
        "email": "rea@northbank.example",
        "metrics": list(STATED),
    }
    preview = stage.ask("owner", "POST", f"/vendor/{scene.mine.slug}/references/new", data={**asking, "preview": "1"})
    assert preview.status_code == 200
    letter = re.findall(r"<pre[^>]*>(.*?)</pre>", preview.text, re.DOTALL)[0]
    assert shown(figures, letter) == set()
    sent = stage.ask("owner", "POST", f"/vendor/{scene.mine.slug}/references/new", data=asking)
    assert sent.status_code == 303
    with stage.database.reading() as session:
        jobs = [job for job in session.scalars(select(Job)) if job.state == "waiting" and "reference" in job.kind]
    assert jobs
    for job in jobs:
        assert shown(figures, str(job.payload)) == set()
    for job in jobs:
        if job.kind == "reference":
            HANDLERS[job.kind](job.payload, Context(stage.settings, stage.database))
    letters = [file.read_text() for file in stage.settings.mail_dir.glob("*.eml")]
    assert any("northbank.example" in one for one in letters)
    assert [one for one in letters if shown(figures, one.replace("=\n", ""))] == []
    stage.restore()


@pytest.mark.parametrize("role", ROLES)
def test_nobody_but_admins_and_the_referee_sees_an_answer_before_it_is_verified(stage: Stage, role: str) -> None:
    said = [answer["value"] for answer in SAID.values()]
    pages = {
        address for address, text in crawl(stage, role) if shown(said, text) and not address.startswith("/reference/")
    }
    if role.startswith("admin") and "without" not in role:
        assert any(address.startswith("/admin/reference/") for address in pages)
        pages = {address for address in pages if not address.startswith("/admin/reference/")}
    assert pages == set()
