"""Which entries somebody was told of because they typed their domain: kept in their own cookie, while logged in."""

from flask import session

KEPT_AS = "typed"
MOST = 10


def remember(provider_id: int) -> None:
    """Keep that somebody knows of an entry that isn't public."""
    session[KEPT_AS] = [*(one for one in _numbers() if one != provider_id), provider_id][-MOST:]


def is_known(provider_id: int) -> bool:
    """Whether somebody typed the domain of this entry."""
    return provider_id in _numbers()


def _numbers() -> list[int]:
    found = session.get(KEPT_AS, [])
    return found if isinstance(found, list) else []
