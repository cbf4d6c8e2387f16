"""The forms that ask a customer for a reference: whom, about which system, what to confirm."""

import re
from collections.abc import Iterable
from typing import Any

from wtforms import EmailField, HiddenField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from directory.catalogue.services import Catalogue
from directory.core.errors import InvalidInputError
from directory.core.places import countries
from directory.evidence.metrics import DEFINITIONS
from directory.providers.models import System
from directory.providers.websites import AddressError, Website, ascii_host, normalise_website, registrable_domain
from directory.references.mailboxes import check_work_address, normalised
from directory.references.services import MOST_CRITERIA
from directory.web.forms import Form

LONGEST = 120
NOT_A_NAME = re.compile(r"\d{2,}|://|@|[<>\[\]{}|\\]")
"""What no name or title has: so that a letter says who is asked, and nothing that is stated."""


def line(text: str | None) -> str:
    """Return what was typed as one line; databases take no NUL."""
    return " ".join((text or "").replace("\0", "").split())


def _hosts(text: str | None) -> set[str]:
    """Return the hosts in a text that a mail program would make links of."""
    found = set()
    for word in re.split(r"[\s,;:()/]+", text or ""):
        try:
            host = ascii_host(word.strip(".?!'’“”\""))
        except AddressError:
            continue
        if registrable_domain(f"x.{host.rpartition('.')[2]}"):
            found.add(host)
    return found


def _plain(_form: Form, field: Field) -> None:
    if field.data and (NOT_A_NAME.search(field.data) or _hosts(field.data)):
        raise ValidationError("Write the name only: no addresses and no numbers.")


def _needed(message: str, longest: int = LONGEST) -> list[Any]:
    return [InputRequired(message), Length(max=longest, message=f"That is too long: {longest} characters at most.")]


class CustomerForm(Form):
    """Which customer of which system. It stands first on the page, and so do its errors in their list."""

    system = SelectField("Which system?", default="", validators=[InputRequired("Choose the system.")])
    organisation = StringField("Their firm", filters=[line], validators=_needed("Name the firm."))
    website = StringField("The firm’s website", filters=[line], validators=_needed("Give the firm’s website.", 500))
    country = SelectField("Country of its head office", default="")
    industry = SelectField("Its industry", default="")

    def validate_organisation(self, field: Field) -> None:
        """Take a firm's name: a short number may stand in it, an address may not but for the firm's own."""
        if field.data and re.search(r"://|@|[<>\[\]{}|\\]|\d[\d.,]{3,}", field.data):
            raise ValidationError("Write the firm’s name only.")
        try:
            own = self.customer().domain
        except AddressError:
            return  # said beside the website
        if any(registrable_domain(host) != own for host in _hosts(field.data)):
            raise ValidationError("Write the firm’s name only, without an address that isn’t its own.")

    def validate_website(self, field: Field) -> None:
        """Take a firm's own website."""
        if field.data:
            try:
                normalise_website(field.data)
            except AddressError as error:
                raise ValidationError(f"This {error}.") from error

    def customer(self) -> Website:
        """Return the firm's website, once the form is valid."""
        return normalise_website(self.website.data)


class ContactForm(Form):
    """Whom a letter goes to; the view hands over the provider's own domain, where no customer sits."""

    provider_domain = ""

    name = StringField("Their name", filters=[line], validators=[*_needed("Say whom the letter goes to."), _plain])
    title = StringField("Their title", filters=[line], validators=[Length(max=LONGEST), _plain])
    email = EmailField("Their work e-mail address", filters=[line], validators=_needed("Give their address.", 254))
    warned = HiddenField()

    def validate_email(self, field: Field) -> None:
        """Take a work address, and keep it in lower case; say at once where it could never be verified."""
        if field.data:
            try:
                field.data = normalised(field.data)
                check_work_address(field.data, self.provider_domain)
            except InvalidInputError as error:
                raise ValidationError(error.message) from error


class AskForm(CustomerForm, ContactForm):
    """Whom to ask, about which system, and what."""

    metrics = SelectMultipleField(
        "Figures to confirm",
        choices=[SelectChoice(metric.value, one.label) for metric, one in DEFINITIONS.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    criteria = SelectMultipleField(
        "Points of the checklist to confirm",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def validate_metrics(self, field: Field) -> None:
        """Ask for something."""
        if not field.data and not self.criteria.data:
            raise ValidationError("Choose a figure or a point of the checklist to confirm.")

    def validate_criteria(self, field: Field) -> None:
        """Keep it to five minutes."""
        if len(field.data or ()) > MOST_CRITERIA:
            raise ValidationError(f"Choose {MOST_CRITERIA} at most: it should take five minutes.")


def offer(form: AskForm, systems: Iterable[System], catalogue: Catalogue) -> None:
    """Give the form what can be chosen."""
    form.system.choices = [SelectChoice("", "Choose"), *(SelectChoice(str(one.id), one.name) for one in systems)]
    names = sorted(countries().items(), key=lambda one: one[1])
    form.country.choices = [SelectChoice("", "Not stated"), *(SelectChoice(code, name) for code, name in names)]
    industries = (SelectChoice(term.id, term.label) for term in catalogue.taxonomy.terms("industry"))
    form.industry.choices = [SelectChoice("", "Not stated"), *industries]
    form.criteria.choices = [SelectChoice(one.id, one.name) for one in catalogue.checklist.criteria.values()]
