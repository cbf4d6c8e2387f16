"""Settings: every one documented, every bad one refused in one line that names it."""

import stat
from pathlib import Path

import pytest

from directory.core.settings import READERS, Settings, SettingsError

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"
SECRET = "x" * 32


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    rows = [line.split("`")[1] for line in DOCUMENT.read_text().splitlines() if line.startswith("| `DIRECTORY_")]
    assert sorted(rows) == sorted(f"DIRECTORY_{name.upper()}" for name in READERS)


def test_nothing_needs_to_be_set_while_developing(tmp_path: Path) -> None:
    settings = Settings.read({"DIRECTORY_VAR": str(tmp_path), "DIRECTORY_SMTP_URL": " ", "HOME": "/root"})
    assert settings.database_url == f"sqlite:///{tmp_path}/directory.sqlite"
    assert not settings.is_production
    assert settings.smtp_url == ""


def test_the_development_key_is_kept_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first, second = (Settings.read({"DIRECTORY_VAR": str(tmp_path)}) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_the_var_folder_is_open_to_its_owner_only(tmp_path: Path) -> None:
    Settings.read({"DIRECTORY_VAR": str(tmp_path / "var")})
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_production_refuses_to_start_without_a_key(tmp_path: Path) -> None:
    environ = {"DIRECTORY_ENV": "production", "DIRECTORY_VAR": str(tmp_path)}
    with pytest.raises(SettingsError, match="DIRECTORY_SECRET_KEY must be set"):
        Settings.read(environ)
    assert Settings.read({**environ, "DIRECTORY_SECRET_KEY": SECRET}).is_production
    assert not (tmp_path / "secret-key").exists()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DIRECTORY_ENV", "staging", "one of development, production"),
        ("DIRECTORY_DATABASE_URL", "mysql://host/name", "sqlite:// or postgresql://"),
        ("DIRECTORY_DATABASE_URL", "nonsense", "sqlite://"),
        ("DIRECTORY_DATABASE_URL", "postgresql://me:pass[word@host/name", "special characters"),
        ("DIRECTORY_DATABASE_URL", "postgresql://me:pass\u2100word@host/name", "special characters"),
        ("DIRECTORY_DATABASE_URL", "postgresql://me:word@host:pass/name", "the port as a number"),
        ("DIRECTORY_SMTP_URL", "smtp://me:pass@host:70000", "the port as a number"),
        ("DIRECTORY_SMTP_URL", "localhost:25", "smtp:// or smtps://"),
        ("DIRECTORY_SMTP_URL", "smtp://", "smtp://"),
        ("DIRECTORY_BASE_URL", "makers.example", "http:// or https://"),
        ("DIRECTORY_MAIL_FROM", "nobody", "e-mail address"),
        ("DIRECTORY_MAIL_FROM", "a@b\nBcc: c@d", "e-mail address"),
        ("DIRECTORY_TRUSTED_PROXIES", "-1", "from 0 to 10"),
        ("DIRECTORY_TRUSTED_PROXIES", "²", "from 0 to 10"),
        ("DIRECTORY_LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("DIRECTORY_SECRET_KEY", "short", "32 characters"),
        ("DIRECTORY_SEARCH_URL", "postgresql", "only the embedded index"),
        ("DIRECTORY_DATABSE_URL", "sqlite:///x", "did you mean DIRECTORY_DATABASE_URL"),
        ("DIRECTORY_ZZZ", "", "known are"),
    ],
)
def test_a_bad_setting_is_named_with_what_would_be_right(tmp_path: Path, name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"DIRECTORY_VAR": str(tmp_path), name: value})
    assert name in str(caught.value)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "me:" not in str(caught.value), "a password"


def test_a_var_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(SettingsError, match="DIRECTORY_VAR"):
        Settings.read({"DIRECTORY_VAR": str(blocked / "var")})
