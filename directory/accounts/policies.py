"""Who an account is to the house: pure predicates over what the guards know of the person."""

from dataclasses import dataclass

from directory.accounts.models import Role


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever is logged in, as far as it decides what they may do.

    `has_second_factor`: whether this log-in session was opened with one.
    """

    id: int
    role: Role
    name: str
    email: str
    has_second_factor: bool = False

    @property
    def actor(self) -> str:
        """How the audit log names them: a number, never who it is."""
        return f"{self.role}:{self.id}"


def is_admin(person: Person | None) -> bool:
    """Whether they hold the admin role; deciding takes the second factor too."""
    return person is not None and person.role is Role.ADMIN


def may_decide(person: Person | None) -> bool:
    """Whether they may open the admin's side and decide."""
    return is_admin(person) and person is not None and person.has_second_factor
