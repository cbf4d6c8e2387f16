"""Levels of evidence: how far it carries a figure, an answer or a certification. Never a property of a provider."""

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """From somebody's word to independent sources in agreement."""

    STATED = 0
    DOCUMENTED = 1
    CONFIRMED = 2
    OBSERVED = 3
    CORROBORATED = 4

    @property
    def word(self) -> str:
        """Return the level's name as pages show it."""
        return self.name.lower()


class Source(StrEnum):
    """What kind of thing supports something."""

    DOCUMENT = "document"
    REFERENCE = "reference"
    OBSERVATION = "observation"

    @property
    def level(self) -> Level:
        """Return the level that this source alone gives."""
        return SOURCE_LEVELS[self]


SOURCE_LEVELS = {
    Source.DOCUMENT: Level.DOCUMENTED,
    Source.REFERENCE: Level.CONFIRMED,
    Source.OBSERVATION: Level.OBSERVED,
}
