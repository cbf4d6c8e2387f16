"""Judges of pages: axe-core for accessibility, the Nu checker for HTML. Both come from package-lock.json."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from directory.core.paths import PACKAGE

TOOLS = PACKAGE.parent / "node_modules"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class ToolMissingError(Exception):
    """A tool that the tests need isn't installed; the message says how to get it."""


def _tool(path: str) -> Path:
    found = TOOLS / path
    if not found.exists():
        msg = f"{found.relative_to(PACKAGE.parent)} is missing: run `make setup`"
        raise ToolMissingError(msg)
    return found


@cache
def _axe_source() -> str:
    return _tool("axe-core/axe.min.js").read_text(encoding="utf-8")


def axe(page: Page) -> list[str]:
    """Return a line for every element that breaks WCAG 2.2 AA or a best practice; empty is good.

    The page must have been opened with JavaScript: without it axe would wait for ever.
    """
    page.evaluate(_axe_source())  # not as a script element, which the page's own policy would refuse
    options = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {' '.join(map(str, node['target']))}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def vnu(pages: Mapping[str, str]) -> list[str]:
    """Return a line for every error in pages of HTML, by name; warnings are listed too, marked as such.

    All pages are checked in one run: starting Java takes longer than checking a hundred of them.
    """
    java = shutil.which("java")
    if java is None:
        msg = (
            "Java is missing, which the HTML checker needs: run `make test`, or `apt-get install default-jre-headless`"
        )
        raise ToolMissingError(msg)
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for number, (name, html) in enumerate(pages.items()):
            file = Path(folder) / f"{number}.html"
            file.write_text(html, encoding="utf-8")
            names[file.as_uri()] = name
        command = [java, "-jar", str(_tool("vnu-jar/build/dist/vnu.jar")), "--format", "json", "--exit-zero-always"]
        # It would guess a page's language by drawing lots, and entries speak many: axe looks at `lang`.
        command.append("--no-langdetect")
        done = subprocess.run([*command, folder], capture_output=True, text=True, check=True, timeout=300)
    messages = json.loads(done.stderr)["messages"]
    return [_line(message, names) for message in messages if message["type"] != "info" or "subType" in message]


def _line(message: dict[str, str], names: Mapping[str, str]) -> str:
    kind = "warning" if message.get("subType") == "warning" else "error"
    name = names.get(message.get("url", "").replace("file:/", "file:///", 1).replace("file://///", "file:///"), "?")
    where = f"{name}:{message.get('lastLine', '?')}"
    return f"{kind}: {where}: {message['message']} {message.get('extract', '').strip()!r}"


def errors(lines: list[str]) -> list[str]:
    """Return only the errors of what `vnu` found."""
    return [line for line in lines if line.startswith("error")]
