"""What came of an entry: how often it was seen, month by month, as a table and as bars."""

from dataclasses import dataclass
from datetime import date

from flask import render_template

from directory.providers.membership import ReachKind
from directory.providers.models import Provider
from directory.providers.reach import Month, months
from directory.web.identity import entry
from directory.web.session import reader, today

LABELS = {
    ReachKind.VIEW: "Views",
    ReachKind.SEARCH: "In search",
    ReachKind.COMPARISON: "In comparisons",
    ReachKind.INTRODUCTION: "Introductions",
}
MEANINGS = {
    ReachKind.VIEW: "somebody opened the entry’s page",
    ReachKind.SEARCH: "a page of results listed it, or the API did",
    ReachKind.COMPARISON: "it stood in a comparison that somebody opened",
    ReachKind.INTRODUCTION: "somebody asked to be introduced",
}
HEIGHT, STEP = 60, 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One month's bar, in the units of its picture; `title` says it in words."""

    x: int
    y: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars of one way to be seen, oldest first; `summary` says in words what they show."""

    label: str
    meaning: str
    total: int
    bars: tuple[Bar, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class ReachPage:
    """The last twelve months of an entry, newest first."""

    provider: Provider
    months: list[Month]
    charts: tuple[Chart, ...]
    labels: dict[ReachKind, str]
    width: int
    height: int


def show(slug: str) -> str:
    """Show the last twelve months."""
    provider = entry(slug).provider
    listed = months(reader(), provider.id, today())
    charts = tuple(chart(kind, listed) for kind in ReachKind)
    page = ReachPage(provider, listed, charts, LABELS, STEP * len(listed), HEIGHT)
    return render_template("vendor/reach.html", page=page, slug=slug)


def month_name(first: date) -> str:
    """Return a month in words: Nov 2026."""
    return f"{first:%b %Y}"


def chart(kind: ReachKind, listed: list[Month]) -> Chart:
    """Return the bars of one way: the highest month fills the picture, every month with anything can be seen."""
    counts = [(month.month_on, month.counts[kind]) for month in reversed(listed)]
    most = max(count for _, count in counts)
    heights = [0.0 if not count else max(2.0, round(HEIGHT * count / most, 1)) for _, count in counts]
    bars = tuple(
        Bar(place * STEP, HEIGHT - height, height, f"{month_name(first)}: {count:,}")
        for place, ((first, count), height) in enumerate(zip(counts, heights, strict=True))
    )
    total = sum(count for _, count in counts)
    best = max(counts, key=lambda one: one[1])
    most_in = f"; most in {month_name(best[0])}, {best[1]:,}" if best[1] else ""
    summary = f"{LABELS[kind]}: {total:,} in twelve months{most_in}."
    return Chart(LABELS[kind], MEANINGS[kind], total, bars, summary)
