"""What is typed on the account's pages."""

import re

from wtforms import EmailField, HiddenField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.fields import Field
from wtforms.validators import DataRequired, Length, ValidationError

from directory.accounts import password_rules
from directory.accounts.models import Role
from directory.accounts.policies import Person
from directory.alerts.models import Cadence
from directory.web.forms import Form

MOST_EMAIL = 254
MOST_NAME = 200
MOST_TYPED = 1000
ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s<>,;.]{2,}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
CADENCES = {
    Cadence.DAILY: "On each day on which something changed",
    Cadence.WEEKLY: "Once a week, if something changed",
    Cadence.NEVER: "Never: only keep it here",
}
PURPOSES = {
    Role.BUYER: "Find a firm: I compare providers",
    Role.VENDOR: "Be found: I edit the entry of a firm",
}


def plain(text: str | None) -> str:
    """Return what was typed on one line, without blanks around it."""
    return CONTROL.sub(" ", text or "").strip()


def typed(text: str | None) -> str:
    """Return a password as it was typed, but for a NUL, which no database takes."""
    return (text or "").replace("\0", "")[:MOST_TYPED]


def check_address(_form: Form, field: Field) -> None:
    """Refuse what mail couldn't reach."""
    if len(field.data) > MOST_EMAIL or not field.data.isprintable() or not ADDRESS.fullmatch(field.data):
        message = "This doesn’t look like an e-mail address: name@firm.example."
        raise ValidationError(message)


class AlertForm(Form):
    """How often somebody wants to be told of an alert."""

    cadence = RadioField(
        "How often",
        choices=[SelectChoice(one.value, words) for one, words in CADENCES.items()],
        default=Cadence.DAILY.value,
        validators=[DataRequired("Choose how often.")],
    )


class LogInForm(Form):
    """An address and a password."""

    email = EmailField("E-mail address", filters=[plain], validators=[DataRequired("Type your e-mail address.")])
    password = PasswordField("Password", filters=[typed], validators=[DataRequired("Type your password.")])
    next = HiddenField()


class CodeForm(Form):
    """A code of an app, or a recovery code."""

    code = StringField(
        "Code",
        filters=[plain],
        validators=[DataRequired("Type the code."), Length(max=40, message="A code is shorter than that.")],
    )
    next = HiddenField()


class RegisterForm(Form):
    """Who somebody is, and what they come for."""

    role = RadioField(
        "What do you come for?",
        choices=[SelectChoice(role.value, label) for role, label in PURPOSES.items()],
        validators=[DataRequired("Choose what you come for.")],
    )
    name = StringField(
        "Your name",
        filters=[plain],
        validators=[
            DataRequired("Type your name."),
            Length(max=MOST_NAME, message=f"Use {MOST_NAME} characters at most."),
        ],
    )
    email = EmailField(
        "E-mail address", filters=[plain], validators=[DataRequired("Type your e-mail address."), check_address]
    )
    password = PasswordField("Password", filters=[typed], validators=[DataRequired("Choose a password.")])

    def validate_password(self, field: Field) -> None:
        """Refuse a password that would be guessed."""
        refuse_weak(field.data, self.name.data or "", self.email.data or "")


class ConfirmForm(Form):
    """The password that was chosen, typed once more by whoever reads the mailbox."""

    password = PasswordField("Password", filters=[typed], validators=[DataRequired("Type the password you chose.")])


class ResetForm(Form):
    """Where to write."""

    email = EmailField(
        "E-mail address", filters=[plain], validators=[DataRequired("Type your e-mail address."), check_address]
    )


class OwnForm(Form):
    """A change of how one logs in: it takes the password, so that an open screen isn't enough."""

    current = PasswordField(
        "Your password now", filters=[typed], validators=[DataRequired("Type the password you have now.")]
    )


class NewPasswordForm(Form):
    """A new password, for the account that a link is for; the view says whose it is."""

    password = PasswordField("New password", filters=[typed], validators=[DataRequired("Choose a password.")])
    owner: Person | None = None

    def validate_password(self, field: Field) -> None:
        """Refuse a password that would be guessed."""
        name, email = (self.owner.name, self.owner.email) if self.owner else ("", "")
        refuse_weak(field.data, name, email)


class PasswordForm(OwnForm, NewPasswordForm):
    """A new password beside the one until now."""


class EmailForm(OwnForm):
    """The new address."""

    email = EmailField(
        "New e-mail address", filters=[plain], validators=[DataRequired("Type the new address."), check_address]
    )


class EnrolForm(OwnForm):
    """The first code of an app that has just been set up."""

    code = StringField("Code", filters=[plain], validators=[DataRequired("Type the code that the app shows.")])
    next = HiddenField()


class PasskeyForm(OwnForm):
    """A name for a passkey, and what the browser made of it."""

    name = StringField(
        "Name",
        filters=[plain],
        validators=[DataRequired("Give it a name."), Length(max=64, message="Use 64 characters at most.")],
    )
    credential = HiddenField()


class PasskeyLogInForm(Form):
    """What the browser made of a passkey."""

    credential = HiddenField()
    next = HiddenField()


class NameForm(Form):
    """One's name."""

    name = StringField(
        "Your name",
        filters=[plain],
        validators=[
            DataRequired("Type your name."),
            Length(max=MOST_NAME, message=f"Use {MOST_NAME} characters at most."),
        ],
    )


def refuse_weak(password: str, name: str, email: str) -> None:
    """Raise what is wrong with a password."""
    problem = password_rules.problem(password, name, email)
    if problem:
        raise ValidationError(problem)
