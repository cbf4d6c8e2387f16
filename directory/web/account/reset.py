"""A new password for whoever has lost theirs: by a link to the account's address."""

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import passwords
from directory.accounts.credentials import ask_for_reset, confirm, set_password
from directory.accounts.mailed_links import holding_link
from directory.accounts.models import LinkPurpose, Role, User
from directory.accounts.policies import Person
from directory.core import clock, links
from directory.core.links import LinkKind
from directory.web.account import limits
from directory.web.account.forms import NewPasswordForm, ResetForm
from directory.web.account.login import proceed
from directory.web.account.pages import shown
from directory.web.session import reader, services, transaction


def ask() -> AnyResponse:
    """Show the form, or write to an address; the answer is the same whatever is known of it."""
    form = ResetForm()
    if request.method != "POST":
        return shown("reset", form)
    if not form.validate():
        return shown("reset", form, status=422)
    if not limits.is_within(limits.RESET, form.email.data):
        return shown("reset", form, status=429, more=(("", limits.TOO_MANY_LETTERS),))
    with transaction() as session:
        ask_for_reset(session, form.email.data, at=clock.now())
    return redirect("/account/reset/sent", 303)


def sent() -> Response:
    """Say that a letter is on its way."""
    return shown("sent", ResetForm(), kind="reset")


def take_link(token: str) -> AnyResponse:
    """Ask for the new password and set it; a second factor is asked for as at any log-in."""
    found = links.read(LinkKind.RESET, token, services().settings.secret_key)
    link = holding_link(reader(), found[0], LinkPurpose.RESET, at=clock.now()) if found else None
    form = NewPasswordForm()
    if link is None:
        return shown("link_over", form, status=410, kind="reset")
    owner = reader().get_one(User, link.user_id)
    form.owner = Person(owner.id, Role(owner.role), owner.name, owner.email or "")
    if request.method != "POST":
        return shown("new_password", form, email=owner.email)
    if not form.validate():
        return shown("new_password", form, status=422, email=owner.email)
    user = _set(link.id, passwords.hash_password(form.password.data))
    return proceed(user, "") if user else shown("link_over", form, status=410, kind="reset")


def _set(number: int, hashed: str) -> User | None:
    """Use the link up and set the password; None where another request was faster."""
    at = clock.now()
    with transaction() as session:
        link = holding_link(session, number, LinkPurpose.RESET, at=at, hold=True)
        if link is None:
            return None
        user = confirm(session, link, at=at)
        return set_password(session, user.id, hashed, actor=f"{user.role}:{user.id}", at=at)
