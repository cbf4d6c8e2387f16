"""Adding documents through the page: hostile files, big bodies, nothing typed lost, files for members only."""

from dataclasses import dataclass
from errno import ENOSPC
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from directory.catalogue.services import install_shipped
from directory.core import clock
from directory.core.db import Database
from directory.core.settings import Settings
from directory.evidence.models import Document, Evidence
from directory.evidence.uploads import MOST_BYTES, Uploads
from directory.web.uploads import MOST_BODY
from tests.cast import Cast, add_cast, log_in
from tests.evidence import files
from tests.factories import add_system
from tests.web.vendor.pages import KEY, body, send

LIST, NEW = "/vendor/the-provider/documents", "/vendor/the-provider/documents/new"
TYPED = {
    "title": "Uptime report, third quarter",
    "entity": "The Provider GmbH",
    "scope": "Claims triage in production",
    "dated_on": "2026-01-15",
    "criterion-sso": "met",
}


@dataclass
class Scene:
    app: Flask
    database: Database
    cast: Cast
    uploads: Uploads

    def client(self, name: str = "owner", *, second_factor: bool = False) -> FlaskClient:
        user = getattr(self.cast, name) if name else None
        return log_in(self.app, self.database, user, second_factor=second_factor)

    def documents(self) -> list[Document]:
        with self.database.reading() as session:
            return list(session.scalars(select(Document).order_by(Document.id)))


@pytest.fixture
def scene(app: Flask, sqlite_database: Database, settings: Settings) -> Scene:
    with sqlite_database.writing() as session:
        install_shipped(session, actor="test", at=clock.now())
        cast = add_cast(session)
        add_system(session, cast.provider, name="Claims triage")
    return Scene(app, sqlite_database, cast, Uploads(settings.uploads_dir))


def upload(client: FlaskClient, content: bytes, name: str = "report.pdf", **more: object) -> TestResponse:
    return send(client, NEW, {**TYPED, "file": FileStorage(BytesIO(content), name), **more})


def test_a_file_is_taken_listed_and_sent_back_under_its_own_policy(scene: Scene) -> None:
    content = files.pdf()
    answer = upload(scene.client("editor"), content, "Größe 2026.pdf")
    assert (answer.status_code, answer.headers["Location"]) == (303, LIST)
    document = scene.documents()[0]
    assert (document.state, document.file_type, document.file_size) == ("waiting", "application/pdf", len(content))
    assert document.subjects == [{"criterion": "sso", "status": "met"}]
    shown = scene.client().get(LIST).text
    assert "waits for an admin" in shown
    got = scene.client().get(f"{LIST}/{document.id}/file", buffered=True)
    assert got.data == content
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == "no-store"
    disposition = got.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe%202026.pdf" in disposition


def test_a_file_is_for_members_only(scene: Scene) -> None:
    upload(scene.client(), files.pdf())
    address = f"{LIST}/{scene.documents()[0].id}/file"
    assert scene.client("editor").get(address, buffered=True).status_code == 200
    for name, status in (("", 303), ("buyer", 404), ("stranger", 404), ("admin", 404)):
        assert scene.client(name, second_factor=True).get(address).status_code == status
    elsewhere = address.replace("the-provider", "the-other")
    assert scene.client("stranger").get(elsewhere).status_code == 404


