"""How benchmarks report: a table for people, a JSON file for comparison. Times are in milliseconds."""

import json
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise, product
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement beside its peer's. `goal` is the ratio to reach, 0 where none is set.

    `milliseconds` are ours, where it is a time, for whoever compares rows.
    """

    what: str
    ours: str
    theirs: str
    ratio: float
    goal: float = 0.0
    peer: str = ""
    milliseconds: float = 0.0

    @property
    def verdict(self) -> str:
        """Whether the goal is met."""
        if not self.goal:
            return ""
        return "met" if self.ratio >= self.goal else "not yet"

    @property
    def ratio_text(self) -> str:
        """The ratio as tables show it."""
        return f"{self.ratio:,.0f}" if self.ratio >= 100 else f"{self.ratio:.3g}"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as tables show it, by HEADINGS."""
        goal = f"{self.goal:,g}" if self.goal else ""
        return (self.what, self.ours, self.peer, self.theirs, self.ratio_text, goal, self.verdict)


HEADINGS = ("what", "ours", "peer", "theirs", "ratio", "goal", "")


def milliseconds(value: float) -> str:
    """Return milliseconds as tables show them."""
    return f"{value:.2f} ms" if value < 10 else f"{value:,.0f} ms"


def growth(rows: Sequence[Row], sizes: Sequence[int], kinds: Iterable[str]) -> Iterator[Row]:
    """Yield how ours grows from one size to the next: the peer is ours with fewer providers."""
    for (before, after), kind in product(pairwise(sizes), kinds):
        old, new = ([row.milliseconds for row in rows if row.what == f"{size:,}: {kind}"] for size in (before, after))
        if old and new:
            was, now = median(old), median(new)
            what, peer = f"{before:,} → {after:,}: {kind}", f"ours at {before:,}"
            yield Row(what, milliseconds(now), milliseconds(was), was / now, peer=peer, milliseconds=now)


def publish(name: str, title: str, rows: list[Row], notes: list[str]) -> None:
    """Print the rows as a table and write them to `bench/results/<name>.json`."""
    table = Table(title=title)
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in ("what", "peer", "") else "right")
    for row in rows:
        table.add_row(*row.cells)
    console = Console(width=140)
    if rows:
        console.print(table)
    for note in notes:
        console.print(note)
    RESULTS.mkdir(exist_ok=True)
    measured = {
        "title": title,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "rows": [asdict(row) | {"verdict": row.verdict} for row in rows],
        "notes": notes,
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(measured, indent=2, ensure_ascii=False) + "\n")
