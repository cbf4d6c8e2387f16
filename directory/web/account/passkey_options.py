"""What a browser is told about making and using passkeys (WebAuthn), by py_webauthn.

A passkey stands for password and second factor at once: it is asked for with the person shown to the device (a
fingerprint, a PIN). The challenge is signed, holds for five minutes, and only in the browser it was given to.
"""

import hashlib
import hmac
import secrets
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from flask import request, session
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from directory.accounts.models import Passkey, User
from directory.core import clock
from directory.web.session import services

NAME = "Find the Makers"
BROWSER = "passkey"
PATIENCE = 300
NUMBERS = 8
NONCE = 16
REQUIRED = UserVerificationRequirement.REQUIRED
LOOPBACK = ("localhost", "127.0.0.1")


def site() -> tuple[str, str]:
    """Return the name that passkeys are bound to and the origin they are used at: those of the base address.

    On a desk, where that is this machine, it is what stands in the address bar: browsers take `localhost`, no number.
    """
    base = urlsplit(services().settings.base_url)
    host, origin = base.hostname or "", f"{base.scheme}://{base.netloc}"
    asked = urlsplit(request.host_url)
    if host in LOOPBACK and asked.hostname in LOOPBACK and not services().settings.is_production:
        return asked.hostname, f"{asked.scheme}://{asked.netloc}"
    return host, origin


def has_name() -> bool:
    """Whether passkeys can be bound to where this is served: a name, not a number."""
    try:
        ip_address(site()[0])
    except ValueError:
        return True
    return False


def options_to_make(user: User, existing: list[Passkey]) -> str:
    """Return the options to make a passkey, as JSON; ones the device has already are left out."""
    options = webauthn.generate_registration_options(
        rp_id=site()[0],
        rp_name=NAME,
        user_name=user.email or "",
        user_display_name=user.name,
        user_id=user.fs_uniquifier.encode()[:64],
        challenge=_challenge(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in existing],
    )
    return webauthn.options_to_json(options)


def options_to_log_in() -> str:
    """Return the options to log in with any passkey, as JSON; empty where passkeys can't work."""
    if not has_name():
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=site()[0], challenge=_challenge(), user_verification=REQUIRED
    )
    return webauthn.options_to_json(options)


def _challenge() -> bytes:
    """Return a challenge that says when it was made, for this browser, signed."""
    browser = session.setdefault(BROWSER, secrets.token_hex(16))
    made = int(clock.now().timestamp()).to_bytes(NUMBERS, "big") + secrets.token_bytes(NONCE)
    return made + _signature(made, browser)


def is_own_challenge(challenge: bytes) -> bool:
    """Whether a challenge was made here, for this browser, a short while ago."""
    browser = session.get(BROWSER)
    made, signature = challenge[: NUMBERS + NONCE], challenge[NUMBERS + NONCE :]
    if not isinstance(browser, str) or not hmac.compare_digest(signature, _signature(made, browser)):
        return False
    age = clock.now().timestamp() - int.from_bytes(made[:NUMBERS], "big")
    return 0 <= age + 1 <= PATIENCE + 1


def _signature(made: bytes, browser: str) -> bytes:
    key = services().settings.secret_key.encode()
    return hmac.new(key, b"passkey\0" + browser.encode() + b"\0" + made, hashlib.sha256).digest()
