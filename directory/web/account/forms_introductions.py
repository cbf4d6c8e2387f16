"""The form that asks providers for an introduction."""

import re
import secrets

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from directory.introductions.models import LEAST, MOST
from directory.web.forms import Form, tidy

ONCE = re.compile(r"[0-9a-f]{32}")


class AskForm(Form):
    """What a buyer writes, and which questions to whom were on the screen."""

    message = TextAreaField(
        "What do you need?",
        filters=[tidy],
        validators=[
            Length(min=LEAST, message=f"Say a little more: {LEAST} characters or more."),
            Length(max=MOST, message=f"That is too long: {MOST:,} characters at most."),
        ],
    )
    shown = HiddenField()

    @property
    def key(self) -> str:
        """Return what names this form, so that sent twice it asks once; one that was tampered with names nothing."""
        once = self.once.data or ""
        return once if ONCE.fullmatch(once) else secrets.token_hex(16)
