"""Changing one's password and address, while logged in."""

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import passwords
from directory.accounts.credentials import ask_for_email, change_email, set_password
from directory.accounts.mailed_links import holding_link
from directory.accounts.models import LinkPurpose
from directory.core import clock, links
from directory.core.links import LinkKind
from directory.web import signing_in
from directory.web.account import limits
from directory.web.account.forms import EmailForm, NameForm, PasswordForm
from directory.web.account.pages import WRONG_PASSWORD, is_own_password, led, own_user, shown
from directory.web.identity import account
from directory.web.session import reader, services, transaction

WROTE = "We have written to the new address. The account moves there when you open the link in that mail."


def change() -> AnyResponse:
    """Take a new password: every session ends, and this browser gets a new one."""
    form = PasswordForm()
    form.owner = account()
    if request.method != "POST":
        return shown("password", form)
    if not form.validate():
        return shown("password", form, status=422)
    user = own_user()
    if not is_own_password(user, form.current.data):
        return shown("password", form, status=422, more=(("current", WRONG_PASSWORD),))
    hashed = passwords.hash_password(form.password.data)
    with transaction() as session:
        changed = set_password(session, user.id, hashed, actor=account().actor, at=clock.now())
        opened = signing_in.open_for(session, changed, has_second_factor=account().has_second_factor)
    signing_in.enter(opened)
    return led("/account/password", "Your password is changed. You are logged out everywhere else.")


def ask_for_address() -> AnyResponse:
    """Take a new address and write to it; the answer is the same whether it has an account of its own."""
    form = EmailForm()
    if request.method != "POST":
        return shown("email", form)
    if not form.validate():
        return shown("email", form, status=422)
    if not limits.is_within(limits.EMAIL, f"{account().id}"):
        return shown("email", form, status=429, more=(("", limits.TOO_MANY_LETTERS),))
    if not is_own_password(own_user(), form.current.data):
        return shown("email", form, status=422, more=(("current", WRONG_PASSWORD),))
    with transaction() as session:
        ask_for_email(session, account().id, form.email.data, at=clock.now())
    return led("/account/email", WROTE)


def take_address(token: str) -> AnyResponse:
    """Move the account to the address that the link proves; it holds for the account that asked only."""
    found = links.read(LinkKind.EMAIL, token, services().settings.secret_key)
    link = holding_link(reader(), found[0], LinkPurpose.EMAIL, at=clock.now()) if found else None
    form = NameForm()
    if link is None or link.user_id != account().id:
        return shown("link_over", form, status=410, kind="email")
    if request.method != "POST":
        return shown("email_confirm", form, email=link.email)
    with transaction() as session:
        held = holding_link(session, link.id, LinkPurpose.EMAIL, at=clock.now(), hold=True)
        if held is not None:
            change_email(session, held, actor=account().actor, at=clock.now())
    signing_in.forget()
    return led("/account/", "Your account has moved to the new address.")
