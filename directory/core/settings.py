"""Settings: environment variables read once into a frozen value; anything wrong stops the start with one line."""

import difflib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "DIRECTORY_"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MIN_SECRET_LENGTH = 32
MAX_PROXIES = 10


class SettingsError(Exception):
    """A setting is unknown or has a bad value; the message names it and says what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. See docs/settings.md for each name; `var` is where everything written goes.

    `dns_servers` (address, port) is no setting: the machine's own servers are asked, tests bring theirs.
    """

    database_url: str
    var: Path
    secret_key: str
    env: str = "development"
    search_url: str = ""
    smtp_url: str = ""
    mail_from: str = "directory@localhost"
    base_url: str = "http://127.0.0.1:8000"
    redis_url: str = ""
    trusted_proxies: int = 0
    log_level: str = "INFO"
    otlp_endpoint: str = ""
    dns_servers: tuple[tuple[str, int], ...] = ()

    @property
    def is_production(self) -> bool:
        """Whether this is the real thing: no demonstration data, a secret of its own."""
        return self.env == "production"

    @property
    def index_dir(self) -> Path:
        """Where the search index lies; the app's own, because whoever writes there can run code."""
        return self.var / "index"

    @property
    def uploads_dir(self) -> Path:
        """Where uploaded files lie, under the hash of what they hold."""
        return self.var / "uploads"

    @property
    def mail_dir(self) -> Path:
        """Where mail is written when no SMTP server is set."""
        return self.var / "mail"

    @staticmethod
    def read(environ: Mapping[str, str] = os.environ) -> "Settings":
        """Return the settings of an environment; raise `SettingsError` on the first thing that is wrong."""
        given = {name: value.strip() for name, value in environ.items() if name.startswith(PREFIX)}
        _refuse_unknown(given)
        values: dict[str, Any] = {}
        for name, value in given.items():
            key = name.removeprefix(PREFIX).lower()
            if value:
                values[key] = READERS[key](name, value)
        values["env"] = values.get("env", "development")
        values["var"] = values.get("var", Path("var").absolute())
        values.setdefault("database_url", f"sqlite:///{values['var'] / 'directory.sqlite'}")
        values["secret_key"] = values.get("secret_key") or _development_secret(values)
        return Settings(**values)


def _refuse_unknown(given: Mapping[str, str]) -> None:
    known = {PREFIX + key.upper() for key in READERS}
    for name in sorted(given):
        if name not in known:
            close = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), READERS, n=1)
            likely = f"; did you mean {PREFIX}{close[0].upper()}?" if close else ""
            hint = likely or f"; known are {', '.join(sorted(known))}"
            msg = f"{name} is not a setting{hint}"
            raise SettingsError(msg)


def _development_secret(values: Mapping[str, Any]) -> str:
    """Return a key kept in the var folder, so that sessions outlive a restart; production must bring its own."""
    if values["env"] == "production":
        msg = "DIRECTORY_SECRET_KEY must be set when DIRECTORY_ENV=production: 32 characters or more, kept secret"
        raise SettingsError(msg)
    file: Path = values["var"] / "secret-key"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text() or "development only: the key file was cut short"
    except OSError as error:
        msg = f"DIRECTORY_VAR: can't write to {values['var']}: {error.strerror}"
        raise SettingsError(msg) from error
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(key)
    return key


def _url(*schemes: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        msg = f"{name}: an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)} is needed"
        try:
            parts = urlsplit(value)
            _ = parts.port  # raises where it isn't a port
        except ValueError:
            # Neither the value nor the library's message is shown: either may hold a password.
            detail = f"{msg}; write special characters of a name or password as %XX, and the port as a number"
            raise SettingsError(detail) from None
        is_complete = bool(parts.netloc) or parts.scheme.startswith("sqlite")
        if parts.scheme not in schemes or not is_complete:
            raise SettingsError(msg)
        return value.rstrip("/") if parts.scheme.startswith("http") else value

    return read


def _choice(*choices: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value not in choices:
            msg = f"{name}: must be one of {', '.join(choices)}, not {value!r}"
            raise SettingsError(msg)
        return value

    return read


def _search(name: str, value: str) -> str:
    if value != "whoosh":
        msg = f"{name}: only the embedded index is available: leave it empty, or set it to whoosh"
        raise SettingsError(msg)
    return value


def _secret(name: str, value: str) -> str:
    if len(value) < MIN_SECRET_LENGTH:
        msg = f"{name}: must have {MIN_SECRET_LENGTH} characters or more"
        raise SettingsError(msg)
    return value


def _address(name: str, value: str) -> str:
    local, at, host = value.rpartition("@")
    if not (at and local and host) or any(character.isspace() for character in value):
        msg = f"{name}: must be an e-mail address"
        raise SettingsError(msg)
    return value


def _proxies(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and int(value) <= MAX_PROXIES):
        msg = f"{name}: how many proxies stand in front, a whole number from 0 to {MAX_PROXIES}"
        raise SettingsError(msg)
    return int(value)


def _path(_name: str, value: str) -> Path:
    return Path(value).expanduser().absolute()


READERS: dict[str, Callable[[str, str], Any]] = {
    "database_url": _url("sqlite", "postgresql", "postgresql+psycopg"),
    "var": _path,
    "secret_key": _secret,
    "env": _choice("development", "production"),
    "search_url": _search,
    "smtp_url": _url("smtp", "smtps"),
    "mail_from": _address,
    "base_url": _url("http", "https"),
    "redis_url": _url("redis", "rediss"),
    "trusted_proxies": _proxies,
    "log_level": lambda name, value: _choice(*LOG_LEVELS)(name, value.upper()),
    "otlp_endpoint": _url("http", "https"),
}
"""How each setting is read, by its name without the prefix."""