HOSTILE = {
    "zip dressed as pdf": (b"%PDF-1.7\n" + files.archive(), "report.pdf"),
    "html named pdf": (b"<!doctype html><script>alert(1)</script>", "report.pdf"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture.svg"),
    "svg named png": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture.png"),
    "eicar": (files.EICAR, "eicar.com"),
    "program": (b"MZ\x90\0", "x.pdf.exe"),
    "empty": (b"", "report.pdf"),
    "one byte too many": (files.pdf() + bytes(MOST_BYTES + 1 - len(files.pdf())), "report.pdf"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_nothing_else_is_lost(scene: Scene, name: str) -> None:
    answer = upload(scene.client(), *HOSTILE[name])
    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert "Uptime report, third quarter" in answer.text
    assert '<option value="met" selected>' in answer.text
    assert scene.documents() == []
    assert list(scene.uploads.folder.glob("??/*")) == []
    assert list(scene.uploads.incoming.iterdir()) == []


@pytest.mark.parametrize(
    ("sent", "label"),
    [
        ("../../x.pdf", "x-pdf.png"),
        ("x.pdf.exe", "x-pdf-exe.png"),
        ("x\u202egnp.exe", "xgnp-exe.png"),
        ("picture.jpg", "picture-jpg.png"),
    ],
)
def test_a_name_is_a_label_and_never_a_path(scene: Scene, sent: str, label: str) -> None:
    assert upload(scene.client(), files.picture("PNG"), sent).status_code == 303
    document = scene.documents()[0]
    assert (document.file_name, document.file_type) == (label, "image/png")
    assert [file.name for file in scene.uploads.folder.glob("??/*")] == [document.file_sha256]


def test_a_name_with_a_nul_is_cleaned(scene: Scene) -> None:
    client = scene.client()
    key = KEY.search(client.get(NEW).text)
    assert key is not None
    parts = [("csrf_token", key[1]), *TYPED.items()]
    lines = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts]
    head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a\0b.pdf"\r\n\r\n'
    body = "".join(lines).encode() + head.encode() + files.pdf() + b"\r\n--b--\r\n"
    answer = client.post(NEW, data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 303
    assert [document.file_name for document in scene.documents()] == ["ab.pdf"]


def test_a_body_that_is_too_big_gets_a_clear_page(scene: Scene) -> None:
    answer = upload(scene.client(), bytes(MOST_BODY + 1))
    assert answer.status_code == 413
    assert "10 MB at most" in answer.text
    assert scene.documents() == []


def test_a_bigger_body_is_taken_nowhere_else(scene: Scene) -> None:
    client = scene.client()
    assert (
        scene.client("stranger").post("/vendor/claim/the-provider", data={"message": "x" * 300_000}).status_code == 413
    )
    assert (
        client.post(f"{LIST}/1/withdraw", **body({"file": FileStorage(BytesIO(bytes(300_000)), "x")})).status_code
        == 413
    )


def test_a_file_needs_to_be_sent_once_only(scene: Scene) -> None:
    client = scene.client()
    first = upload(client, files.pdf(), dated_on="yesterday")
    assert first.status_code == 422
    assert "You don’t need to choose it again" in first.text
    note = first.text.split('name="kept"')[1].split('value="')[1].split('"')[0]
    stolen = scene.client("editor")
    assert send(stolen, NEW, {**TYPED, "kept": note}).status_code == 422, "the note is for one person"
    assert send(client, NEW, {**TYPED, "kept": note[:-1]}).status_code == 422
    assert send(client, NEW, {**TYPED, "kept": note}).status_code == 303
    assert [document.file_name for document in scene.documents()] == ["report.pdf"]


def test_an_address_instead_of_a_file(scene: Scene) -> None:
    client = scene.client()
    assert send(client, NEW, {**TYPED, "url": "firm.example/report.pdf"}).status_code == 303
    assert scene.documents()[0].url == "https://firm.example/report.pdf"
    assert client.get(f"{LIST}/{scene.documents()[0].id}/file").status_code == 404
    for bad in ("javascript:alert(1)", "file:///etc/passwd", "http://localhost/x"):
        assert send(client, NEW, {**TYPED, "url": bad}).status_code == 422


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": ""}, "Say what the document is called."),
        ({"dated_on": "15.1.2026"}, "This isn’t a day"),
        ({"dated_on": "2099-01-01"}, "This day is in the future."),
        ({"ends_on": "2025-01-01"}, "Its end lies after its date."),
        ({"criterion-sso": ""}, "Say what it shows"),
        ({"figure-1-uptime_percent": "101"}, "a number from 0 to 100"),
        ({"figure-1-response_minutes": "15"}, "Say when this response time holds."),
        ({"url": ""}, "Give an address or a file"),
        ({"csrf_token": "stale"}, "open for too long"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(scene: Scene, change: dict[str, str], says: str) -> None:
    typed = {**TYPED, "url": "https://firm.example/report", **change}
    answer = send(scene.client(), NEW, {**typed})
    assert answer.status_code == 422
    assert says in answer.text
    for value in (typed["title"], typed["scope"], typed["dated_on"]):
        assert value in answer.text
    assert scene.documents() == []


def test_withdrawing_and_deleting_work_on_what_was_shown(scene: Scene) -> None:
    client = scene.client()
    upload(client, files.pdf())
    document = scene.documents()[0]
    act = f"{LIST}/{document.id}"
    assert send(client, LIST, {"revision": "7"}, to=f"{act}/withdraw").status_code == 409
    assert send(client, LIST, {"revision": "nonsense"}, to=f"{act}/withdraw").status_code == 409
    assert send(client, LIST, {"revision": "1"}, to=f"{act}/withdraw").status_code == 303
    assert "evidence of nothing now" in client.get(LIST).text
    assert send(client, LIST, {"revision": "2"}, to=f"{act}/delete").status_code == 303
    assert scene.documents() == []
    with scene.database.reading() as session:
        assert session.scalars(select(Evidence)).all() == []


def test_adding_is_limited(scene: Scene) -> None:
    client = scene.client()
    for _ in range(30):
        assert send(client, NEW, {**TYPED, "url": "https://firm.example/report"}).status_code == 303
    answer = send(client, NEW, {**TYPED, "url": "https://firm.example/report"})
    assert answer.status_code == 429
    assert TYPED["scope"] in answer.text


def full_disk(*_arguments: object, **_named: object) -> None:
    raise OSError(ENOSPC, "No space left on device")


def test_a_full_disk_costs_nobody_what_they_typed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Uploads, "keep", full_disk)
    answer = upload(scene.client(), files.pdf())
    assert answer.status_code == 422
    assert "can’t be kept right now" in answer.text
    assert TYPED["title"] in answer.text
    assert scene.documents() == []


def test_a_form_that_finds_no_room_on_the_disk_is_said_to_be_lost(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = scene.client()
    monkeypatch.setattr("directory.web.uploads.TemporaryFile", full_disk)
    answer = upload(client, files.pdf())
    assert answer.status_code == 503
    assert "go back in your browser" in answer.text
    assert "No space left on device" in caplog.text
    assert scene.documents() == []
