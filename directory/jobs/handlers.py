"""What each kind of job does. A handler holds no transaction while it waits on the network."""

from collections.abc import Callable
from typing import Any

from directory.core.mail import Message, deliver
from directory.core.settings import Settings

Handler = Callable[[dict[str, Any], Settings], None]


def send_mail(payload: dict[str, Any], settings: Settings) -> None:
    """Send the mail that the payload describes: to, subject, text, key."""
    deliver(Message(**payload), settings)


HANDLERS: dict[str, Handler] = {"mail": send_mail}
