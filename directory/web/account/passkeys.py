"""Passkeys: making one, logging in with it, removing it."""

import json
from base64 import urlsafe_b64decode
from typing import Any

import webauthn
from flask import redirect, request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.registration.verify_registration_response import VerifiedRegistration
from werkzeug.wrappers import Response as AnyResponse

from directory.accounts.credentials import add_passkey, forget_failures, remove_passkey
from directory.accounts.models import Passkey, User
from directory.accounts.queries import is_open, passkeys_of
from directory.accounts.services import account_of
from directory.core import clock
from directory.web import signing_in
from directory.web.account import limits
from directory.web.account.coming_back import after
from directory.web.account.forms import LogInForm, PasskeyForm, PasskeyLogInForm
from directory.web.account.pages import WRONG_PASSWORD, is_own_password, led, own_user, shown
from directory.web.account.passkey_options import (
    has_name,
    is_own_challenge,
    options_to_log_in,
    options_to_make,
    site,
)
from directory.web.forms import EXPIRED
from directory.web.identity import account
from directory.web.session import reader, transaction

PAGE = "/account/passkeys"
MOST = 10
MOST_CREDENTIAL = 20_000
NOT_MADE = "The browser didn’t make a passkey, or the page was open for too long. Try again."
NOT_KNOWN = "This passkey isn’t known here, or the page was open for too long. Log in with your password, or try again."
FACTOR_FIRST = "Set up an app first: its recovery codes are the way back in if you lose the passkey."


def show() -> AnyResponse:
    """List one's passkeys, or take a new one."""
    form, user = PasskeyForm(), own_user()
    may_add = user.tf_totp_secret is not None and account().has_second_factor
    if request.method != "POST":
        return _page(form, user, may_add=may_add)
    if not may_add:
        return _page(form, user, may_add=may_add, status=422, more=(("", FACTOR_FIRST),))
    if not form.validate():
        return _page(form, user, may_add=may_add, status=422)
    if not is_own_password(user, form.current.data):
        return _page(form, user, may_add=may_add, status=422, more=(("current", WRONG_PASSWORD),))
    if not _made(user, form):
        return _page(form, user, may_add=may_add, status=422, more=(("", NOT_MADE),))
    return led(PAGE, "The passkey is added: you can log in with it from now on.")


def _page(
    form: PasskeyForm, user: User, *, may_add: bool, status: int = 200, more: tuple[tuple[str, str], ...] = ()
) -> AnyResponse:
    existing = list(passkeys_of(reader(), user.id))
    form.credential.data = ""
    may_add = may_add and has_name() and len(existing) < MOST
    options = options_to_make(user, existing) if may_add else ""
    values = {"passkeys": existing, "options": options, "has_factor": user.tf_totp_secret is not None}
    return shown("passkeys", form, status=status, more=more, has_name=has_name(), **values)


def _made(user: User, form: PasskeyForm) -> bool:
    """Keep what the browser made, if it holds; False where it doesn't."""
    sent = _read(form.credential.data)
    made = _checked_registration(sent) if sent else None
    if sent is None or made is None:
        return False
    at = clock.now()
    passkey = Passkey(
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=[str(one)[:20] for one in sent.get("response", {}).get("transports", [])][:8],
        backup_state=made.credential_backed_up,
        device_type=made.credential_device_type.value,
        name=form.name.data,
        usage="first",
        create_datetime=at,
        lastuse_datetime=at,
    )
    try:
        with transaction() as session:
            add_passkey(session, passkey, actor=account().actor, at=at)
    except IntegrityError:
        return False  # it is somebody's already
    return True


def _checked_registration(sent: dict[str, Any]) -> VerifiedRegistration | None:
    name, origin = site()
    try:
        return webauthn.verify_registration_response(
            credential=sent,
            expected_challenge=_challenge_of(sent),
            expected_rp_id=name,
            expected_origin=origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None


def log_in() -> AnyResponse:
    """Log in with a passkey: it stands for both factors."""
    form = PasskeyLogInForm()
    if not form.validate():
        return _refused(form, words=EXPIRED if "csrf_token" in form.errors else NOT_KNOWN)
    if not limits.is_within(limits.LOG_IN, "passkey-" + (form.credential.data or "")[:100]):
        return _refused(form, status=429, words=limits.TOO_MANY)
    sent = _read(form.credential.data)
    passkey = _passkey_of(sent) if sent else None
    user = reader().get(User, passkey.user_id) if passkey else None
    if sent is None or passkey is None or user is None or not is_open(user):
        return _refused(form)
    used = _checked_use(sent, passkey)
    if used is None:
        return _refused(form)
    at = clock.now()
    with transaction() as session:
        held = session.get_one(Passkey, passkey.id, with_for_update=True)
        held.sign_count, held.backup_state, held.lastuse_datetime = used.new_sign_count, used.credential_backed_up, at
        forget_failures(session, user.id)
        opened = signing_in.open_for(session, account_of(session, user.id), has_second_factor=True)
    signing_in.enter(opened)
    return redirect(after(form.next.data), 303)


def _refused(form: PasskeyLogInForm, *, status: int = 422, words: str = NOT_KNOWN) -> AnyResponse:
    page = LogInForm(formdata=None)
    page.next.data = form.next.data
    return shown("login", page, status=status, more=(("", words),), passkey=options_to_log_in())


def _passkey_of(sent: dict[str, Any]) -> Passkey | None:
    try:
        number = _decoded(sent["rawId"])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None
    return reader().scalar(select(Passkey).where(Passkey.credential_id == number))


def _checked_use(sent: dict[str, Any], passkey: Passkey) -> VerifiedAuthentication | None:
    name, origin = site()
    try:
        return webauthn.verify_authentication_response(
            credential=sent,
            expected_challenge=_challenge_of(sent),
            expected_rp_id=name,
            expected_origin=origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None


def _read(text: str | None) -> dict[str, Any] | None:
    try:
        sent = json.loads((text or "")[:MOST_CREDENTIAL])
    except (ValueError, RecursionError):
        return None
    return sent if isinstance(sent, dict) and isinstance(sent.get("response"), dict) else None


def _challenge_of(sent: dict[str, Any]) -> bytes:
    """Return the challenge that was answered, if it is one of ours for this browser; raise `ValueError` else."""
    told = json.loads(_decoded(sent["response"]["clientDataJSON"]))
    challenge = _decoded(told["challenge"])
    if not is_own_challenge(challenge):
        message = "another challenge"
        raise ValueError(message)
    return challenge


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def remove(number: int) -> AnyResponse:
    """Remove one of one's passkeys."""
    with transaction() as session:
        remove_passkey(session, account().id, number, actor=account().actor, at=clock.now())
    return led(PAGE, "The passkey is removed.")
