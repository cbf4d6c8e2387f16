"""Prints the newest results as Markdown: `python -m bench.tables`."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.report import HEADINGS, RESULTS, Row


def _ratio(row: Row) -> str:
    """Return a peer's cell: what it took, how many times as much that is, and the goal with its verdict."""
    goal = f"; goal {row.goal:,g}: {row.verdict}" if row.goal else ""
    return f"{row.theirs}, **{row.ratio_text} times**{goal}"


def side_by_side(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a table with a column for each peer, for what has several."""
    peers = list(dict.fromkeys(row.peer for row in rows))
    yield f"| what | ours | {' | '.join(peers)} |"
    yield "|---" * (2 + len(peers)) + "|"
    for what in dict.fromkeys(row.what for row in rows):
        by_peer = {row.peer: row for row in rows if row.what == what}
        cells = [_ratio(by_peer[peer]) if peer in by_peer else "" for peer in peers]
        yield f"| {what} | {next(iter(by_peer.values())).ours} | {' | '.join(cells)} |"


def one_by_one(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a table with a line for each row."""
    yield f"| {' | '.join(HEADINGS)} |"
    yield "|---" * len(HEADINGS) + "|"
    for row in rows:
        yield f"| {' | '.join(row.cells)} |"


def markdown(measured: dict[str, Any]) -> str:
    """Return one benchmark's results as a heading, its tables and its remarks."""
    rows = [Row(**{name: value for name, value in row.items() if name != "verdict"}) for row in measured["rows"]]
    wide = {row.what for row in rows if len({other.peer for other in rows if other.what == row.what}) > 1}
    lines = [f"### {measured['title']}", "", f"{measured['at']}, Python {measured['python']}"]
    for kind, shown in ((side_by_side, True), (one_by_one, False)):
        some = [row for row in rows if (row.what in wide) is shown]
        if some:
            lines += ["", *kind(some)]
    lines += ["", *(f"- {note}" for note in measured["notes"])]
    return "\n".join(lines).rstrip() + "\n"


def main(folder: Path = RESULTS) -> None:
    """Print every benchmark's newest results."""
    for file in sorted(folder.glob("*.json")):
        print(markdown(json.loads(file.read_text("utf-8"))))


if __name__ == "__main__":
    main()
