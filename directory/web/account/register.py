"""Registering, and confirming the address with the link and the password."""

from flask import Response, redirect, request
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import passwords
from directory.accounts.credentials import confirm, note_failure
from directory.accounts.mailed_links import holding_link
from directory.accounts.models import LinkPurpose, Role, User
from directory.accounts.registration import Applicant, register
from directory.core import clock, links
from directory.core.links import LinkKind
from directory.web.account import limits
from directory.web.account.forms import ConfirmForm, RegisterForm
from directory.web.account.login import proceed
from directory.web.account.pages import shown
from directory.web.identity import person
from directory.web.session import reader, services, transaction

WRONG = "This isn’t the password that was chosen with this registration, or there were too many wrong ones: then wait."


def sign_up() -> AnyResponse:
    """Show the form, or take a registration; the answer is the same whatever is known of the address."""
    if person() is not None:
        return redirect("/account/", 303)
    form = RegisterForm()
    if request.method != "POST":
        form.role.data = request.args.get("for") if request.args.get("for") in set(Role) else None
        return shown("register", form)
    if not form.validate():
        return shown("register", form, status=422)
    if not limits.is_within(limits.REGISTER, form.email.data):
        return shown("register", form, status=429, more=(("", limits.TOO_MANY_LETTERS),))
    hashed = passwords.hash_password(form.password.data)
    _take(Applicant(form.name.data, form.email.data, hashed, Role(form.role.data)))
    return redirect("/account/register/sent", 303)


def _take(applicant: Applicant) -> None:
    for is_last in (False, True):
        try:
            with transaction() as session:
                register(session, applicant, at=clock.now())
        except IntegrityError:
            if is_last:
                raise
            continue  # the same address at the same moment: the other one made the account, so now it is there
        return


def sent() -> Response:
    """Say that a letter is on its way."""
    return shown("sent", ConfirmForm(), kind="register")


def take_link(token: str) -> AnyResponse:
    """Ask for the password that was chosen, and confirm the address: opening the link alone does nothing."""
    link = links.read(LinkKind.CONFIRM, token, services().settings.secret_key)
    form = ConfirmForm()
    if link is None or holding_link(reader(), link[0], LinkPurpose.CONFIRM, at=clock.now()) is None:
        return shown("link_over", form, status=410, kind="confirm")
    if request.method != "POST":
        return shown("confirm", form)
    if not form.validate():
        return shown("confirm", form, status=422)
    if not limits.is_within(limits.LOG_IN, f"link-{link[0]}"):
        return shown("confirm", form, status=429, more=(("", limits.TOO_MANY),))
    user = _confirmed(link[0], form.password.data)
    led_to = "/vendor/" if user and user.role == Role.VENDOR else ""
    return proceed(user, led_to) if user else shown("confirm", form, status=422, more=(("password", WRONG),))


def _confirmed(number: int, password: str) -> User | None:
    at = clock.now()
    shown_link = holding_link(reader(), number, LinkPurpose.CONFIRM, at=at)
    user = reader().get(User, shown_link.user_id) if shown_link else None
    is_early = user is not None and user.retry_at is not None and user.retry_at > at
    is_right = passwords.is_right(user.password if user else None, password)
    if user is None or is_early:
        return None
    with transaction() as session:
        link = holding_link(session, number, LinkPurpose.CONFIRM, at=at, hold=True)
        if link is not None and is_right:
            return confirm(session, link, at=at)
        note_failure(session, user.id, at=at)
    return None
