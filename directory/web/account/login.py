"""Logging in: a password, then a second factor where the account has one; logging out.

Nobody learns here whether an address has an account: every refusal reads the same, whatever its reason, and takes one
hash. Only who knows the password is told that the address waits to be confirmed.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, redirect, request, session
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import passwords
from directory.accounts.credentials import forget_failures, note_failure, take_recovery_code
from directory.accounts.models import User
from directory.accounts.queries import by_email, is_open
from directory.accounts.services import account_of
from directory.accounts.sessions import end_session
from directory.core import clock
from directory.core.links import keyed_hash
from directory.web import signing_in
from directory.web.account import limits
from directory.web.account.coming_back import after, own_address
from directory.web.account.forms import CodeForm, LogInForm
from directory.web.account.one_time_codes import codes, is_time_code, recovery_hash
from directory.web.account.pages import led, shown
from directory.web.account.passkey_options import options_to_log_in
from directory.web.identity import account, login_session, person
from directory.web.session import reader, services, transaction

PENDING = "second"
PATIENCE = timedelta(minutes=10)
WRONG = (
    "That doesn’t match: the address, the password, or both. After several wrong tries you have to wait some minutes,"
    " or choose a new password."
)
UNCONFIRMED = "Confirm your address first: the link is in the mail we sent. Register again to get another."
WRONG_CODE = "This code isn’t right, or it was used before. An app’s code changes every 30 seconds."


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose password was right and whose second factor is still to come."""

    user: User
    came_from: str


def log_in() -> AnyResponse:
    """Show the form, or take an address and a password."""
    form = LogInForm()
    if request.method == "POST":
        return _take(form)
    if person() is not None:
        return redirect(after(request.args.get("next")), 303)
    form.next.data = own_address(request.args.get("next")) or ""
    return _page(form)


def _take(form: LogInForm) -> AnyResponse:
    if not form.validate():
        return _page(form, status=422)
    if not limits.is_within(limits.LOG_IN, form.email.data):
        return _page(form, status=429, more=(("", limits.TOO_MANY),))
    user = _known(form.email.data, form.password.data)
    if user is None or user.locked_at is not None or _is_only_shown(user):
        return _page(form, status=422, more=(("email", WRONG),))
    if not is_open(user):
        return _page(form, status=422, more=(("email", UNCONFIRMED),))
    return proceed(user, form.next.data)


def _is_only_shown(user: User) -> bool:
    """Whether it is a demonstration log-in where there must be none."""
    return user.is_demo and services().settings.is_production


def _page(form: LogInForm, *, status: int = 200, more: tuple[tuple[str, str], ...] = ()) -> Response:
    return shown("login", form, status=status, more=more, passkey=options_to_log_in())


def _known(email: str, password: str) -> User | None:
    """Return the account whose password this is; takes one hash whatever the reason why it isn't."""
    user = by_email(reader(), email)
    is_right = passwords.is_right(user.password if user else None, password)
    if user is None:
        return None
    at = clock.now()
    if user.retry_at is not None and user.retry_at > at:
        return None
    if not is_right:
        with transaction() as writing:
            note_failure(writing, user.id, at=at)
        return None
    return user


def proceed(user: User, came_from: str | None) -> AnyResponse:
    """Let somebody in whose password was right, or ask for the second factor."""
    if user.tf_totp_secret is not None:
        signing_in.leave()
        session[PENDING] = [user.id, int(clock.now().timestamp()), _mark(user), own_address(came_from) or ""]
        return redirect("/account/login/second", 303)
    with transaction() as writing:
        forget_failures(writing, user.id)
        opened = signing_in.open_for(writing, user, has_second_factor=False)
    signing_in.enter(opened)
    return redirect(after(came_from), 303)


def _mark(user: User) -> str:
    """Return what ties a pending log-in to the password that began it: another one ends it."""
    return keyed_hash("pending", f"{user.id}\0{user.password}", services().settings.secret_key)[:32]


def _pending() -> Pending | None:
    kept = session.get(PENDING)
    if not isinstance(kept, list) or len(kept) != 4:
        return None
    user_id, since, mark, came_from = kept
    user = reader().get(User, user_id)
    is_late = clock.now().timestamp() - since > PATIENCE.total_seconds()
    if user is None or is_late or not is_open(user) or mark != _mark(user):
        return None
    return Pending(user, came_from)


def second() -> AnyResponse:
    """Ask for a code of the app or a recovery code, after the password."""
    pending = _pending()
    if pending is None:
        return redirect("/account/login", 303)
    form = CodeForm()
    if request.method != "POST":
        return shown("second", form)
    if not form.validate():
        return shown("second", form, status=422)
    if not limits.is_within(limits.LOG_IN, f"{pending.user.id}"):
        return shown("second", form, status=429, more=(("", limits.TOO_MANY),))
    if not enter_with_code(pending.user, form.code.data):
        return shown("second", form, status=422, more=(("code", WRONG_CODE),))
    return redirect(after(pending.came_from), 303)


def enter_with_code(user: User, code: str) -> bool:
    """Open a session with a second factor if the code is right; count a wrong one."""
    at = clock.now()
    opened = None
    with transaction() as writing:
        held = account_of(writing, user.id)
        if held.retry_at is not None and held.retry_at > at:
            return False
        if _takes(writing, held, code):
            writing.flush()
            forget_failures(writing, held.id)
            opened = signing_in.open_for(writing, held, has_second_factor=True)
        else:
            note_failure(writing, held.id, at=at)
    if opened is not None:
        signing_in.enter(opened)
    return opened is not None


def _takes(writing: Session, user: User, code: str) -> bool:
    settings = services().settings
    if is_time_code(code):
        return codes(settings).is_right(writing, user, code)
    kept = recovery_hash(code, user.id, settings)
    return take_recovery_code(writing, user.id, kept, actor=f"{user.role}:{user.id}", at=clock.now())


def log_out() -> AnyResponse:
    """End the session that this browser is logged in with."""
    opened = login_session()
    if opened is not None:
        with transaction() as writing:
            end_session(writing, account().id, opened.id, actor=account().actor, at=clock.now())
    signing_in.leave()
    return led("/")
