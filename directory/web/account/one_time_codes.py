"""Codes of an authenticator app (TOTP, RFC 6238) and recovery codes.

The secret is kept encrypted by Flask-Security's wallet (AES-256, a key derived from DIRECTORY_SECRET_KEY); recovery
codes are kept as keyed hashes. A code counts once: its time step is taken by compare-and-set in the database.
"""

from dataclasses import dataclass

import qrcode
from flask_security.totp import Totp
from passlib.totp import TotpMatch
from sqlalchemy.orm import Session

from directory.accounts.credentials import take_code
from directory.accounts.models import User
from directory.core.links import keyed_hash
from directory.core.settings import Settings

ISSUER = "Find the Makers"
KEY_NAME = "1"
WINDOW_SECONDS = 30
CODES = 10


@dataclass(slots=True)
class Try:
    """One try of a code. Without a session nothing is taken: the step is only told, when somebody sets it up."""

    user_id: int = 0
    last: int | None = None
    session: Session | None = None
    counter: int = 0
    is_taken: bool = False


class Codes(Totp):
    """Flask-Security's codes, each good for once."""

    def get_last_counter(self, user: Try) -> int | None:  # type: ignore[override]  # the hook takes what verify_totp got
        """Return the last time step that was taken."""
        return user.last

    def set_last_counter(self, user: Try, tmatch: TotpMatch) -> None:  # type: ignore[override]  # as above
        """Take this time step; of two tries at once one gets it."""
        user.counter = tmatch.counter
        user.is_taken = user.session is None or take_code(user.session, user.user_id, tmatch.counter)

    def step_of(self, code: str, secret: str) -> int | None:
        """Return the time step of a code for a secret that is being set up; None where it is wrong."""
        one = Try()
        return one.counter if self.verify_totp(_plain(code), secret, one, WINDOW_SECONDS) else None  # type: ignore[arg-type]

    def is_right(self, session: Session, user: User, code: str) -> bool:
        """Whether a code is right and wasn't used before; it is used now."""
        if user.tf_totp_secret is None:
            return False
        one = Try(user.id, user.totp_counter, session)
        return self.verify_totp(_plain(code), user.tf_totp_secret, one, WINDOW_SECONDS) and one.is_taken  # type: ignore[arg-type]


def codes(settings: Settings) -> Codes:
    """Return the codes of this installation; what was encrypted with another secret key can't be read."""
    return Codes({KEY_NAME: keyed_hash("totp-wallet", KEY_NAME, settings.secret_key)}, ISSUER)


def known_secret(made: Codes, key: str) -> str:
    """Return a key that is known already, in base 32, as it is kept: encrypted."""
    encrypted: str = made._totp(key=key).to_json(encrypt=True)  # noqa: SLF001 - the library makes only new ones in public
    return encrypted


def is_time_code(text: str) -> bool:
    """Whether something typed looks like a code of an app, and not like a recovery code."""
    plain = _plain(text)
    return plain.isascii() and plain.isdigit() and len(plain) == 6


def recovery_hash(code: str, user_id: int, settings: Settings) -> str:
    """Return what is kept of a recovery code."""
    return keyed_hash("recovery-code", f"{user_id}\0{_plain(code)}", settings.secret_key)


def new_recovery_codes(user_id: int, settings: Settings) -> tuple[list[str], list[str]]:
    """Return new recovery codes to show once, and what is kept of them."""
    shown = codes(settings).generate_recovery_codes(CODES)
    return shown, [recovery_hash(code, user_id, settings) for code in shown]


def drawing(uri: str) -> tuple[int, str]:
    """Return a QR code as the side of its square and an SVG path: dark modules, a margin of four round them."""
    code = qrcode.QRCode(border=4)
    code.add_data(uri)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return len(rows), path


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
