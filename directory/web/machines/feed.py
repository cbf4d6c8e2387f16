"""The feed of what is new: the providers that changed or were verified last, as Atom (RFC 4287)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from directory.evidence.metrics import Metric
from directory.evidence.wording import quantity
from directory.rules.case import WeighedSystem
from directory.rules.evaluator import Verdicts
from directory.rules.queries import load_verdicts
from directory.web.for_all import same_for_all
from directory.web.machines.plain import absolute, answer, xml_text
from directory.web.machines.readings import Listed, newest
from directory.web.session import catalogue, reader, services, today

MOST_ENTRIES = 50
TAG_YEAR = 2026
"""The year that ids are minted under (RFC 4151); it stays, whatever year it is."""
DEMO = "Demonstration entry"


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One provider in the feed; `id` stays the same for good, moments are RFC 3339."""

    id: str
    title: str
    address: str
    published: str
    updated: str
    summary: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Feed:
    """The whole feed. `updated` is its newest entry's, so that the same content is the same file."""

    id: str
    updated: str
    address: str
    page: str
    entries: tuple[FeedEntry, ...]


def feed() -> ResponseReturnValue:
    """Answer with the feed."""
    return same_for_all("/feed.atom", _file)


def _file() -> Response:
    listed = newest(reader(), MOST_ENTRIES)
    verdicts = load_verdicts(reader(), [one.id for one in listed], catalogue(), today())
    beginning = datetime.combine(catalogue().rules.published_on, time(), UTC)
    page = Feed(
        id=tag("feed"),
        updated=moment(max((one.changed_at for one in listed), default=beginning)),
        address=absolute("/feed.atom"),
        page=absolute("/"),
        entries=tuple(_entry(one, verdicts[one.id]) for one in listed),
    )
    return answer(render_template("machines/feed.xml", feed=page), "application/atom+xml")


def tag(name: str) -> str:
    """Return a tag URI: an id that doesn't change when addresses do."""
    host = urlsplit(services().settings.base_url).hostname or "localhost"
    return f"tag:{host},{TAG_YEAR}:{name}"


def moment(value: datetime) -> str:
    """Return a moment as RFC 3339 in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _entry(listed: Listed, verdicts: Verdicts) -> FeedEntry:
    return FeedEntry(
        id=tag(f"provider:{listed.slug}"),
        title=xml_text(f"{DEMO}: {listed.name}" if listed.is_demo else listed.name),
        address=absolute(f"/providers/{listed.slug}"),
        published=moment(listed.published_at),
        updated=moment(listed.changed_at),
        summary=xml_text(_summary(listed, verdicts)),
        is_demo=listed.is_demo,
    )


def _summary(listed: Listed, verdicts: Verdicts) -> str:
    tiers = {tier.id: tier.name for tier in catalogue().rules.production.tiers}
    verdict = tiers[verdicts.tier.value] if verdicts.tier else "Not proven here yet"
    parts = [f"{DEMO}: this firm is made up." if listed.is_demo else "", listed.summary, f"{verdict}."]
    best = next(iter(verdicts.live_systems), None)
    return " ".join(part for part in (*parts, figures_text(best) if best else "") if part)


def figures_text(system: WeighedSystem) -> str:
    """Return a system's figures in force with their levels: Claims desk: 48,200/day, confirmed; 99.96 %, stated."""
    found = [system.figures[metric] for metric in Metric if metric in system.figures]
    written = [f"{quantity(one.facts.metric, one.value, one.coverage)}, {one.level.word}" for one in found]
    return f"{system.facts.name}: {'; '.join(written)}." if written else ""
