"""What the account's pages have in common: forms that are shown again, words for the next page."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts import passwords
from directory.accounts.credentials import note_failure
from directory.accounts.models import User
from directory.core import clock
from directory.web.account import limits
from directory.web.forms import Form, summary
from directory.web.identity import account
from directory.web.session import reader, transaction

WRONG_PASSWORD = "This isn’t the password you have now, or there were too many wrong ones: then wait some minutes."  # noqa: S105 - words, not a password


def shown(
    template: str,
    form: Form,
    *,
    status: int = 200,
    more: tuple[tuple[str, str], ...] = (),
    **values: Any,  # noqa: ANN401 - what a template needs
) -> Response:
    """Return a page with a form and all that stands in its way."""
    form.prepare()
    errors = (*summary(form), *more) if status != 200 else ()
    response = make_response(render_template(f"account/{template}.html", form=form, errors=errors, **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def led(address: str, words: str = "") -> AnyResponse:
    """Lead to another page, which says what was done."""
    if words:
        flash(words)
    return redirect(address, 303)


def own_user() -> User:
    """Return the account that is logged in, as this request sees it."""
    return reader().get_one(User, account().id)


def is_own_password(user: User, password: str) -> bool:
    """Whether somebody who is logged in knows the password; wrong ones make the next tries wait, as at log-in."""
    is_early = user.retry_at is not None and user.retry_at > clock.now()
    if not limits.is_within(limits.LOG_IN, f"{user.id}"):
        return False
    if passwords.is_right(user.password, password) and not is_early:
        return True
    with transaction() as session:
        note_failure(session, user.id, at=clock.now())
    return False
