"""Prints the newest results as Markdown: `python -m bench.tables`."""

import json
from pathlib import Path
from typing import Any

from bench.report import HEADINGS, RESULTS, Row


def markdown(measured: dict[str, Any]) -> str:
    """Return one benchmark's results as a heading, a table and its remarks."""
    lines = [f"### {measured['title']}", "", f"{measured['at']}, Python {measured['python']}", ""]
    lines += [f"| {' | '.join(HEADINGS)} |", f"|{'---|' * len(HEADINGS)}"]
    for row in measured["rows"]:
        fields = {name: value for name, value in row.items() if name != "verdict"}
        lines.append(f"| {' | '.join(Row(**fields).cells)} |")
    lines += ["", *(f"- {note}" for note in measured["notes"])]
    return "\n".join(lines).rstrip() + "\n"


def main(folder: Path = RESULTS) -> None:
    """Print every benchmark's newest results."""
    for file in sorted(folder.glob("*.json")):
        print(markdown(json.loads(file.read_text("utf-8"))))


if __name__ == "__main__":
    main()
