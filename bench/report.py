"""How benchmarks report: a table for people, a JSON file for comparison. Times are in milliseconds."""

import json
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement beside its peer's. `goal` is the ratio to reach, 0 where none is set yet."""

    what: str
    ours: str
    theirs: str
    ratio: float
    goal: float = 0.0

    @property
    def verdict(self) -> str:
        """Whether the goal is met."""
        if not self.goal:
            return ""
        return "met" if self.ratio >= self.goal else "not yet"


def publish(name: str, title: str, rows: list[Row], notes: list[str]) -> None:
    """Print the rows as a table and write them to `bench/results/<name>.json`."""
    table = Table(title=title)
    for heading in ("what", "ours", "peer", "ratio", "goal", ""):
        table.add_column(heading, justify="left" if heading in ("what", "") else "right")
    for row in rows:
        table.add_row(
            row.what, row.ours, row.theirs, f"{row.ratio:.3g}", f"{row.goal:g}" if row.goal else "", row.verdict
        )
    console = Console(width=120)
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
