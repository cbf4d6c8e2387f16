"""What is wrong with a line: which field, and why, in words for the person who wrote it."""

from dataclasses import dataclass, field

from directory.core.errors import DomainError

MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` names the field, as in `systems[0].figures.uptime_percent.value`; empty for the line as a whole."""

    path: str
    reason: str

    def __str__(self) -> str:
        """Return both, fit for printing wherever the text came from."""
        text = f"{self.path}: {self.reason}" if self.path else self.reason
        return "".join(_printable(character) for character in text)


class LineError(DomainError):
    """A line can't be taken; `problems` says why."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems; there is at least one."""
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


@dataclass(slots=True)
class Problems:
    """The problems found in one line so far: the first of each field, up to twenty."""

    found: dict[str, Problem] = field(default_factory=dict)

    def add(self, path: str, reason: str) -> None:
        """Write one down, unless the field, or what it is part of, has one already."""
        is_known = any(path == bad or path.startswith((f"{bad}.", f"{bad}[")) for bad in self.found)
        if not is_known and len(self.found) < MAX_PROBLEMS:
            self.found[path] = Problem(path, reason)

    def raise_any(self) -> None:
        """Raise `LineError` if there are any."""
        if self.found:
            raise LineError(*self.found.values())


def shown(value: str, longest: int = 60) -> str:
    """Return a value as it can be quoted in a reason: cut short."""
    cut = value if len(value) <= longest else value[: longest - 1] + "…"
    return f"“{cut}”"


def _printable(character: str) -> str:
    return character if character.isprintable() else f"\\u{ord(character):04x}"
