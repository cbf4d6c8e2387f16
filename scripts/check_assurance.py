"""Check the assurance case: every promise names tests that prove it, and each of them is there and runs.

A promise is a row of a table in `docs/assurance.md` whose second column is headed "proven by". A test is named as
`tests/path.py::test_name`. One that is skipped, or expected to fail, proves nothing: a mark on it, on its module, or a
call of `pytest.skip` or `pytest.importorskip` inside is refused.
"""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = "docs/assurance.md"
HEADING = "proven by"
NAMED = re.compile(r"`([^`]*)`")
NODE = re.compile(r"(tests/[A-Za-z0-9_/]+\.py)::(test_[A-Za-z0-9_]+)")
SILENCED = {"skip", "skipif", "xfail", "importorskip"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def cells(line: str) -> list[str]:
    """Return the cells of a table's row; an empty list for any other line."""
    stripped = line.strip()
    return [cell.strip() for cell in stripped.strip("|").split("|")] if stripped.startswith("|") else []


def promises(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield line number, promise and named tests of every row of every table of promises."""
    is_promises = False
    for number, line in enumerate(text.splitlines(), start=1):
        row = cells(line)
        if len(row) != 2:
            is_promises = is_promises and bool(row)
        elif row[1].lower() == HEADING:
            is_promises = True
        elif is_promises and set(row[0]) - set("-: "):
            yield number, row[0], NAMED.findall(row[1])


def mentions_silence(nodes: list[ast.AST]) -> bool:
    """Whether something in there skips a test or expects it to fail."""
    found = (node for one in nodes for node in ast.walk(one) if isinstance(node, ast.Attribute))
    return any(node.attr in SILENCED and ast.unparse(node.value) in {"pytest", "pytest.mark"} for node in found)


@cache
def module(file: Path) -> ast.Module:
    """Return a test module, parsed once."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def is_silenced_whole(tree: ast.Module) -> bool:
    """Whether a module silences all its tests, by `pytestmark` or by a call outside of any function."""
    outside = [node for node in tree.body if not isinstance(node, Function | ast.ClassDef)]
    return mentions_silence(list(outside))


def fault(root: Path, name: str) -> str:
    """Say what is wrong with a named test; nothing where it is there and runs."""
    matched = NODE.fullmatch(name)
    if matched is None:
        return "isn't the name of a test, which looks like tests/path.py::test_name"
    file = root / matched[1]
    if not file.is_file():
        return "names a file that isn't there"
    tree = module(file)
    tests = [node for node in tree.body if isinstance(node, Function) and node.name == matched[2]]
    if not tests:
        return "isn't there"
    if is_silenced_whole(tree) or mentions_silence(list(tests)):
        return "is skipped, or expected to fail"
    return ""


def problems(root: Path) -> Iterator[str]:
    """Yield a sentence for everything that keeps a promise from being proven."""
    document = root / DOCUMENT
    found = list(promises(document.read_text(encoding="utf-8"))) if document.is_file() else []
    if not found:
        yield f"{DOCUMENT}: there are no promises in it"
    for number, promise, names in found:
        where = f"{DOCUMENT}:{number}"
        if not names:
            yield f"{where}: nothing proves {promise!r}"
        yield from (f"{where}: {name} {wrong}" for name in names if (wrong := fault(root, name)))


def main(arguments: list[str]) -> int:
    """Print every problem of the tree (ours, unless another one is given); return 1 if there is one."""
    found = list(problems(Path(arguments[0]) if arguments else ROOT))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
