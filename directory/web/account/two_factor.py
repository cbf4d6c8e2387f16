"""The second factor: setting up an app, showing a code to a session that began without, recovery codes, turning off."""

from dataclasses import dataclass

from flask import Response, request, session
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts.credentials import remove_totp, set_recovery_codes, set_totp
from directory.accounts.models import User
from directory.accounts.queries import passkeys_of
from directory.accounts.services import account_of, end_sessions
from directory.core import clock
from directory.core.errors import ForbiddenError
from directory.web import signing_in
from directory.web.account import limits
from directory.web.account.coming_back import after, own_address
from directory.web.account.forms import CodeForm, EnrolForm, OwnForm
from directory.web.account.login import WRONG_CODE, enter_with_code
from directory.web.account.one_time_codes import codes, drawing, new_recovery_codes
from directory.web.account.pages import WRONG_PASSWORD, is_own_password, led, own_user, shown
from directory.web.identity import account
from directory.web.session import reader, services, transaction

SETTING_UP = "totp"
PAGE = "/account/two-factor"
KEYS_FIRST = "Remove your passkeys first: without the app they would have no recovery codes to fall back on."


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs to be set up: to scan, or to type."""

    key: str
    uri: str
    side: int
    path: str


def show() -> AnyResponse:
    """Show what is to be done: set up an app, show a code, or see that all is well."""
    user = own_user()
    if user.tf_totp_secret is not None and not account().has_second_factor:
        return _show_code(user)
    if user.tf_totp_secret is None or request.args.get("new"):
        return _enrol(user)
    return _state(user)


def _state(user: User, *, status: int = 200, more: tuple[tuple[str, str], ...] = ()) -> Response:
    left = len(user.mf_recovery_codes or ())
    return shown("two_factor", OwnForm(), status=status, more=more, left=left)


def _show_code(user: User) -> AnyResponse:
    form = CodeForm()
    if request.method != "POST":
        form.next.data = own_address(request.args.get("next")) or ""
        return shown("code", form)
    if not form.validate():
        return shown("code", form, status=422)
    if not limits.is_within(limits.LOG_IN, f"{user.id}"):
        return shown("code", form, status=429, more=(("", limits.TOO_MANY),))
    if not enter_with_code(user, form.code.data):
        return shown("code", form, status=422, more=(("code", WRONG_CODE),))
    return led(after(form.next.data))


def _enrol(user: User) -> AnyResponse:
    form = EnrolForm()
    if request.method != "POST":
        form.next.data = own_address(request.args.get("next")) or ""
        session[SETTING_UP] = codes(services().settings).generate_totp_secret()  # encrypted
    secret = session.get(SETTING_UP)
    if not isinstance(secret, str):  # sent without having seen the page, or from a session that has ended since
        secret = session[SETTING_UP] = codes(services().settings).generate_totp_secret()
        return _enrolment(user, form, secret, status=422, more=(("code", "Scan the new picture, and type its code."),))
    if request.method != "POST":
        return _enrolment(user, form, secret)
    if not form.validate():
        return _enrolment(user, form, secret, status=422)
    counter = codes(services().settings).step_of(form.code.data, secret)
    if counter is None:
        return _enrolment(user, form, secret, status=422, more=(("code", WRONG_CODE),))
    if not is_own_password(user, form.current.data):
        return _enrolment(user, form, secret, status=422, more=(("current", WRONG_PASSWORD),))
    return _enrolled(user, secret, counter, form.next.data)


def _enrolment(
    user: User, form: EnrolForm, secret: str, *, status: int = 200, more: tuple[tuple[str, str], ...] = ()
) -> Response:
    made = codes(services().settings)
    uri = made.get_totp_uri(user.email or "", secret)
    enrolment = Enrolment(made.get_totp_pretty_key(secret), uri, *drawing(uri))
    return shown("enrol", form, status=status, more=more, enrolment=enrolment)


def _enrolled(user: User, secret: str, counter: int, came_from: str) -> Response:
    """Turn it on, go on in a session that has it, end all others, and show the recovery codes once."""
    recovery, kept = new_recovery_codes(user.id, services().settings)
    at, actor = clock.now(), account().actor
    with transaction() as writing:
        held = account_of(writing, user.id)
        if held.tf_totp_secret is not None and not account().has_second_factor:
            message = "A second factor was set up meanwhile. Show its code first."
            raise ForbiddenError(message)
        set_totp(writing, user.id, secret, kept, counter=counter, actor=actor, at=at)
        end_sessions(writing, user.id, actor=actor, at=at)
        opened = signing_in.open_for(writing, held, has_second_factor=True)
    signing_in.enter(opened)
    return shown("codes", OwnForm(), codes=recovery, came_from=after(came_from))


def _refusal(user: User) -> AnyResponse | None:
    """Return what is said to whoever may not change a second factor that is on; None once the password is right."""
    form = OwnForm()
    if user.tf_totp_secret is None or not account().has_second_factor:
        return led(PAGE)
    if not form.validate():
        return shown("two_factor", form, status=422, left=len(user.mf_recovery_codes or ()))
    if not is_own_password(user, form.current.data):
        return _state(user, status=422, more=(("current", WRONG_PASSWORD),))
    return None


def new_codes() -> AnyResponse:
    """Make new recovery codes and show them once."""
    user = own_user()
    refusal = _refusal(user)
    if refusal is not None:
        return refusal
    recovery, kept = new_recovery_codes(user.id, services().settings)
    with transaction() as writing:
        set_recovery_codes(writing, user.id, kept, actor=account().actor, at=clock.now())
    return shown("codes", OwnForm(), codes=recovery, came_from=PAGE)


def turn_off() -> AnyResponse:
    """Turn the second factor off; admins can't, and passkeys go first."""
    user = own_user()
    refusal = _refusal(user)
    if refusal is not None:
        return refusal
    if passkeys_of(reader(), user.id):
        return _state(user, status=422, more=(("", KEYS_FIRST),))
    with transaction() as writing:
        remove_totp(writing, user.id, actor=account().actor, at=clock.now())
    return led(PAGE, "The second factor is off.")
