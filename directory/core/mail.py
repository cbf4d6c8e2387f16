"""Mail: a message handed to an SMTP server, or written to a file where none is set."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from directory.core.settings import Settings

TIMEOUT_SECONDS = 20
DEFAULT_PORTS = {"smtp": 25, "smtps": 465}


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
    """Return the message as it goes out; line breaks in subject or address are refused by the library."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    email = EmailMessage()
    email["From"] = settings.mail_from
    email["To"] = message.to
    email["Subject"] = message.subject
    email["Message-ID"] = f"<{message.key}@{host}>"
    if message.unsubscribe:
        email["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.set_content(message.text)
    if message.html:
        email.add_alternative(message.html, subtype="html")
    return email


def deliver(message: Message, settings: Settings) -> None:
    """Send a mail; raise `OSError` or `smtplib.SMTPException` when the server can't be reached or refuses it."""
    email = compose(message, settings)
    if settings.smtp_url:
        _send(email, settings.smtp_url)
    else:
        _write(email, settings.mail_dir, message.key)


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
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(email)
