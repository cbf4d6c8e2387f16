"""The wheel is all it takes: installed outside the checkout, it migrates and serves pages with everything on them."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from directory.core.paths import PACKAGE

ROOT = PACKAGE.parent

SERVE = """
import re
import directory
from directory.app import create_app
from directory.core.paths import MIGRATIONS, shipped

print(directory.__file__, MIGRATIONS, *map(shipped, ("templates", "static", "data")), sep="\\n")
client = create_app().test_client()
page = client.get("/methodology")
assert page.status_code == 200, page.status
text = page.get_data(as_text=True)
sheets = re.findall(r'<link[^>]+href="([^"]+[.]css[^"]*)"', text)
assert "<h1" in text and sheets, text[:500]
for sheet in sheets:
    answer = client.get(sheet)
    assert answer.status_code == 200 and answer.content_type.startswith("text/css"), (sheet, answer.status)
    assert len(answer.get_data()) > 1000
print("served")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a virtual environment that holds the wheel; what it depends on is borrowed from ours."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    # A path file inside a borrowed folder isn't read, so the checkout itself is not borrowed along.
    ours = sysconfig.get_path("purelib")
    theirs = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    Path(theirs, "borrowed.pth").write_text(f"{ours}\n")
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(python), "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    return folder


def run(folder: Path, *command: str) -> str:
    """Run a program of the environment in an empty folder, with its var folder there; return what it printed."""
    place = folder.parent / "place"
    place.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DIRECTORY_", "PYTHON"))}
    environment = {**kept, "DIRECTORY_VAR": str(place / "var")}
    program = [str(folder / "bin" / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_shipped_file_and_nothing_else(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "static", "data"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file():
                assert f"directory/_shipped/{file.relative_to(ROOT)}" in inside
    for file in PACKAGE.glob("migrations/**/*"):
        if file.is_file() and file.suffix in {".py", ".mako"}:
            assert str(file.relative_to(ROOT)) in inside
    tops = {name.split("/")[0] for name in inside}
    assert tops == {"directory", *[top for top in tops if top.endswith(".dist-info")]}
    assert not [name for name in inside if "__pycache__" in name]


def test_an_installed_wheel_migrates_and_serves_from_what_it_carries(installed: Path) -> None:
    run(installed, "directory", "migrate")
    *places, last = run(installed, "python", "-c", SERVE).splitlines()
    assert last == "served"
    assert places
    assert [place for place in places if not place.startswith(str(installed))] == []


def test_the_licence_comes_with_it(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    assert b"GNU AFFERO GENERAL PUBLIC LICENSE" in archive.read(name)
