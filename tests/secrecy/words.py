"""The private words of the scene, and who may see which."""

import re

from sqlalchemy import select

from directory.core.db import Base, Database
from tests.scene import CANARY
from tests.secrecy.columns import Audience, audience_of

WORD = re.compile(rf"{CANARY}-[a-z0-9_-]*[a-z0-9]", re.IGNORECASE)
MEMBERS = ("owner", "editor", "admin who is a member")
OWN_NAMES = {
    "buyer": ("buyer",),
    "owner": ("owner",),
    "editor": ("editor",),
    "stranger": ("stranger",),
    "admin without second factor": ("admin",),
    "admin": ("admin",),
    "admin who is a member": ("admin_member",),
}
TEAMS = {
    "the-provider": ("owner", "editor", "admin who is a member"),
    "the-other": ("stranger",),
}
COLLEAGUES = {
    **dict.fromkeys(TEAMS["the-provider"], ("owner", "editor", "admin_member", "colleague-the-provider")),
    "stranger": ("stranger", "colleague-the-other"),
}
ADMINS = ("admin", "admin who is a member")


def private_words(database: Database) -> list[tuple[str, str, str]]:
    """Return every private word that is stored, as (table, column, word)."""
    found = []
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if audience_of(table.name, column.name) is Audience.ANYBODY:
                    continue
                values = session.execute(select(column)).scalars()
                words = {word for value in values for word in WORD.findall(_text(value))}
                found += [(table.name, column.name, word) for word in sorted(words)]
    return found


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _is_of(word: str, names: tuple[str, ...]) -> bool:
    return any(re.search(rf"of-{re.escape(name)}(?:-invited|$)", word) for name in names)


def _is_team(word: str, role: str) -> bool:
    return any(word.endswith(slug) and role in team for slug, team in TEAMS.items())


def may_see(role: str, audience: Audience, word: str) -> bool:
    """Whether somebody may be shown a private word."""
    is_admin = role in ADMINS
    return {
        Audience.ANYBODY: True,
        Audience.MEMBERS: is_admin or _is_team(word, role),
        Audience.TEAM: _is_team(word, role),
        Audience.PEOPLE: is_admin or _is_of(word, COLLEAGUES.get(role, OWN_NAMES.get(role, ()))),
        Audience.SELF: _is_of(word, OWN_NAMES.get(role, ())),
        Audience.CLAIMANT: is_admin or _is_of(word, OWN_NAMES.get(role, ())),
        Audience.ADMINS: is_admin,
        Audience.ASKED: _is_of(word.partition("-to-")[0], OWN_NAMES.get(role, ())) or _is_team(word, role),
        Audience.NOBODY: False,
    }[audience]


def given_away(database: Database, role: str, text: str, own: str = "") -> list[str]:
    """Return each private word in a text that this role may not see, with where it is kept.

    Words that end with `own` belong to whoever holds the link that the text was found behind.
    """
    shown = set(WORD.findall(text))
    if not shown:
        return []
    kept: dict[str, list[tuple[str, str]]] = {word: [] for word in shown}
    for table, column, word in private_words(database):
        if word in shown:
            kept[word].append((table, column))
    return [
        f"{word}: {', '.join('.'.join(place) for place in places) or 'a part of a word'}"
        for word, places in kept.items()
        if not any(_is_shown(role, audience_of(*place), word, own) for place in places)
    ]


def _is_shown(role: str, audience: Audience, word: str, own: str) -> bool:
    is_own = bool(own) and word.endswith(own) and audience is not Audience.NOBODY
    return is_own or may_see(role, audience, word)
