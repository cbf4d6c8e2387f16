"""What a rule is asked about, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from directory.catalogue.schema import Rules
from directory.evidence.metrics import Metric
from directory.evidence.weighing import Weighed, WeighedAnswer, WeighedCertification
from directory.rules.facts import ProviderFacts, ReferenceFacts, SystemFacts


class Outcome(StrEnum):
    """What a rule says."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's outcome and what decided it; a pass always names its evidence."""

    id: str
    outcome: Outcome
    because: tuple[str, ...]

    @property
    def is_pass(self) -> bool:
        """Whether the rule holds."""
        return self.outcome is Outcome.PASS


@dataclass(frozen=True, slots=True)
class WeighedSystem:
    """A system with its figures in force, and the outcomes of Production Experience's rules for it."""

    facts: SystemFacts
    is_live: bool
    figures: Mapping[Metric, Weighed]
    rules: tuple[RuleResult, ...] = ()

    @property
    def passes(self) -> int:
        """How many rules it passes."""
        return sum(result.is_pass for result in self.rules)

    @property
    def levels(self) -> int:
        """The sum of its figures' levels."""
        return sum(figure.level for figure in self.figures.values())

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Sort key, best first: most rules passed, then levels, then volume, then id."""
        volume = self.figures.get(Metric.REQUESTS_PER_DAY)
        return (-self.passes, -self.levels, -int(volume.value) if volume else 0, self.facts.id)


@dataclass(frozen=True, slots=True)
class Case:
    """A provider's weighed facts on a day, and the live systems in question; everything in it is in force."""

    facts: ProviderFacts
    rules: Rules
    on: date
    systems: tuple[WeighedSystem, ...]
    answers: Mapping[str, WeighedAnswer]
    certifications: Mapping[str, WeighedCertification]
    references: tuple[ReferenceFacts, ...]
