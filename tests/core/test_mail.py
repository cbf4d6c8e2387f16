"""Mail over real SMTP: what a server may do to us, and how each is told apart."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from directory.core import mail
from directory.core.mail import Message, PermanentRefusalError, deliver, is_server_trouble
from directory.core.settings import Settings
from tests.ports import free_port

LETTER = Message("reader@buyer.example", "Größe", "Line one\n", "letter-1", "<p>Line one</p>")


class Sink:
    """Answers as told to each command, and keeps what it takes."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.received: list[bytes] = []

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's signature
        envelope.mail_from = address
        return self.answers.get("mail", "250 OK")

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's signature
        envelope.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 OK")

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's signature
        self.received.append(envelope.content)
        return self.answers.get("data", "250 taken")


@contextmanager
def serving(sink: Sink, **options: Any) -> Iterator[int]:
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def at(settings: Settings, port: int, login: str = "") -> Settings:
    return replace(settings, smtp_url=f"smtp://{login}127.0.0.1:{port}")


@pytest.mark.parametrize(("command", "code"), [("rcpt", 550), ("data", 554)])
def test_a_refusal_for_good_is_told_apart_and_names_nobody(settings: Settings, command: str, code: int) -> None:
    sink = Sink(**{command: f"{code} reader@buyer.example unknown"})
    with serving(sink) as port, pytest.raises(PermanentRefusalError) as caught:
        deliver(LETTER, at(settings, port))
    assert caught.value.code == code
    assert "reader" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert not is_server_trouble(caught.value)


@pytest.mark.parametrize(
    ("answers", "is_trouble"),
    [
        ({"rcpt": "450 greylisted"}, False),
        ({"data": "451 later"}, False),
        ({"rcpt": "421 going away"}, True),
        ({"mail": "550 no relay for you"}, True),
    ],
)
def test_a_refusal_for_now_is_tried_again(settings: Settings, answers: dict[str, str], is_trouble: bool) -> None:
    sink = Sink(**answers)
    with serving(sink) as port:
        with pytest.raises(smtplib.SMTPException) as caught:
            deliver(LETTER, at(settings, port))
        assert is_server_trouble(caught.value) == is_trouble
        sink.answers = {}
        deliver(LETTER, at(settings, port))
    assert b"Message-ID: <letter-1@127.0.0.1>" in sink.received[-1]


@contextmanager
def raw_server(*script: bytes, is_silent: bool = False) -> Iterator[int]:
    """Serve one connection: say a line for each one read, then hang up, or never say anything."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        ended = threading.Event()

        def talk() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines, suppress(OSError):
                for line in script:
                    connection.sendall(line)
                    lines.readline()
                if is_silent:
                    ended.wait(20)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            ended.set()
            thread.join(5)


def test_a_server_that_says_nothing_is_left_after_a_while(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.2)
    with raw_server(is_silent=True) as port, pytest.raises(smtplib.SMTPServerDisconnected) as caught:
        deliver(LETTER, at(settings, port))
    assert is_server_trouble(caught.value)


@pytest.mark.parametrize(
    "script",
    [
        (b"554 not you\r\n",),
        (b"220 hello\r\n",),
        (b"220 hello\r\n", b"250 me\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 go on\r\n"),
    ],
    ids=["refused at connect", "drops after hello", "drops in the middle of the mail"],
)
def test_a_server_that_hangs_up_is_to_blame_itself(settings: Settings, script: tuple[bytes, ...]) -> None:
    with raw_server(*script) as port, pytest.raises((smtplib.SMTPException, ConnectionError)) as caught:
        deliver(LETTER, at(settings, port))
    assert is_server_trouble(caught.value)


def test_nobody_listening_is_trouble_too(settings: Settings) -> None:
    with pytest.raises(ConnectionRefusedError) as caught:
        deliver(LETTER, at(settings, 9))
    assert is_server_trouble(caught.value)


def test_it_logs_in_where_the_setting_says_so(settings: Settings) -> None:
    seen: list[tuple[bytes, bytes]] = []

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss word", handled=False)

    sink = Sink()
    options = {"authenticator": check, "auth_require_tls": False}
    with serving(sink, **options) as port:
        deliver(LETTER, at(settings, port, "post:p%40ss%20word@"))
        with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
            deliver(LETTER, at(settings, port, "post:wrong@"))
    assert is_server_trouble(caught.value)
    assert seen[0] == (b"post", b"p@ss word")
    assert len(sink.received) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_talked_to(settings: Settings, tmp_path: Any) -> None:
    sink = Sink()
    with serving(sink, tls_context=own_context(tmp_path)) as port, pytest.raises(ssl.SSLError) as caught:
        deliver(LETTER, at(settings, port))
    assert is_server_trouble(caught.value)
    assert sink.received == []


def test_starttls_is_used_where_it_is_offered(
    settings: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = Sink()
    trusting = ssl.create_default_context
    context = own_context(tmp_path)
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting(cafile=str(tmp_path / "certificate.pem")))
    with serving(sink, tls_context=context, require_starttls=True) as port:
        deliver(LETTER, at(settings, port))
    assert len(sink.received) == 1


def own_context(folder: Any) -> ssl.SSLContext:
    """Return a server's context with a certificate for 127.0.0.1 that it signed itself."""
    import ipaddress  # noqa: PLC0415
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
