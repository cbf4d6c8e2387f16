"""The check of the assurance case finds a promise that nothing proves."""

import subprocess
import sys
from pathlib import Path

import pytest

from directory.core.paths import PACKAGE

SCRIPT = PACKAGE.parent / "scripts" / "check_assurance.py"
HEAD = "# Promises\n\n| promise | proven by |\n|---|---|\n"
GOOD = "import pytest\n\n\n@pytest.mark.parametrize('x', [1])\ndef test_it(x: int) -> None:\n    assert x\n"
NAMED = "`tests/test_a.py::test_it`"


def check(root: Path, promises: str, test: str = GOOD) -> tuple[int, str]:
    """Run the check over a tree with these promises and one module of tests; return status and words."""
    (root / "docs").mkdir()
    (root / "tests").mkdir()
    (root / "docs" / "assurance.md").write_text(promises)
    (root / "tests" / "test_a.py").write_text(test)
    done = subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_the_promises_of_this_tree_are_proven() -> None:
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_promise_with_a_test_that_runs_is_proven(tmp_path: Path) -> None:
    promises = f"{HEAD}| Nobody gets in | {NAMED} |\n\nMore words.\n\n| chapter | where |\n|---|---|\n| V1 | above |\n"
    assert check(tmp_path, promises) == (0, "")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("| Nobody gets in | |", "nothing proves 'Nobody gets in'"),
        ("| Nobody gets in | we are careful |", "nothing proves"),
        ("| Nobody gets in | `tests/test_a.py::test_other` |", "tests/test_a.py::test_other isn't there"),
        ("| Nobody gets in | `tests/test_b.py::test_it` |", "names a file that isn't there"),
        ("| Nobody gets in | `tests/test_a.py` |", "isn't the name of a test"),
        (f"| Nobody gets in | {NAMED}, `elsewhere` |", "elsewhere isn't the name of a test"),
        ("", "there are no promises"),
    ],
)
def test_a_promise_without_a_test_is_told(tmp_path: Path, row: str, says: str) -> None:
    status, words = check(tmp_path, f"{HEAD}{row}\n")
    assert (status, says in words) == (1, True), words


@pytest.mark.parametrize(
    "test",
    [
        GOOD.replace("@pytest.mark.parametrize('x', [1])", "@pytest.mark.skip"),
        GOOD.replace("@pytest.mark", "@pytest.mark.xfail(strict=True)\n@pytest.mark"),
        GOOD.replace("@pytest.mark", "@pytest.mark.skipif(True, reason='no')\n@pytest.mark"),
        GOOD.replace("[1]", "[pytest.param(1, marks=pytest.mark.xfail)]"),
        GOOD.replace("    assert x", "    pytest.skip('not today')"),
        GOOD.replace("    assert x", "    pytest.importorskip('antigravity')"),
        GOOD.replace("import pytest\n", "import pytest\n\npytestmark = [pytest.mark.skip]\n"),
        GOOD.replace("import pytest\n", "import pytest\n\nredis = pytest.importorskip('redis')\n"),
    ],
)
def test_a_test_that_does_not_run_proves_nothing(tmp_path: Path, test: str) -> None:
    status, words = check(tmp_path, f"{HEAD}| Nobody gets in | {NAMED} |\n", test)
    assert (status, "is skipped, or expected to fail" in words) == (1, True), words


def test_a_skipped_neighbour_harms_nobody(tmp_path: Path) -> None:
    test = f"{GOOD}\n\n@pytest.mark.skip\ndef test_other() -> None: ...\n"
    assert check(tmp_path, f"{HEAD}| Nobody gets in | {NAMED} |\n", test) == (0, "")
