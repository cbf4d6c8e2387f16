"""Errors that the product itself raises; each says what to tell the person who caused it."""


class DomainError(Exception):
    """Something the caller asked for can't be done; the message is fit for the person who asked."""


class InvalidInputError(DomainError):
    """A value is not acceptable.

    `field` names what was typed, as the person knows it (a parameter, a key of a file).
    """

    def __init__(self, field: str, message: str) -> None:
        """Keep the field beside the message, so that a page can show the one at the other."""
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class NotFoundError(DomainError):
    """The thing asked for isn't there, or isn't there for this reader."""


class ConflictError(DomainError):
    """Somebody else changed the thing meanwhile."""


class UnavailableError(DomainError):
    """A part that this needs isn't able to answer now; trying again later makes sense."""


class ForbiddenError(DomainError):
    """Whoever asks may not do this, whatever they send."""
