"""Where one is logged in, and ending that."""

from werkzeug.wrappers import Response as AnyResponse

from directory.accounts.queries import sessions_of
from directory.accounts.services import end_sessions
from directory.accounts.sessions import end_session
from directory.core import clock
from directory.web import signing_in
from directory.web.account.forms import NameForm
from directory.web.account.pages import led, shown
from directory.web.identity import account, login_session
from directory.web.session import reader, transaction

PAGE = "/account/sessions"


def show() -> AnyResponse:
    """List one's log-in sessions."""
    opened = login_session()
    found = sessions_of(reader(), account().id, clock.now())
    return shown("sessions", NameForm(), sessions=found, own=opened.id if opened else 0)


def end(number: int) -> AnyResponse:
    """End one of one's sessions; ending this one logs out."""
    opened = login_session()
    with transaction() as session:
        end_session(session, account().id, number, actor=account().actor, at=clock.now())
    if opened is not None and opened.id == number:
        signing_in.leave()
        return led("/")
    return led(PAGE, "That session has ended.")


def end_others() -> AnyResponse:
    """End all of one's sessions but this one."""
    opened = login_session()
    with transaction() as session:
        but = opened.id if opened else None
        end_sessions(session, account().id, actor=account().actor, at=clock.now(), but=but)
    return led(PAGE, "You are logged out everywhere else.")
