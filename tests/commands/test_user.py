"""`directory user add`, and the demonstration log-ins, as somebody uses them."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select

from directory.accounts.models import Role, User
from directory.app import create_app
from directory.audit.models import AuditEvent
from directory.commands import main
from directory.commands.context import Context
from directory.commands.demo_people import lines_of_people, load_people
from directory.core.db import Database
from directory.core.settings import Settings
from directory.providers.membership import MemberRole, Membership
from tests.web.account.door import PASSWORD, code, log_in, send


@pytest.fixture
def environment(sqlite_database: Database, tmp_path: Path) -> dict[str, str]:
    return {"DIRECTORY_DATABASE_URL": sqlite_database.url, "DIRECTORY_VAR": str(tmp_path / "var")}


def run(environment: dict[str, str], *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, arguments, env=environment, input=typed)


def browser(environment: dict[str, str]) -> FlaskClient:
    return create_app(Settings.read(environment)).test_client()


def test_an_account_is_made_and_logs_in(environment: dict[str, str], sqlite_database: Database) -> None:
    made = run(environment, "user", "add", "Ada@Firm.example", "--role", "buyer", typed=f"{PASSWORD}\n")
    assert (made.exit_code, made.output.strip()) == (0, "ada@firm.example can log in as buyer")
    assert log_in(browser(environment), "ada@firm.example").status_code == 303
    with sqlite_database.reading() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor, event.subject) == ("account.added", "command line", "account:1")
    assert "ada" not in str(event.detail)


def test_an_address_that_has_an_account_is_refused(environment: dict[str, str]) -> None:
    run(environment, "user", "add", "ada@firm.example", "--role", "buyer", typed=f"{PASSWORD}\n")
    again = run(environment, "user", "add", "ADA@firm.example", "--role", "admin", typed=f"{PASSWORD}\n")
    assert again.exit_code == 1
    assert "ada@firm.example has an account already" in again.output


@pytest.mark.parametrize("typed", ["", "short\n", "password12345\n", "ada@firm.example\n"])
def test_a_password_that_would_be_guessed_is_refused(environment: dict[str, str], typed: str) -> None:
    refused = run(environment, "user", "add", "ada@firm.example", "--role", "admin", typed=typed)
    assert refused.exit_code == 1
    assert "this password can't be taken" in refused.output


@pytest.mark.parametrize(
    "arguments", [("nobody", "--role", "admin"), ("a@b.example", "--role", "king"), ("a@b.example",)]
)
def test_wrong_usage_is_told(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    assert run(environment, "user", "add", *arguments, typed=f"{PASSWORD}\n").exit_code == 2


def printed(environment: dict[str, str], database: Database) -> str:
    context = Context()
    context.__dict__.update(settings=Settings.read(environment), database=database)
    return "\n".join(lines_of_people(context))


def test_demonstration_log_ins_come_and_go_with_the_entries(
    environment: dict[str, str], sqlite_database: Database
) -> None:
    run(environment, "demo", "--providers", "3")
    text = printed(environment, sqlite_database)
    found = dict(re.findall(r"(\S+@demo\.example)\s+password (\S+)", text))
    assert len(found) == 3
    for role in (Role.BUYER, Role.VENDOR):
        client = browser(environment)
        assert log_in(client, f"{role}@demo.example", found[f"{role}@demo.example"]).status_code == 303
        assert client.get("/account/").status_code == 200
    admin = browser(environment)
    assert log_in(admin, "admin@demo.example", found["admin@demo.example"]).location == "/account/login/second"
    key = re.search(r"the key (\S+) in", text)
    assert key
    assert send(admin, "/account/login/second", code=code(key[1])).status_code == 303
    assert admin.get("/admin/").status_code == 200
    with sqlite_database.reading() as session:
        member = session.scalars(select(Membership)).one()
        assert member.role == MemberRole.OWNER
        assert all(session.scalars(select(User.is_demo)))
    run(environment, "demo", "--remove")
    with sqlite_database.reading() as session:
        assert session.scalars(select(User)).all() == []
    assert printed(environment, sqlite_database) == ""


def test_production_has_no_demonstration_log_ins(environment: dict[str, str], sqlite_database: Database) -> None:
    run(environment, "demo", "--providers", "1")
    password = re.search(r"buyer@demo.example\s+password (\S+)", printed(environment, sqlite_database))
    assert password
    secret = (Path(environment["DIRECTORY_VAR"]) / "secret-key").read_text()
    production = environment | {"DIRECTORY_ENV": "production", "DIRECTORY_SECRET_KEY": secret}
    assert printed(production, sqlite_database) == ""
    assert log_in(browser(production), "buyer@demo.example", password[1]).status_code == 422
    desk = browser(environment)
    log_in(desk, "buyer@demo.example", password[1])
    cookie = desk.get_cookie("session")
    assert cookie
    thief = browser(production)
    thief.set_cookie("session", cookie.value)
    assert thief.get("/account/").status_code == 303
    context = Context()
    context.__dict__.update(settings=Settings.read(production), database=sqlite_database)
    run(environment, "demo", "--remove")
    load_people(context)
    with sqlite_database.reading() as session:
        assert session.scalars(select(User)).all() == []
