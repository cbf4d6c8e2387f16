"""People who see more than anybody may: each with a cookie that is logged in, and the pages that are theirs."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import Role, User
from directory.app import create_app
from directory.catalogue.services import register, shipped_files
from directory.core import clock
from directory.core.links import LinkKind, sign
from directory.core.settings import Settings
from directory.introductions.models import Introduction, IntroductionRecipient
from directory.providers.models import Provider, System
from directory.publishing.content import published, to_store
from directory.publishing.models import Submission
from directory.review.models import Claim, Report, ReportState
from directory.shortlists import services as shortlists
from directory.shortlists.queries import Keeper
from directory.web.session import KEY
from tests.cast import log_in
from tests.factories import add_document, add_member, add_provider, add_reference, add_report, add_user

QUESTION = {"question": "Whose volume is it?", "asked_at": "2026-11-03T12:00:00+00:00", "reply": None}
SUBJECTS = {"metrics": ["requests_per_day", "uptime_percent", "deploy_minutes"], "criteria": ["sso"]}
ANSWERS = {
    "requests_per_day": {"low": "10000", "high": "100000"},
    "uptime_percent": {"value": "98"},
    "sso": {"status": "met"},
}
EDITED = ("profile", "systems", "answers/error-handling", "certifications")


@dataclass(frozen=True, slots=True)
class Insider:
    """Somebody who is logged in; `paths` are pages that only they, or few others, may open."""

    cookie: str
    paths: tuple[str, ...]

    def enter(self, page: Page, address: str) -> None:
        """Log a browser's page in."""
        page.context.add_cookies([{"name": "session", "value": self.cookie, "url": address}])


def insiders(folder: Path, address: str) -> list[Insider]:
    """Add people and what waits for them to the live server's database; no page for buyers changes by it."""
    settings = Settings.read({"DIRECTORY_VAR": str(folder / "var"), "DIRECTORY_BASE_URL": address})
    app = create_app(settings)
    database = app.extensions[KEY].database
    with database.writing() as session:
        provider = session.scalars(select(Provider).order_by(Provider.id)).first()
        assert provider is not None
        admin, owner = add_user(session, Role.ADMIN, name="Ada Admin"), add_user(session, name="Olga Owner")
        add_member(session, provider, owner)
        claimant, for_claimants = add_user(session, Role.BUYER), _claims(session)
        system_id = session.scalars(select(System.id).where(System.provider_id == provider.id)).first()
        for_admins = (*_waiting(session, provider), *_catalogue(session), f"/admin/users/{owner.id}")
        buyer = add_user(session, Role.BUYER, name="Bea Buyer")
        for_buyers = _shortlist(session, buyer, settings)
        asked, received = _introduction(session, buyer, provider)
        session.flush()
    places = (
        *EDITED,
        f"systems/{system_id}",
        "reports",
        "introductions",
        f"introductions/{received}",
        "documents",
        "documents/new",
        "people",
        "reach",
        "badge",
        "submit",
        "preview",
        "unpublish",
    )
    entry = f"/vendor/{provider.slug}"
    for_owners = ("/vendor/", "/account/data", entry, *(f"{entry}/{place}" for place in places))
    found = []
    for user, paths in (
        (admin, for_admins),
        (owner, for_owners),
        (claimant, for_claimants),
        (buyer, (*for_buyers, *asked)),
    ):
        cookie = log_in(app, database, user, second_factor=True).get_cookie("session")
        assert cookie is not None
        found.append(Insider(cookie.value, paths))
    database.dispose()
    return found


