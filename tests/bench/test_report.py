"""What benchmarks say: verdicts, growth from one size to the next, and the tables as Markdown."""

from dataclasses import asdict

import pytest

from bench.report import Row, growth
from bench.tables import markdown


@pytest.mark.parametrize(("ratio", "goal", "verdict"), [(2.0, 2.0, "met"), (1.99, 2.0, "not yet"), (0.1, 0.0, "")])
def test_a_goal_is_met_or_not(ratio: float, goal: float, verdict: str) -> None:
    assert Row("all counts", "1 ms", "2 ms", ratio, goal).verdict == verdict


def test_results_become_a_table() -> None:
    row = Row("all counts", "1.00 ms", "2,345 ms", 2345.0, 3000, "Whoosh", 1.0)
    measured = {
        "title": "Search core",
        "at": "2026-11-23T10:00:00+00:00",
        "python": "3.11.2",
        "rows": [asdict(row) | {"verdict": row.verdict}],
        "notes": ["nothing else ran"],
    }
    assert markdown(measured) == (
        "### Search core\n"
        "\n"
        "2026-11-23T10:00:00+00:00, Python 3.11.2\n"
        "\n"
        "| what | ours | peer | theirs | ratio | goal |  |\n"
        "|---|---|---|---|---|---|---|\n"
        "| all counts | 1.00 ms | Whoosh | 2,345 ms | 2,345 | 3,000 | not yet |\n"
        "\n"
        "- nothing else ran\n"
    )


def test_several_peers_stand_side_by_side() -> None:
    rows = [
        Row("ranges", "1.00 ms", "8.00 ms", 8.0, 8, "tantivy"),
        Row("ranges", "1.01 ms", "90 ms", 89.1, 0, "SQLite"),
        Row("counts", "1.00 ms", "30 ms", 30.0, 0, "SQLite"),
    ]
    measured = {"title": "Core", "at": "", "python": "", "rows": [asdict(row) for row in rows], "notes": []}
    assert markdown(measured).splitlines()[4:] == [
        "| what | ours | tantivy | SQLite |",
        "|---|---|---|---|",
        "| ranges | 1.00 ms | 8.00 ms, **8 times**; goal 8: met | 90 ms, **89.1 times** |",
        "",
        "| what | ours | peer | theirs | ratio | goal |  |",
        "|---|---|---|---|---|---|---|",
        "| counts | 1.00 ms | SQLite | 30 ms | 30 |  |  |",
    ]


def test_growth_compares_ours_with_itself() -> None:
    def row(size: str, peer: str, milliseconds: float) -> Row:
        return Row(f"{size}: ranges", "", "", 1, peer=peer, milliseconds=milliseconds)

    rows = [row("1,000", "tantivy", 1), row("1,000", "SQLite", 3), row("10,000", "tantivy", 8)]
    found = list(growth(rows, [1_000, 10_000], ["ranges", "a kind that nobody measured"]))
    assert [(one.what, one.peer, one.ours, one.theirs, one.ratio) for one in found] == [
        ("1,000 → 10,000: ranges", "ours at 1,000", "8.00 ms", "2.00 ms", 0.25)
    ]
