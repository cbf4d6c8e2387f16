"""The house rules that no linter knows: who may commit, how long things are, what they are called, who imports what."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from directory.core.paths import PACKAGE

ROOT = PACKAGE.parent
MODULES = sorted(file for file in PACKAGE.rglob("*.py") if "versions" not in file.parts)
NAMES = {str(file.relative_to(ROOT)): file for file in MODULES}

MAY_COMMIT = ("directory/core/db.py", "directory/web/session.py", "directory/commands/", "directory/jobs/")
"""Where transactions begin and end; everybody else works inside one that is handed over."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions of more than 50 lines, as `path:name`, each with the reason."""

LONG_MODULES: dict[str, str] = {
    "directory/catalogue/schema.py": "one declaration after another: what the three data files may hold",
}
"""Modules of more than 300 lines, each with the reason."""

MAX_FUNCTION, MAX_MODULE, USUAL_FUNCTION = 50, 300, 12
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "misc", "common", "stuff"}
HTTP = {"flask", "werkzeug", "wtforms", "flask_wtf", "flask_limiter", "flask_compress", "flask_login", "flask_security"}
MAY_HTTP = {"web", "app", "commands"}


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function after its docstring."""
    body = node.body
    has_docstring = ast.get_docstring(node) is not None
    start = body[1].lineno if has_docstring and len(body) > 1 else body[0].lineno
    return (node.end_lineno or start) - start + 1


def commits(tree: ast.AST) -> list[int]:
    """Return the lines that commit: `.commit()`, `.begin()` on a session, `Database.writing()`.

    A `writer` is the search index's own, and has nothing to do with the database.
    """
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    ends = [call for call in calls if isinstance(call, ast.Attribute) and call.attr in {"commit", "writing", "begin"}]
    ends = [call for call in ends if ast.unparse(call) != "writer.commit"]
    return [call.lineno for call in ends if call.attr != "begin" or "session" in ast.unparse(call)]


def imported(tree: ast.AST) -> set[str]:
    """Return the top-level names of everything that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


def part_of(name: str) -> str:
    """Return the package below `directory`, or the module's own name when it lies on top."""
    return name.split("/")[1].removesuffix(".py")


@pytest.mark.parametrize("name", NAMES)
def test_only_the_edges_commit(name: str) -> None:
    if not name.startswith(MAY_COMMIT):
        assert commits(tree_of(NAMES[name])) == []


def test_a_commit_is_recognised() -> None:
    source = "session.commit()\nwith database.writing() as s: pass\nwith session.begin(): pass\nlog.begin()"
    assert commits(ast.parse(source)) == [1, 2, 3]


@pytest.mark.parametrize("name", NAMES)
def test_http_is_known_only_where_it_belongs(name: str) -> None:
    if part_of(name) not in MAY_HTTP:
        assert imported(tree_of(NAMES[name])) & HTTP == set()


@pytest.mark.parametrize("name", NAMES)
def test_whoosh_is_known_only_to_search(name: str) -> None:
    if part_of(name) != "search":
        assert "whoosh" not in imported(tree_of(NAMES[name]))


def test_templates_are_filled_by_pages_and_letters_only() -> None:
    users = {name for name, file in NAMES.items() if "jinja2" in imported(tree_of(file))}
    assert {name for name in users if part_of(name) not in MAY_HTTP} == {"directory/jobs/letters.py"}


def test_only_the_clock_reads_the_clock() -> None:
    readers = re.compile(r"\b(?:datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    found = [name for name, file in NAMES.items() if readers.search(file.read_text(encoding="utf-8"))]
    assert found == ["directory/core/clock.py"]


def test_modules_are_short() -> None:
    long = {name for name, file in NAMES.items() if len(file.read_text(encoding="utf-8").splitlines()) > MAX_MODULE}
    assert long == set(LONG_MODULES), "shorten it, or give the reason in LONG_MODULES"


def test_functions_are_short() -> None:
    lengths = {
        f"{name}:{node.name}": lines_of(node) for name, file in NAMES.items() for node in functions(tree_of(file))
    }
    long = {name for name, length in lengths.items() if length > MAX_FUNCTION}
    assert long == set(LONG_FUNCTIONS), "shorten it, or give the reason in LONG_FUNCTIONS"
    assert median(lengths.values()) <= USUAL_FUNCTION


def test_names_say_something() -> None:
    named = {name: set(name.removesuffix(".py").split("/")) for name in NAMES}
    assert {name: parts & SAYS_NOTHING for name, parts in named.items() if parts & SAYS_NOTHING} == {}


def test_every_package_has_a_charter_and_nothing_else_in_its_init() -> None:
    for name, file in NAMES.items():
        if file.name != "__init__.py":
            continue
        tree = tree_of(file)
        assert ast.get_docstring(tree), f"{name} has no charter"
        if name != "directory/commands/__init__.py":
            assert len(tree.body) == 1, f"{name} holds more than its charter"


def test_every_folder_with_code_is_a_package() -> None:
    folders = {file.parent for file in MODULES}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def _contracts() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in project["tool"]["importlinter"]["contracts"]}


def _parts() -> set[str]:
    return {part_of(name) for name in NAMES} - {"__init__"}


def test_the_import_contracts_speak_of_every_part() -> None:
    contracts = _contracts()
    layers = contracts["Imports run one way"]["layers"]
    assert {part.strip() for layer in layers for part in layer.split("|")} == _parts()
    below_http = {f"directory.{part}" for part in _parts() - MAY_HTTP - {"__main__", "migrations"}}
    assert set(contracts["HTTP is known only to web, app and commands"]["source_modules"]) == below_http
    not_search = {f"directory.{part}" for part in _parts() - {"search", "__main__", "migrations"}}
    assert set(contracts["Whoosh is known only to search"]["source_modules"]) == not_search
    packages = {f"directory.web.{folder.parent.name}" for folder in PACKAGE.glob("web/*/__init__.py")}
    readers = packages - {"directory.web.profile"}  # shared by readers, and knows none of them
    assert set(contracts["What readers share knows none of them"]["forbidden_modules"]) == readers
    assert set(contracts["Readers' packages know nothing of each other"]["modules"]) == readers


def test_the_map_names_every_part_of_the_house() -> None:
    drawn = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [part for part in sorted(_parts()) if f"{part}/" not in drawn and f"{part}.py" not in drawn] == []
