"""What a file is counts, never what it is called; what isn't one whole harmless file alone is refused."""

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.evidence.file_check import (
    ACTIVE,
    BROKEN,
    ENCRYPTED,
    HUGE,
    INFECTED,
    NOT_ALONE,
    NOT_TAKEN,
    FileType,
    RefusedFileError,
    check,
    clean_name,
    inspect,
)
from tests.evidence import files

TAKEN = {
    "pdf": (files.pdf(), FileType.PDF),
    "pdf with lines at its end": (files.pdf() + b"\r\n\n", FileType.PDF),
    "png": (files.picture("PNG"), FileType.PNG),
    "jpeg": (files.picture("JPEG"), FileType.JPEG),
    "jpeg filled up with zeros": (files.picture("JPEG") + b"\0\0", FileType.JPEG),
}
REFUSED = {
    "nothing": (b"", NOT_TAKEN),
    "text": (b"uptime 100 %", NOT_TAKEN),
    "html": (b"<!doctype html><script>alert(1)</script>", NOT_TAKEN),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", NOT_TAKEN),
    "gif": (files.picture("GIF"), NOT_TAKEN),
    "tiff": (files.picture("TIFF"), NOT_TAKEN),
    "program": (b"MZ\x90\0" + bytes(60), NOT_TAKEN),
    "zip": (files.archive(), NOT_TAKEN),
    "html before a pdf": (b"<html>" + files.pdf(), NOT_TAKEN),
    "eicar": (files.EICAR, INFECTED),
    "eicar in a pdf": (files.pdf().replace(b"\n", b"\n%" + files.EICAR + b"\n", 1), INFECTED),
    "eicar behind a pdf": (files.pdf() + files.EICAR, INFECTED),
    "zip behind a pdf": (files.pdf() + files.archive(), NOT_ALONE),
    "zip behind a png": (files.picture("PNG") + files.archive(), NOT_ALONE),
    "zip behind a jpeg": (files.picture("JPEG") + files.archive(), NOT_ALONE),
    "zip dressed as pdf": (b"%PDF-1.7\n" + files.archive("a.pdf"), NOT_ALONE),
    "text behind a png": (files.picture("PNG") + b"<script>", NOT_ALONE),
    "text behind a jpeg": (files.picture("JPEG") + b"<script>", NOT_ALONE),
    "jpeg behind a jpeg": (files.picture("JPEG") * 2, NOT_ALONE),
    "script behind a pdf": (files.pdf() + b"\n<script>alert(1)</script>", NOT_ALONE),
    "pdf cut short": (files.pdf()[:-200], BROKEN),
    "png cut short": (files.picture("PNG")[:-30], BROKEN),
    "jpeg cut short": (files.picture("JPEG")[:-30], BROKEN),
    "png with a wrong sum": (files.picture("PNG").replace(b"IHDR", b"IHDX"), BROKEN),
    "only the beginning of a pdf": (b"%PDF-1.7\n%%EOF", BROKEN),
    "pdf of lies": (b"%PDF-1.7\n1 0 obj << >> endobj\nstartxref\n999999\n%%EOF", BROKEN),
    "pdf with a password": (files.pdf(password="secret"), ENCRYPTED),
    "pdf with a script": (files.pdf(script="app.alert(1)"), ACTIVE),
    "pdf that starts a program": (files.acting_pdf(), ACTIVE),
    "pdf that opens another place": (files.acting_pdf("/GoToR"), ACTIVE),
    "pdf that sends what is typed": (files.acting_pdf("/SubmitForm"), ACTIVE),
    "pdf that reads another file": (files.acting_pdf("/ImportData"), ACTIVE),
    "pdf that opens what is inside": (files.acting_pdf("/GoToE"), ACTIVE),
    "pdf that plays something": (files.acting_pdf("/Rendition"), ACTIVE),
    "pdf with a file hidden inside": (files.quietly_carrying_pdf(), ACTIVE),
    "pdf with a file inside": (files.carrying_pdf(), ACTIVE),
    "picture of too many pixels": (files.picture("PNG", (9_000, 9_000)), HUGE),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_whole_file_of_the_three_types_is_taken(tmp_path: Path, name: str) -> None:
    content, kind = TAKEN[name]
    file = tmp_path / "whatever.exe"
    file.write_bytes(content)
    assert inspect(file) is kind


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused_with_its_reason(tmp_path: Path, name: str) -> None:
    content, reason = REFUSED[name]
    file = tmp_path / "report.pdf"
    file.write_bytes(content)
    with pytest.raises(RefusedFileError) as refusal:
        inspect(file)
    assert str(refusal.value) == reason


def test_the_check_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(files.picture())
    assert check(file) is FileType.PNG
    file.write_bytes(b"<html>")
    with pytest.raises(RefusedFileError, match="PDF, PNG or JPEG"):
        check(file)


def test_the_process_that_parses_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, str] = {}
    run: Any = subprocess.run

    def watched(*arguments: Any, env: dict[str, str], **more: Any) -> Any:
        told.update(env)
        return run(*arguments, env=env, **more)

    monkeypatch.setenv("DIRECTORY_SECRET_KEY", "a secret of thirty-two characters!")
    monkeypatch.setattr(subprocess, "run", watched)
    file = tmp_path / "file"
    file.write_bytes(b"nothing that is taken")
    with pytest.raises(RefusedFileError):
        check(file)
    assert told.keys() <= {"PYTHONPATH", "LD_LIBRARY_PATH"}


