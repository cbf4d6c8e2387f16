"""People of an entry: members, invitations, and accepting one."""

from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from werkzeug.wrappers import Response as AnyResponse
from wtforms import EmailField, RadioField, SelectChoice
from wtforms.validators import InputRequired

from directory.core import clock
from directory.core.errors import InvalidInputError
from directory.providers import people
from directory.providers.membership import Invitation, MemberRole
from directory.providers.models import Provider
from directory.providers.people import Doer, Member
from directory.web import signing_in
from directory.web.forms import Form, summary
from directory.web.identity import account, entry
from directory.web.security import limiter
from directory.web.session import reader, services, transaction

LIMIT = "20 per hour"
TOO_MANY = "Twenty invitations an hour are sent. What you typed is still here: send it later."


class InvitationForm(Form):
    """Whom to invite, and as what."""

    email = EmailField("Their e-mail address", validators=[InputRequired("Type an e-mail address.")])
    role = RadioField(
        "As",
        choices=[
            SelectChoice(MemberRole.EDITOR.value, "Editor: writes the entry, its systems and figures"),
            SelectChoice(MemberRole.OWNER.value, "Owner: also decides on people, and withdraws or removes the entry"),
        ],
        default=MemberRole.EDITOR.value,
    )


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Who edits an entry and who is invited; `form` is there for owners."""

    provider: Provider
    members: list[Member]
    invitations: list[Invitation]
    form: InvitationForm | None
    errors: tuple[tuple[str, str], ...]

    @property
    def owners(self) -> int:
        """How many owners there are."""
        return sum(member.role is MemberRole.OWNER for member in self.members)


def show(slug: str) -> Response:
    """Show who edits the entry."""
    return _page(slug, InvitationForm(formdata=None))


def invite(slug: str) -> AnyResponse:
    """Take the form and send the invitation."""
    form = InvitationForm()
    if not form.validate():
        return _page(slug, form, summary(form), 422)
    try:
        with limiter.limit(LIMIT, key_func=_who), transaction() as session:
            people.invite(session, entry(slug).provider.id, form.email.data, MemberRole(form.role.data), by=_doer())
    except RateLimitExceeded:
        return _page(slug, form, (("", TOO_MANY),), 429)
    except InvalidInputError as error:
        form.email.errors = [error.message]
        return _page(slug, form, summary(form), 422)
    return _done(slug, "The invitation is on its way.")


def resend(slug: str, number: int) -> AnyResponse:
    """Send an invitation again."""
    try:
        with limiter.limit(LIMIT, key_func=_who), transaction() as session:
            people.resend(session, entry(slug).provider.id, number, by=_doer())
    except RateLimitExceeded:
        return _page(slug, InvitationForm(formdata=None), (("", TOO_MANY),), 429)
    return _done(slug, "It is on its way again. The link in the mail before doesn’t hold any more.")


def revoke(slug: str, number: int) -> AnyResponse:
    """Take an invitation back."""
    with transaction() as session:
        people.revoke(session, entry(slug).provider.id, number, by=_doer())
    return _done(slug, "The invitation is revoked.")


def set_role(slug: str, user_id: int) -> AnyResponse:
    """Make a member owner or editor."""
    role = MemberRole.OWNER if request.form.get("role") == MemberRole.OWNER else MemberRole.EDITOR
    with transaction() as session:
        people.set_role(session, entry(slug).provider.id, user_id, role, by=_doer())
    return _done(slug, "The role is changed.")


def remove(slug: str, user_id: int) -> AnyResponse:
    """End somebody's membership."""
    with transaction() as session:
        people.remove(session, entry(slug).provider.id, user_id, by=_doer())
    return redirect("/vendor/", 303) if user_id == account().id else _done(slug, "They don’t edit the entry any more.")


def leave(slug: str) -> AnyResponse:
    """End one's own membership."""
    with transaction() as session:
        people.remove(session, entry(slug).provider.id, account().id, by=_doer())
    return redirect("/vendor/", 303)


def invitation(token: str) -> AnyResponse:
    """Show a button to whoever opened the mailed link, and make them a member when it is pressed."""
    key, me = services().settings.secret_key, account()
    if request.method == "POST":
        with signing_in.staying() as session:
            slug = people.accept(session, token, key, email=me.email, by=_doer()).slug
        return redirect(f"/vendor/{slug}", 303)
    found = people.by_link(reader(), token, key, email=me.email, at=clock.now())
    provider = reader().get_one(Provider, found.provider_id)
    return make_response(render_template("vendor/invitation.html", provider=provider, invitation=found, token=token))


def _who() -> str:
    return f"person-{account().id}"


def _doer() -> Doer:
    return Doer(account().id, account().actor, clock.now())


def _done(slug: str, message: str) -> AnyResponse:
    flash(message)
    return redirect(url_for("vendor.people", slug=slug), 303)


def _page(slug: str, form: InvitationForm, errors: tuple[tuple[str, str], ...] = (), status: int = 200) -> Response:
    mine = entry(slug)
    form.prepare()
    page = PeoplePage(
        provider=mine.provider,
        members=people.members(reader(), mine.provider.id),
        invitations=people.open_invitations(reader(), mine.provider.id),
        form=form if mine.membership is MemberRole.OWNER else None,
        errors=errors,
    )
    return make_response(render_template("vendor/people.html", page=page, slug=slug, now=clock.now()), status)
