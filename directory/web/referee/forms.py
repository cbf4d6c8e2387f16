"""The referee's form: one question after another, each with a way to say "I can't say"."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from directory.catalogue.schema import Checklist, Taxonomy
from directory.core.errors import InvalidInputError
from directory.core.places import countries
from directory.evidence.metrics import DEFINITIONS, Coverage, Metric
from directory.references.models import Reference, Relationship, Tie
from directory.references.questions import QUESTIONS, Told, band_of, bands, kept, read_value
from directory.references.testimony import STATUSES, Testimony
from directory.web.forms import Form

CANT_SAY = "cant-say"
MOST_QUOTE, MOST_REASON = 400, 1000
NO_TIE = "none"
ONE_OF_BOTH = "Give a number, choose a range, or say that you can’t."
RELATIONSHIPS = {
    Relationship.CUSTOMER: "We are their customer now",
    Relationship.FORMER_CUSTOMER: "We were their customer before",
    Relationship.NONE: "Neither",
}
TIES = {
    Tie.EMPLOYMENT: "I work or have worked for them",
    Tie.FAMILY: "Somebody of my family does",
    Tie.FINANCIAL: "I own a part of them, or they pay me or my firm",
    NO_TIE: "None of these",
}
STATUS_LABELS = {"met": "Yes", "partly": "Partly", "unmet": "No", CANT_SAY: "I can’t say"}
REGULATED = {"yes": "Yes", "no": "No", "": "I can’t say"}
COVERAGES = {
    Coverage.ROUND_THE_CLOCK.value: "Round the clock",
    Coverage.BUSINESS_HOURS.value: "In business hours",
    "": "I can’t say",
}


def tidy(text: str | None) -> str:
    """Return what was typed without blanks around it, with one kind of line break, and no NUL: databases take none."""
    return (text or "").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()


def one_line(text: str | None) -> str:
    """Return what was typed as one line."""
    return " ".join(tidy(text).split())


def pairs(labels: dict[Any, str]) -> list[SelectChoice]:
    """Return choices for a field."""
    return [SelectChoice(str(value), label) for value, label in labels.items()]


class AnswerForm(Form):
    """Who somebody is to the provider; `form_for` adds a field for each question, and then those for consent."""

    relationship = RadioField(
        "What is your firm to them?",
        choices=pairs(RELATIONSHIPS),
        validators=[InputRequired("Say what your firm is to them.")],
    )
    ties = SelectMultipleField(
        "Do any of these hold for you?",
        choices=pairs(TIES),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    size = SelectField("How many people work at your firm?", default="")
    regulated = RadioField("Is your firm regulated?", choices=pairs(REGULATED), default="")
    country = SelectField("Country of its head office", default="")
    industry = SelectField("Its industry", default="")
    metrics: tuple[Metric, ...] = ()
    criteria: tuple[str, ...] = ()

    def validate_ties(self, field: Field) -> None:
        """Ask for an answer, and for one that doesn't contradict itself."""
        if not field.data:
            raise ValidationError("Tick what holds, or “None of these”.")
        if NO_TIE in field.data and len(field.data) > 1:
            raise ValidationError("Tick either “None of these” or what holds.")

    def validate_may_show_person(self, field: Field) -> None:
        """Refuse to show a person where the firm isn't named: the one would tell the other."""
        if field.data and self.naming.data == "no":
            raise ValidationError("Your name would tell your firm’s: allow both, or neither.")

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms's signature
        """Check every field, then each question's two fields together."""
        is_valid = super().validate(extra_validators)
        for metric in self.metrics:
            try:
                self.told(metric)
            except InvalidInputError as error:
                target = self[f"{metric}_value"]
                target.errors = [*target.errors, f"{DEFINITIONS[metric].label}: {error.message}"]
                is_valid = False
        return bool(is_valid)

    def told(self, metric: Metric) -> Told | None:
        """Return what was said of a metric, None for "I can't say"; raise `InvalidInputError` that says what to do."""
        typed, chosen = self[f"{metric}_value"].data, self[f"{metric}_band"].data
        if not typed and not chosen:
            raise InvalidInputError(metric, ONE_OF_BOTH)
        if typed and chosen == CANT_SAY:
            raise InvalidInputError(metric, "Either give a number, or say that you can’t.")
        band = band_of(metric, chosen) if chosen else None
        coverage = Coverage(self.coverage_of(metric)) if self.coverage_of(metric) else None
        if not typed:
            return None if band is None else Told(band.low, band.high, is_band=True, coverage=coverage)
        value: Decimal = read_value(metric, typed)
        if band is not None and not band.holds(value):
            raise InvalidInputError(metric, "The number lies outside the range you chose.")
        return Told(value, value, is_band=False, coverage=coverage)

    def coverage_of(self, metric: Metric) -> str:
        """Return when a response time holds; nothing for other metrics, or where it can't be said."""
        return str(self.response_coverage.data or "") if metric is Metric.RESPONSE_MINUTES else ""

    def testimony(self, taxonomy: Taxonomy, origin_hash: str) -> Testimony:
        """Return what was said, once the form is valid."""
        said = {metric.value: kept(told) for metric in self.metrics if (told := self.told(metric))}
        seen = {one: {"status": self[_field(one)].data} for one in self.criteria if self[_field(one)].data in STATUSES}
        least = {band.id: max(band.least, 1) for band in taxonomy.sizes}
        return Testimony(
            relationship=self.relationship.data,
            ties=tuple(one for one in self.ties.data if one != NO_TIE),
            employees=least.get(self.size.data),
            is_regulated={"yes": True, "no": False}.get(self.regulated.data),
            country=self.country.data or None,
            industry=self.industry.data or None,
            answers=said | seen,
            quote=self.quote.data,
            is_named=self.naming.data == "yes",
            may_show_person=self.may_show_person.data,
            origin_hash=origin_hash,
        )


