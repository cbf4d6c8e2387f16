"""One's own data: taking it along, and having it erased."""

import json

from flask import Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import ConflictError
from directory.privacy.erasure import erase, in_the_way
from directory.privacy.own_data import own_data
from directory.privacy.retention import RETENTION
from directory.web import signing_in
from directory.web.account.forms import OwnForm
from directory.web.account.pages import WRONG_PASSWORD, is_own_password, led, own_user, shown
from directory.web.identity import account
from directory.web.session import reader, transaction


def show() -> AnyResponse:
    """Show what can be done with one's data, or erase the account: that takes the password."""
    form = OwnForm()
    if request.method != "POST":
        return _page(form)
    if not form.validate():
        return _page(form, status=422)
    if not is_own_password(own_user(), form.current.data):
        return _page(form, status=422, more=(("current", WRONG_PASSWORD),))
    try:
        with transaction() as session:
            erase(session, account().id, actor=account().actor, at=clock.now())
    except ConflictError as error:
        return _page(form, status=409, more=(("", str(error)),))
    signing_in.leave()
    return led("/", "Your account is erased.")


def _page(form: OwnForm, *, status: int = 200, more: tuple[tuple[str, str], ...] = ()) -> Response:
    owned = in_the_way(reader(), account().id)
    return shown("data", form, status=status, more=more, owned=owned, retention=RETENTION)


def export() -> Response:
    """Hand out everything that is kept of whoever asks, as a file."""
    text = json.dumps(own_data(reader(), account().id), ensure_ascii=False, indent=2, sort_keys=False)
    response = make_response(f"{text}\n")
    response.content_type = "application/json"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