def test_a_check_that_takes_too_long_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*arguments: object, **_more: object) -> None:
        raise subprocess.TimeoutExpired(str(arguments), 20)

    monkeypatch.setattr(subprocess, "run", hang)
    with pytest.raises(RefusedFileError, match="read to its end"):
        check(tmp_path / "file")


@given(st.sampled_from([files.pdf(), files.picture("PNG"), files.picture("JPEG")]), st.data())
def test_no_damaged_file_gets_anything_but_an_answer(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    place = data.draw(st.integers(8, len(content) - 1))
    damage = data.draw(st.binary(min_size=1, max_size=20))
    file = tmp_path_factory.mktemp("damaged") / "file"
    file.write_bytes(content[:place] + damage + content[place + len(damage) :])
    with suppress(RefusedFileError):
        assert inspect(file) in set(FileType)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Uptime report.pdf", "Uptime report.pdf"),
        ("Report.PDF", "Report.pdf"),
        ("../../etc/x.pdf", "x.pdf"),
        ("..\\..\\windows\\x.pdf", "x.pdf"),
        ("x.pdf.exe", "x-pdf-exe.pdf"),
        ("x.php.pdf", "x-php.pdf"),
        ("x\0.pdf", "x.pdf"),
        ("annual\u202efdp.exe", "annualfdp-exe.pdf"),
        ("\u202e\u2066.pdf", "document.pdf"),
        ("a\r\nContent-Type: text/html.pdf", "aContent-Type- text-html.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "document.pdf"),
        ("/", "document.pdf"),
        ("Größe 2026.pdf", "Größe 2026.pdf"),
        ("x" * 500 + ".pdf", "x" * 100 + ".pdf"),
    ],
)
def test_a_name_is_only_a_label(name: str, shown: str) -> None:
    if name.startswith("a\r\n"):
        shown = "html.pdf"  # what stands before a slash is a path
    assert clean_name(name, FileType.PDF) == shown


@given(st.text(max_size=200), st.sampled_from(FileType))
def test_any_name_becomes_one_that_can_be_saved(name: str, kind: FileType) -> None:
    shown = clean_name(name, kind)
    assert shown.count(".") == 1
    assert not set('/\\\0\r\n"<>:|?*%') & set(shown)
    assert shown.isprintable()
    assert shown[0] not in " -."
    assert len(shown) <= 105