def _shortlist(session: Session, buyer: User, settings: Settings) -> tuple[str, ...]:
    """Give somebody a shortlist with a note, a provider that is gone, and a link; return the pages that show it."""
    whose, at = Keeper(user_id=buyer.id), clock.now()
    listed = session.scalars(select(Provider).where(Provider.is_public).order_by(Provider.id).limit(7)).all()
    gone = add_provider(session, name="A firm that withdrew", withdrawn_at=at)
    for provider in (*listed, gone):
        entry = shortlists.add(session, whose, provider, at=at)
    entry.note, entry.status = "They were quick to answer.\n\nAsk again in spring.", "ruled-out"
    shared = shortlists.share(session, whose, with_notes=True, at=at)
    link = sign(LinkKind.SHORTLIST, shared.id, shared.share_attempt, settings.secret_key)
    return ("/shortlist", "/shortlist?said=saved", f"/shortlist/shared/{link}")


def _introduction(session: Session, buyer: User, provider: Provider) -> tuple[tuple[str, ...], int]:
    """Let somebody ask a provider and show who they are; return the buyer's pages, and the provider's number."""
    at = clock.now()
    asked = Introduction(user_id=buyer.id, once="a", message="For claims.\n\nBy spring.", asked_at=at, changed_at=at)
    session.add(asked)
    session.flush()
    received = IntroductionRecipient(
        introduction_id=asked.id, provider_id=provider.id, questions=["uptime_percent"], contact_shown_at=at
    )
    session.add(received)
    session.flush()
    pages, entry = "/account/introductions", f"provider={provider.slug}"
    return (pages, f"{pages}/new?{entry}&provider=nobody", f"{pages}/{asked.id}"), received.id


def _claims(session: Session) -> tuple[str, ...]:
    """Return the pages of somebody who wants to be a vendor: a new entry, one that is free and one that is taken."""
    free = session.scalars(select(Provider.slug).where(Provider.claimed_at.is_(None)).order_by(Provider.id)).first()
    taken = session.scalars(select(Provider.slug).where(Provider.claimed_at.is_not(None)).order_by(Provider.id)).first()
    return ("/vendor/new", f"/vendor/claim/{free}", f"/vendor/claim/{taken}")


def _waiting(session: Session, provider: Provider) -> tuple[str, ...]:
    """Put one item of each kind into the queue, and return their pages."""
    now = clock.now()
    system = session.scalars(select(System).where(System.provider_id == provider.id)).first()
    assert system is not None
    kept = {"state": ReportState.OPEN, "notice": "", "decided_on": None, "created_at": now}
    report: Report = add_report(session, provider, rounds=[QUESTION], asked_at=now, **kept)
    reference = add_reference(
        session,
        system,
        state="answered",
        verified_at=None,
        answered_on=now.date(),
        ties=["family"],
        asked=SUBJECTS,
        answers=ANSWERS,
    )
    subjects = [{"system_id": system.id, "metric": "uptime_percent", "value": "99.9"}, {"certification": "iso27001"}]
    document = add_document(session, provider, state="waiting", checked_at=None, added_at=now, subjects=subjects)
    buyer = add_user(session, Role.BUYER)
    ends = now + timedelta(days=30)
    claim = Claim(provider_id=provider.id, user_id=buyer.id, method="admin", created_at=now, expires_at=ends)
    before = to_store(published(session, provider))
    after = {**before, "profile": {**before["profile"], "summary": "It builds careful agents.", "tools": []}}
    submission = Submission(provider_id=provider.id, content=after, before=before, submitted_at=now, is_identity=True)
    session.add_all((claim, submission))
    session.flush()
    numbers = {"report": report.id, "reference": reference.id, "document": document.id, "claim": claim.id}
    numbers["submission"] = submission.id
    return ("/admin/", "/admin/?only=report", *(f"/admin/{kind}/{number}" for kind, number in numbers.items()))


def _catalogue(session: Session) -> tuple[str, ...]:
    text = shipped_files()["rules"].read_text(encoding="utf-8").replace('version: "1"', 'version: "2"')
    register(session, text.replace("at_least: 1000,", "at_least: 2000,", 1), "rules", actor="test", at=clock.now())
    return ("/admin/users", "/admin/jobs", "/admin/catalogue", "/admin/catalogue/new/rules", "/admin/catalogue/rules/2")