class DeclineForm(Form):
    """Saying no, with a reason or without, or that somebody else should have been asked."""

    why = RadioField(
        "What fits?",
        choices=[
            SelectChoice("no", "I’d rather not answer"),
            SelectChoice("not-me", "I’m not the right person"),
        ],
        validators=[InputRequired("Choose one.")],
    )
    reason = TextAreaField(
        "Your reason",
        filters=[tidy],
        validators=[Length(max=MOST_REASON, message=f"That is too long: {MOST_REASON} characters at most.")],
    )


def _field(criterion: str) -> str:
    return "criterion_" + criterion.replace("-", "_")


def form_for(reference: Reference, checklist: Checklist, taxonomy: Taxonomy) -> AnswerForm:
    """Return the form of one reference, filled with what was sent; what the vendor stated of figures isn't in it."""
    metrics = tuple(Metric(one) for one in reference.asked.get("metrics", ()))
    criteria = tuple(one for one in reference.asked.get("criteria", ()) if one in checklist.criteria)
    fields: dict[str, Any] = {"metrics": metrics, "criteria": criteria}
    for metric in metrics:
        fields |= _metric_fields(metric)
    for one in criteria:
        criterion = checklist.criteria[one]
        missing = InputRequired(f"{criterion.name}: choose one.")
        fields[_field(one)] = RadioField(criterion.question, choices=pairs(STATUS_LABELS), validators=[missing])
    form: AnswerForm = type("ReferenceForm", (AnswerForm,), fields | _consent_fields())()
    _fill(form, reference, taxonomy)
    return form


def _metric_fields(metric: Metric) -> dict[str, Any]:
    choices = [
        SelectChoice("", "Choose a range"),
        *(SelectChoice(band.id, band.label) for band in bands(metric)),
        SelectChoice(CANT_SAY, "I can’t say"),
    ]
    fields: dict[str, Any] = {
        f"{metric}_value": StringField(f"As a number: {QUESTIONS[metric].unit}", filters=[one_line]),
        f"{metric}_band": SelectField("Or a range", choices=choices, default=""),
    }
    if metric is Metric.RESPONSE_MINUTES:
        fields["response_coverage"] = RadioField("When does that hold?", choices=pairs(COVERAGES), default="")
    return fields


def _consent_fields() -> dict[str, Any]:
    """Return what is asked last; fields stand, and tell of their errors, in the order in which they were made."""
    return {
        "quote": TextAreaField(
            "A sentence for publication",
            filters=[tidy],
            validators=[Length(max=MOST_QUOTE, message=f"That is too long: {MOST_QUOTE} characters at most.")],
        ),
        "naming": RadioField(
            "May your firm be named?",
            choices=pairs({"yes": "Yes, by name", "no": "No, only its size, country and industry"}),
            validators=[InputRequired("Choose one: nothing is published without your word.")],
        ),
        "may_show_person": BooleanField("My own name and title may stand beside it, as they are in the letter"),
    }


def _fill(form: AnswerForm, reference: Reference, taxonomy: Taxonomy) -> None:
    form.size.choices = _terms(taxonomy, "size", "I’d rather not say")
    form.industry.choices = _terms(taxonomy, "industry", "Not stated")
    names = sorted(countries().items(), key=lambda one: one[1])
    form.country.choices = [SelectChoice("", "Not stated"), *(SelectChoice(code, name) for code, name in names)]
    if not form.is_submitted():
        form.country.data = reference.organisation_country or ""
        form.industry.data = reference.organisation_industry or ""


def _terms(taxonomy: Taxonomy, facet: str, nothing: str) -> Sequence[SelectChoice]:
    terms = (SelectChoice(term.id, term.label) for term in taxonomy.terms(facet))
    return [SelectChoice("", nothing), *terms]
