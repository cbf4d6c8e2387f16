"""What a badge shows: the tier in force today, that one has expired, or how far the best figure is carried."""

from dataclasses import dataclass
from datetime import date

from directory.catalogue.services import Catalogue
from directory.evidence.levels import Level
from directory.evidence.metrics import Metric
from directory.evidence.wording import day
from directory.rules.case import Outcome
from directory.rules.evaluator import TierName, Verdicts
from directory.rules.lapsing import lapsed

BRAND = "Find the Makers"
BOLD, PLAIN = 7.4, 6.6
"""How wide a letter is on average, in pixels: a badge can't measure its reader's font, so its text is fitted to it."""
LEFT, RIGHT = 32, 12
DECIDING = (Metric.REQUESTS_PER_DAY, Metric.UPTIME_PERCENT)
"""The metrics whose level a tier rests on; the badge shows the lower of the two."""


@dataclass(frozen=True, slots=True)
class Badge:
    """One badge: what was reached, what carries it, and the mark of that level (None: nothing in force)."""

    text: str
    word: str
    level: Level | None
    is_met: bool
    is_demo: bool = False

    @property
    def rest(self) -> str:
        """What follows the text."""
        parts = (self.word, BRAND, "demonstration" if self.is_demo else "")
        return " · ".join(part for part in parts if part)

    @property
    def words(self) -> str:
        """The whole badge for whoever can't see it."""
        told = f"{BRAND}: {self.text}" + (f", {self.word}" if self.word else "")
        return f"{told}. A demonstration entry: this firm is made up." if self.is_demo else told

    @property
    def text_width(self) -> int:
        """How wide the text is made."""
        return round(len(self.text) * BOLD + (len(self.rest) + 1) * PLAIN)

    @property
    def width(self) -> int:
        """How wide the badge is."""
        return LEFT + self.text_width + RIGHT


def badge_of(verdicts: Verdicts, catalogue: Catalogue, *, is_demo: bool) -> Badge:
    """Return the badge of a provider on the day of its verdicts."""
    names: dict[str, str] = {tier.id: tier.name for tier in catalogue.rules.production.tiers}
    enterprise = catalogue.rules.enterprise.name if verdicts.enterprise_outcome is Outcome.PASS else ""
    if verdicts.tier is not None:
        return _reached(names[verdicts.tier], enterprise, _carried(verdicts), is_demo=is_demo)
    if enterprise:
        return _reached("", enterprise, _best(verdicts), is_demo=is_demo)
    before = lapsed(verdicts.facts, catalogue.rules, verdicts.on)
    if before is not None:
        return _expired(names[before[0]], before[1], is_demo=is_demo)
    return _unproven(_best(verdicts), is_demo=is_demo)


def _reached(tier: str, enterprise: str, level: Level | None, *, is_demo: bool) -> Badge:
    text = " · ".join(filter(None, (tier, enterprise)))
    return Badge(text, level.word if level is not None else "", level, is_met=True, is_demo=is_demo)


def _expired(tier: str, on: date, *, is_demo: bool) -> Badge:
    return Badge(f"{tier}: expired", f"on {day(on)}", None, is_met=False, is_demo=is_demo)


def _unproven(level: Level | None, *, is_demo: bool) -> Badge:
    word = "no figure in force" if level is None else f"figures {level.word}"
    return Badge("Not proven in production", word, level, is_met=False, is_demo=is_demo)


def _carried(verdicts: Verdicts) -> Level | None:
    figures = verdicts.system.figures if verdicts.system else {}
    return min((figures[metric].level for metric in DECIDING if metric in figures), default=None)


def _best(verdicts: Verdicts) -> Level | None:
    levels = (figure.level for system in verdicts.live_systems for figure in system.figures.values())
    return max(levels, default=None)


def samples(catalogue: Catalogue, on: date) -> tuple[tuple[str, Badge], ...]:
    """Return every state that a badge may have, each with what it means."""
    names: dict[str, str] = {tier.id: tier.name for tier in catalogue.rules.production.tiers}
    low, high = names[TierName.IN_PRODUCTION], names[TierName.AT_SCALE]
    enterprise = catalogue.rules.enterprise.name
    return (
        (f"{low}: the mark is the level of volume and uptime, the lower of the two", _sample(low, "", 2)),
        (f"{high}", _sample(high, "", 3)),
        (f"{high}, and every rule of {enterprise}", _sample(high, enterprise, 4)),
        (f"{enterprise} alone", _sample("", enterprise, 2)),
        ("No tier: the mark is the level of the best figure", _unproven(Level.STATED, is_demo=False)),
        ("No tier, with a document", _unproven(Level.DOCUMENTED, is_demo=False)),
        ("A tier that was reached and has expired", _expired(low, on, is_demo=False)),
        ("Nothing in force", _unproven(None, is_demo=False)),
        ("A demonstration entry says so", _reached(low, "", Level.CONFIRMED, is_demo=True)),
    )


def _sample(tier: str, enterprise: str, level: int) -> Badge:
    return _reached(tier, enterprise, Level(level), is_demo=False)
