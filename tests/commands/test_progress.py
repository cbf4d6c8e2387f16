"""Progress: plain lines where there is no terminal, a bar where there is one."""

import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from rich.console import Console

from directory.commands.context import Context
from directory.commands.progress import shown

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_work_that_takes_a_while_says_so_every_few_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    context = Context(console=Console(file=io.StringIO(), force_terminal=False))
    with time_machine.travel(NOW, tick=False) as traveller, shown(context) as told:
        for done in range(10):
            told("indexing", done * 1_000, 9_000)
            traveller.shift(timedelta(seconds=1))
        told("reading", 12, 0)
    assert capsys.readouterr().err.splitlines() == [
        "indexing: 3,000 of 9,000",
        "indexing: 6,000 of 9,000",
        "indexing: 9,000 of 9,000",
    ]


def test_a_terminal_gets_a_bar_that_goes_away_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    screen = io.StringIO()
    context = Context(console=Console(file=screen, force_terminal=True, width=80))
    with shown(context) as told:
        told("indexing", 4_500, 9_000)
        told("indexing", 9_000, 9_000)
    assert "indexing" in screen.getvalue()
    assert "9000/9000" in screen.getvalue()
    assert capsys.readouterr().err == ""
