"""Mail: a message handed to an SMTP server, or written to a file where none is set."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from directory.core import clock
from directory.core.settings import Settings

TIMEOUT_SECONDS = 20
DEFAULT_PORTS = {"smtp": 25, "smtps": 465}
PERMANENT = range(500, 600)
GOING_AWAY = 421
ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+")
KEY = re.compile(r"[A-Za-z0-9_.-]+")


class PermanentRefusalError(Exception):
    """A mail that will never arrive: its address can't be, or the server refused recipient or text for good.

    `code` is the server's (500 to 599), 0 where none was asked. The text names nobody.
    """

    def __init__(self, code: int = 0) -> None:
        """Keep the code."""
        super().__init__(f"refused for good ({code or 'no such address'})")
        self.code = code


@dataclass(frozen=True, slots=True)
class Message:
    """A mail, in plain text and, where there is one, HTML that says the same.

    `key` makes its Message-ID: the same mail sent twice carries the same one. `unsubscribe` is the whole address
    that ends this kind of mail in one click.
    """

    to: str
    subject: str
    text: str
    key: str
    html: str = ""
    unsubscribe: str = ""


def compose(message: Message, settings: Settings) -> EmailMessage:
    """Return the message as it goes out.

    Raises:
        PermanentRefusalError: what it is to be sent to isn't one address.
        ValueError: its key or subject can't stand in a header.

    """
    if not ADDRESS.fullmatch(message.to):
        raise PermanentRefusalError
    if not KEY.fullmatch(message.key):
        error = "the key of a mail is made of letters, digits, dots, hyphens and underscores"
        raise ValueError(error)
    host = urlsplit(settings.base_url).hostname or "localhost"
    email = EmailMessage()
    email["From"] = settings.mail_from
    email["To"] = message.to
    email["Subject"] = message.subject
    email["Date"] = format_datetime(clock.now())
    email["Message-ID"] = f"<{message.key}@{host}>"
    email["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe:
        email["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.set_content(message.text)
    if message.html:
        email.add_alternative(message.html, subtype="html")
    return email


def deliver(message: Message, settings: Settings) -> None:
    """Send a mail.

    Raises:
        PermanentRefusalError: it will never arrive, however often it is tried.
        OSError: the server can't be reached, went away, or refuses it for now (`smtplib.SMTPException` is one).

    """
    email = compose(message, settings)
    if not settings.smtp_url:
        _write(email, settings.mail_dir, message.key)
        return
    try:
        _send(email, settings.smtp_url)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code = code_of(error)
        if code is not None and code in PERMANENT:
            raise PermanentRefusalError(code) from None
        raise
    except smtplib.SMTPNotSupportedError:
        raise PermanentRefusalError from None  # an address that this server can't even write down


def code_of(error: BaseException) -> int | None:
    """Return the SMTP code that an error carries, else None; the words beside it may hold an address."""
    if isinstance(error, PermanentRefusalError):
        return error.code
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), None)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def is_server_trouble(error: BaseException) -> bool:
    """Whether the server is to blame rather than this mail: then every other mail would fare the same."""
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return code_of(error) == GOING_AWAY
    return isinstance(error, OSError)


def _write(email: EmailMessage, folder: Path, key: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{key}.eml"
    draft = file.with_suffix(".part")
    draft.write_bytes(bytes(email))
    draft.replace(file)


def _send(email: EmailMessage, url: str) -> None:
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or DEFAULT_PORTS[parts.scheme]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    with server:
        server.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(email)
