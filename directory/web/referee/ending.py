"""Saying no, taking an answer back, wanting no more letters: each asks once more; nothing happens by looking."""

from flask import make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import ConflictError
from directory.references import answering as verbs
from directory.references.models import ReferenceState
from directory.references.services import locked
from directory.references.states import may_become
from directory.web.forms import summary
from directory.web.referee.forms import DeclineForm
from directory.web.referee.links import LIMIT, TOO_MANY, Opened, closed, opened, own_mailbox
from directory.web.referee.receipt import receipt
from directory.web.security import limiter
from directory.web.session import transaction


def decline(token: str) -> AnyResponse:
    """Ask how to say no, and take it."""
    found = opened(token)
    if found is not None and found.has_receipt:
        return receipt(found)
    return _ask_why(found) if found is not None and found.takes_answer else closed()


def _ask_why(found: Opened) -> AnyResponse:
    form = DeclineForm()
    if request.method != "POST":
        return _decline_page(found, form)
    if not form.validate():
        return _decline_page(found, form, summary(form), 422)
    try:
        with limiter.limit(LIMIT):
            _decline(found, form)
    except RateLimitExceeded:
        return _decline_page(found, form, (("", TOO_MANY),), 429)
    if form.why.data == "not-me":
        return _thanks("not-me")
    return redirect(url_for("referee.reference", token=found.token), 303)


def _decline(found: Opened, form: DeclineForm) -> None:
    mailbox = own_mailbox(found.reference)
    try:
        with transaction() as session:
            reference = locked(session, found.reference.id)
            if form.why.data == "not-me":
                verbs.not_mine(session, reference, mailbox, at=clock.now())
            else:
                verbs.decline(session, reference, form.reason.data, mailbox, at=clock.now())
    except ConflictError:
        return


def _decline_page(
    found: Opened, form: DeclineForm, errors: tuple[tuple[str, str], ...] = (), status: int = 200
) -> AnyResponse:
    form.prepare()
    return make_response(render_template("referee/decline.html", opened=found, form=form, errors=errors), status)


def withdraw(token: str) -> AnyResponse:
    """Ask whether an answer is to be taken back, and take it back."""
    found = opened(token)
    if found is None or not found.has_receipt:
        return closed()
    if not may_become(found.reference.state, ReferenceState.WITHDRAWN):
        return redirect(url_for("referee.reference", token=token), 303)
    if request.method != "POST":
        return make_response(render_template("referee/withdraw.html", opened=found))
    try:
        with transaction() as session:
            verbs.withdraw(session, locked(session, found.reference.id), at=clock.now())
    except ConflictError:
        pass  # sent twice: it is withdrawn, and the receipt says so
    return redirect(url_for("referee.reference", token=token), 303)


def stop(token: str) -> AnyResponse:
    """Ask whether no more letters are wanted from anybody, and keep the wish; a mail program may post it."""
    found = opened(token)
    if found is None or found.reference.referee_email is None:
        return closed()
    if request.method != "POST":
        return make_response(render_template("referee/stop.html", opened=found))
    with transaction() as session:
        verbs.refuse_letters(session, own_mailbox(found.reference), None, at=clock.now())
    return _thanks("stopped")


def _thanks(what: str) -> AnyResponse:
    return make_response(render_template("referee/thanks.html", what=what))
