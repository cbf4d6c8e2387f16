"""The account at a glance, and one's name."""

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts.queries import passkeys_of, sessions_of
from directory.accounts.services import account_of
from directory.core import clock
from directory.web.account.forms import NameForm
from directory.web.account.pages import led, own_user, shown
from directory.web.identity import account
from directory.web.session import reader, transaction


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page of an account shows."""

    email: str
    role: str
    has_factor: bool
    passkeys: int
    sessions: int
    is_demo: bool


def show() -> AnyResponse:
    """Show the account, or take another name."""
    form, user = NameForm(), own_user()
    overview = Overview(
        email=user.email or "",
        role=user.role,
        has_factor=user.tf_totp_secret is not None,
        passkeys=len(passkeys_of(reader(), user.id)),
        sessions=len(sessions_of(reader(), user.id, clock.now())),
        is_demo=user.is_demo,
    )
    if request.method != "POST":
        form.name.data = user.name
        return shown("overview", form, page=overview)
    if not form.validate():
        return shown("overview", form, status=422, page=overview)
    with transaction() as session:
        held = account_of(session, account().id)
        held.name, held.updated_at = form.name.data, clock.now()
    return led("/account/", "Your name is changed.")
