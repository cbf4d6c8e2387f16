"""`directory user`: accounts made from the command line, the first admin's among them."""

import sys

import click

from directory.accounts import password_rules
from directory.accounts.models import Role
from directory.accounts.passwords import hash_password
from directory.accounts.queries import by_email
from directory.accounts.registration import Applicant, add_account
from directory.commands.context import Context, pass_context
from directory.core import clock
from directory.web.account.forms import ADDRESS, MOST_EMAIL

ACTOR = "command line"


@click.group()
def user() -> None:
    """Make accounts."""


@user.command()
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What it is for.")
@click.option("--name", default="", help="Who it is; else what stands before the @.")
@pass_context
def add(context: Context, email: str, role: str, name: str) -> None:
    """Make an account that needs no confirmation.

    The password is asked for twice on a terminal, else it is the first line of standard input. An admin sets up a
    second factor at the first log-in.
    """
    email, name = email.strip(), name.strip() or email.partition("@")[0]
    if len(email) > MOST_EMAIL or not ADDRESS.fullmatch(email):
        message = f"{email} doesn't look like an e-mail address"
        raise click.BadParameter(message, param_hint="EMAIL")
    with context.database.reading() as session:
        if by_email(session, email) is not None:
            message = f"{email.lower()} has an account already; nothing was changed"
            raise click.ClickException(message)
    password = _password()
    problem = password_rules.problem(password, name, email)
    if problem:
        raise click.ClickException(f"this password can't be taken. {problem}")
    applicant = Applicant(name, email, hash_password(password), Role(role))
    with context.database.writing() as session:
        made = add_account(session, applicant, actor=ACTOR, at=clock.now())
    click.echo(f"{made.email} can log in as {made.role}")


def _password() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
        return typed
    return sys.stdin.readline().rstrip("\r\n")
