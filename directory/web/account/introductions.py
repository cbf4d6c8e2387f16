"""A buyer's introductions: asking providers, what they answered, and who of them sees the buyer's name and address."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from flask_limiter import RateLimitExceeded
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from directory.core import clock
from directory.core.errors import ConflictError, NotFoundError
from directory.evidence.metrics import Metric
from directory.introductions import services as verbs
from directory.introductions.models import LEAST, MOST
from directory.introductions.queries import Candidate, candidates, introduction_of, introductions_of
from directory.introductions.questions import QUESTIONS
from directory.introductions.services import MOST_AT_ONCE, Asking, TooManyError
from directory.web.account.forms_introductions import AskForm
from directory.web.account.limits import TOO_MANY_LETTERS
from directory.web.account.pages import led, shown
from directory.web.forms import Form
from directory.web.identity import account
from directory.web.security import limiter
from directory.web.session import catalogue, reader, today, transaction

LIMIT = "20 per hour"
LOOKS = {"waiting": "is-waiting", "answered": "is-good", "declined": ""}
CHANGED = (
    "What would be sent has changed since the page was shown: somebody can’t be asked any more, or something was "
    "proved meanwhile. This is what would be sent now. What you typed is still here: send it again."
)
NOBODY = "Nobody of these can be asked. What you typed is still here: choose somebody else."
Errors = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is meant: those that can be asked with their questions, those that can't, and those beyond the most."""

    asked: tuple[Candidate, ...]
    refused: tuple[Candidate, ...]
    beyond: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return what stands for exactly this being sent."""
        return ";".join(f"{one.slug}:{','.join(one.metrics)}" for one in self.asked)

    @property
    def shows_demo(self) -> bool:
        """Whether a demonstration entry is among them."""
        return any(one.provider is not None and one.provider.is_demo for one in self.asked)


def listing() -> AnyResponse:
    """List what one has asked, with what became of it."""
    return shown("introductions", Form(), found=introductions_of(reader(), account().id), looks=LOOKS)


def new() -> AnyResponse:
    """Ask the providers that the address names: show what is sent to whom, or send it."""
    form = AskForm()
    if request.method != "POST":
        return _asking(form, _choice(reader()))
    if not form.validate():
        return _asking(form, _choice(reader()), status=422)
    try:
        with limiter.limit(LIMIT), transaction() as session:
            return _sent(session, form)
    except RateLimitExceeded:
        return _asking(form, _choice(reader()), (("", TOO_MANY_LETTERS),), status=429)
    except TooManyError as error:
        return _asking(form, _choice(reader()), (("", str(error)),), status=429)
    except ConflictError as error:
        return _asking(form, _choice(reader()), (("", str(error)),), status=409)


def _sent(session: Session, form: AskForm) -> AnyResponse:
    choice = _choice(session)
    if not choice.asked:
        raise ConflictError(NOBODY)
    if form.shown.data != choice.key:
        raise ConflictError(CHANGED)
    asking = Asking(account().id, form.message.data, form.key, choice.asked)
    number = verbs.ask(session, asking, at=clock.now())
    return led(f"/account/introductions/{number}", "It is sent. We write to you when somebody answers.")


def _choice(session: Session) -> Choice:
    slugs = list(dict.fromkeys(slug for slug in request.args.getlist("provider") if slug and "\0" not in slug))
    found = candidates(session, slugs[:MOST_AT_ONCE], account().id, catalogue(), today())
    asked = tuple(one for one in found if not one.reason)
    return Choice(asked, tuple(one for one in found if one.reason), tuple(slugs[MOST_AT_ONCE:]))


def _asking(form: AskForm, choice: Choice, more: Errors = (), *, status: int = 200) -> AnyResponse:
    form.shown.data = choice.key
    return shown(
        "introduction_new",
        form,
        status=status,
        more=more,
        choice=choice,
        questions=QUESTIONS,
        shows_demo=choice.shows_demo,
        most_at_once=MOST_AT_ONCE,
        least=LEAST,
        most=MOST,
    )


def one(number: int) -> AnyResponse:
    """Show one introduction: what was sent, and what became of it with each provider."""
    found = introduction_of(reader(), account().id, number)
    if found is None:
        raise NotFoundError(verbs.GONE)
    introduction, sent = found
    shows_demo = any(provider.is_demo for _, provider in sent)
    return shown(
        "introduction",
        Form(),
        introduction=introduction,
        sent=sent,
        looks=LOOKS,
        questions={recipient.id: _lines(recipient.questions) for recipient, _ in sent},
        shows_demo=shows_demo,
    )


def _lines(metrics: Iterable[str]) -> tuple[str, ...]:
    return tuple(QUESTIONS[Metric(metric)] for metric in metrics)


def contact(number: int, recipient: int) -> AnyResponse:
    """Show a provider one's name and address, or hide them again."""
    is_shown = request.form.get("shown") == "yes"
    with limiter.limit(LIMIT), transaction() as session:
        verbs.show_contact(session, account().id, number, recipient, is_shown=is_shown, at=clock.now())
    words = "They see your name and address now." if is_shown else "They don’t see your name and address any more."
    return led(f"/account/introductions/{number}", words)
