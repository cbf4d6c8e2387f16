"""A directory in which everything happens at once: the cast, and two providers with one of each thing.

Whatever is private holds a word that is found nowhere else, beginning with `CANARY`: where such a word turns up,
something private does.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.accounts.models import AccountLink, LinkPurpose, LoginSession, Passkey, User
from directory.alerts.changes import seen
from directory.alerts.models import About, Cadence
from directory.alerts.services import Watched
from directory.alerts.services import save as save_alert
from directory.assessments.keys import reading_key
from directory.assessments.models import Assessment
from directory.audit.services import Event, append
from directory.catalogue.models import CatalogueVersion, DryRun, PlannedActivation
from directory.catalogue.services import checklist_in_force, in_force, install_shipped
from directory.comparison.services import freeze
from directory.core import clock
from directory.core.outbox import Job, WorkerBeat
from directory.core.settings import Settings
from directory.evidence.models import Document, DocumentState
from directory.evidence.uploads import Uploads
from directory.introductions.models import Introduction, IntroductionRecipient, State
from directory.providers.membership import Draft, Invitation, MemberRole, Reach, ReachKind
from directory.providers.models import Provider, System
from directory.publishing.content import published, to_store, with_section
from directory.publishing.models import Submission
from directory.references.models import Bounce, LetterRefusal, Reference, ReferenceState
from directory.review.models import Claim, ClaimMethod, Decision, Report, ReportKind, ReportState
from directory.shortlists import services as shortlists
from directory.shortlists.queries import Keeper
from tests import factories
from tests.cast import Cast, add_cast

CANARY = "canary"
STATED: dict[str, Decimal | int | str] = {
    "requests_per_day": 61_237,
    "uptime_percent": "99.9731",
    "deploy_minutes": "17.25",
    "response_minutes": "23.75",
}
"""What both providers state of their system: values found nowhere else."""

SAID = {"requests_per_day": {"value": "73911"}, "uptime_percent": {"value": "99.8642"}}
"""What a customer has said whose reference isn't verified yet."""

INVITED = f"{CANARY}-mail-of-buyer-invited-by-the-provider@people.example"
"""The buyer's address, to which the cast's own provider has sent an invitation."""

ASSESSMENT = "the-key-to-work-with-1"
"""The key of the assessment that somebody works on; another one is never opened."""

UPLOADED = b"%PDF-1.4\n% an uploaded file\n%%EOF\n"


@dataclass(frozen=True, slots=True)
class Belongings:
    """One of each thing that belongs to a provider, by its id; references by their state."""

    slug: str
    system: int
    submission: int
    document: int
    report: int
    invitation: int
    colleague: int
    references: dict[str, int]
    introduction: int = 0
    received: int = 0


@dataclass(frozen=True, slots=True)
class Own:
    """What belongs to one person: where they are logged in elsewhere, their passkey."""

    session: int
    passkey: int


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything, by its ids. `claim` is by e-mail, of the buyer, on `unclaimed`; `claim_admin` waits for an admin."""

    cast: Cast
    mine: Belongings
    theirs: Belongings
    unclaimed: str
    claim: int
    claim_admin: int
    owner: Own
    stranger: Own
    links: dict[str, int]
    job: int
    planned: int
    dry_run: int
    version: str
    shortlist: int
    shortlist_entry: int
    snapshot: str
    alert: int


def word(name: str) -> str:
    """Return a private word."""
    return f"{CANARY}-{name}"


def add_scene(session: Session, settings: Settings) -> Scene:
    """Add everything; the file of the documents is kept where uploads are."""
    at = clock.now()
    install_shipped(session, actor="test", at=at)
    cast = add_cast(session)
    for name in ("buyer", "owner", "editor", "stranger", "admin", "admin_member"):
        _disguise(getattr(cast, name), name)
    unclaimed = factories.add_provider(session, slug="unclaimed", name="Unclaimed", domain="unclaimed.example")
    sha256 = keep_upload(settings)
    mine = _belongings(session, cast.provider, cast.owner, sha256, at)
    theirs = _belongings(session, cast.other, cast.stranger, sha256, at)
    mine, theirs = (
        replace(its, introduction=asked.introduction_id, received=asked.id)
        for its, provider in ((mine, cast.provider), (theirs, cast.other))
        for asked in (_introductions(session, cast.buyer, provider, at),)
    )
    scene = Scene(
        cast=cast,
        mine=mine,
        theirs=theirs,
        unclaimed=unclaimed.slug,
        claim=_add_claim(session, unclaimed, cast.buyer, "buyer", at),
        claim_admin=_add_claim(session, unclaimed, cast.stranger, "stranger", at),
        owner=_own(session, cast.owner, "owner", at),
        stranger=_own(session, cast.stranger, "stranger", at),
        links={purpose: _add_link(session, cast.buyer, purpose, at) for purpose in LinkPurpose},
        job=_add_job(session, at),
        **_catalogue(session, at),
        **_shortlists(session, cast, at),
        snapshot=freeze(session, [cast.provider, cast.other], {}, in_force(session), on=at.date(), at=at),
        alert=_alert(session, cast.buyer, at),
    )
    _add_assessments(session, at)
    for provider in (cast.provider, cast.other, unclaimed):
        event = Event("provider.published", f"provider:{provider.slug}", provider.id)
        append(session, event, actor="test", at=at)
    return scene


def _add_assessments(session: Session, at: datetime) -> None:
    for key in (reading_key(ASSESSMENT), word("assessment-show")):
        columns = {"answers": {"sso": "unmet"}, "requests_per_day": 10_000, "created_at": at, "updated_at": at}
        session.add(Assessment(reading_key=key, checklist_id=checklist_in_force(session), **columns))


def keep_upload(settings: Settings) -> str:
    """Keep the file that the documents of the scene refer to; return its hash."""
    uploads = Uploads(settings.uploads_dir)
    sha256 = hashlib.sha256(UPLOADED).hexdigest()
    place = uploads.place(sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(UPLOADED)
    return sha256


def _disguise(user: User, name: str) -> None:
    """Give somebody private words wherever an account has room for them."""
    user.name = f"{name.title()} {word('name-of-' + name)}"
    user.email = INVITED if name == "buyer" else f"{word('mail-of-' + name)}@people.example"
    user.password = word("password-of-" + name)
    user.tf_primary_method = "authenticator"
    user.tf_totp_secret = word("totp-of-" + name)
    user.mf_recovery_codes = [word("recovery-of-" + name)]
    user.fs_uniquifier = word("uniquifier-of-" + name)
    user.fs_webauthn_user_handle = word("handle-of-" + name)


def _belongings(session: Session, provider: Provider, owner: User, sha256: str, at: datetime) -> Belongings:
    own = provider.slug
    system = factories.add_proven(session, provider, **STATED)
    system.customer_name, system.customer_website = word(f"customer-{own}"), f"https://{word(own)}.example/"
    factories.add_answer(session, provider, "sso")
    factories.add_certification(session, provider)
    factories.add_document(session, provider)
    document = _add_document(session, provider, owner, sha256, at)
    invitation = Invitation(
        provider_id=provider.id,
        email=INVITED if own == "the-provider" else f"{word('mail-of-nobody-invited-by-' + own)}@people.example",
        role=MemberRole.EDITOR,
        invited_by=owner.id,
        created_at=at,
        expires_at=at + timedelta(days=7),
    )
    colleague = factories.add_user(
        session,
        name=f"Colleague {word('name-of-colleague-' + own)}",
        email=f"{word('mail-of-colleague-' + own)}@people.example",
    )
    factories.add_member(session, provider, colleague, MemberRole.EDITOR)
    submission = _add_submission(session, provider, owner, at)
    session.add_all(
        [invitation, Reach(provider_id=provider.id, month_on=at.date().replace(day=1), kind=ReachKind.VIEW)]
    )
    session.add(_decision(provider, submission, owner, at))
    session.add(LetterRefusal(mailbox_hash=word(f"refusal-{own}"), provider_id=provider.id, refused_at=at))
    session.flush()
    return Belongings(
        slug=own,
        system=system.id,
        submission=submission.id,
        document=document.id,
        report=_add_report(session, provider, at).id,
        invitation=invitation.id,
        colleague=colleague.id,
        references=_add_references(session, provider, system, owner, at),
    )


def _add_document(session: Session, provider: Provider, owner: User, sha256: str, at: datetime) -> Document:
    own = provider.slug
    return factories.add_document(
        session,
        provider,
        title=word(f"title-{own}"),
        entity=word(f"entity-{own}"),
        scope=word(f"scope-{own}"),
        url=None,
        state=DocumentState.WAITING,
        checked_at=None,
        subjects=[{"certification": "iso27001"}],
        file_sha256=sha256,
        file_name=f"{word('file-' + own)}.pdf",
        file_type="application/pdf",
        file_size=len(UPLOADED),
        added_by=owner.id,
        added_at=at,
        reason=word(f"document-reason-{own}"),
    )


def _add_submission(session: Session, provider: Provider, owner: User, at: datetime) -> Submission:
    public = to_store(published(session, provider))
    draft = with_section(public, "profile", {**public["profile"], "summary": word(f"draft-of-{provider.slug}")})
    handed = with_section(public, "profile", {**public["profile"], "summary": word(f"handed-in-by-{provider.slug}")})
    session.add(Draft(provider_id=provider.id, content=draft, updated_by=owner.id, updated_at=at))
    submission = Submission(
        provider_id=provider.id,
        content=handed,
        before=public,
        submitted_by=owner.id,
        submitted_at=at,
        reason=word(f"submission-reason-{provider.slug}"),
    )
    session.add(submission)
    session.flush()
    return submission


def _decision(provider: Provider, submission: Submission, owner: User, at: datetime) -> Decision:
    return Decision(
        kind="submission",
        item_id=submission.id,
        item_revision=1,
        provider_id=provider.id,
        outcome="changes-asked",
        reason=word(f"decision-reason-{provider.slug}"),
        decided_by=owner.id,
        decided_at=at,
    )


def _add_report(session: Session, provider: Provider, at: datetime) -> Report:
    own = provider.slug
    return factories.add_report(
        session,
        provider,
        kind=ReportKind.CORRECTION,
        state=ReportState.OPEN,
        decided_on=None,
        notice="",
        message=word(f"message-{own}"),
        contact=f"{word('reporter-' + own)}@people.example",
        reason=word(f"report-reason-{own}"),
        rounds=[
            {
                "question": word(f"question-{own}"),
                "asked_at": at.isoformat(),
                "reply": "",
                "replied_at": "",
            }
        ],
        asked_at=at,
        created_at=at,
    )


def _add_references(session: Session, provider: Provider, system: System, owner: User, at: datetime) -> dict[str, int]:
    """Add a reference in each state, and one whose letter came back; none of them consented to be named."""
    own = {
        state.value: _add_reference(session, provider, system, owner, at, state, state.value).id
        for state in ReferenceState
    }
    returned = _add_reference(session, provider, system, owner, at, ReferenceState.ASKED, "returned")
    returned.bounced_at, returned.bounce = at, Bounce.REFUSED
    return {**own, "returned": returned.id}


def _add_reference(
    session: Session,
    provider: Provider,
    system: System,
    owner: User,
    at: datetime,
    state: ReferenceState,
    what: str,
) -> Reference:
    has_answer = state not in {ReferenceState.ASKED, ReferenceState.DECLINED, ReferenceState.CANCELLED}
    name = f"{what}-{provider.slug}"
    return factories.add_reference(
        session,
        system,
        state=state,
        asked_at=at - timedelta(days=2),
        sent_at=at - timedelta(days=2),
        expires_at=at + timedelta(days=19),
        answered_on=at.date() if has_answer else None,
        verified_at=at if state is ReferenceState.VERIFIED else None,
        withdrawn_at=at if state is ReferenceState.WITHDRAWN else None,
        referee_name=f"Rea {word('referee-' + name)}",
        referee_title=word(f"title-of-{name}"),
        referee_email=f"{word('mail-of-' + name)}@{word('domain-' + name)}.example",
        organisation=word(f"organisation-{name}"),
        organisation_domain=f"{word('domain-' + name)}.example",
        organisation_website=f"https://{word('domain-' + name)}.example/{word('website-' + name)}",
        quote="" if state is ReferenceState.VERIFIED else word(f"quote-{name}"),
        asked={"metrics": ["requests_per_day", "uptime_percent"], "criteria": ["sso"]},
        asked_by=owner.id,
        asked_origin_hash=word(f"asked-origin-{name}"),
        origin_hash=word(f"origin-{name}"),
        relationship="customer",
        answers=SAID if state is ReferenceState.ANSWERED else {},
        decline_reason=word(f"decline-{name}"),
        reason=word(f"reference-reason-{name}"),
    )


def _add_claim(session: Session, provider: Provider, user: User, whose: str, at: datetime) -> int:
    claim = Claim(
        provider_id=provider.id,
        user_id=user.id,
        method=ClaimMethod.ADMIN if whose == "stranger" else ClaimMethod.EMAIL,
        email=f"{word(f'claim-mail-of-{whose}')}@unclaimed.example",
        message=word(f"claim-message-of-{whose}"),
        created_at=at,
        expires_at=at + timedelta(days=7),
        reason=word(f"claim-reason-of-{whose}"),
    )
    session.add(claim)
    session.flush()
    return claim.id


def _own(session: Session, user: User, whose: str, at: datetime) -> Own:
    elsewhere = LoginSession(
        user_id=user.id,
        token_hash=word(f"token-of-{whose}"),
        device=word(f"device-of-{whose}"),
        created_at=at,
        seen_at=at,
        ends_at=at + timedelta(days=1),
    )
    passkey = Passkey(
        user_id=user.id,
        credential_id=word(f"credential-of-{whose}").encode(),
        public_key=word(f"key-of-{whose}").encode(),
        device_type="multi_device",
        name=word(f"passkey-of-{whose}"),
        usage="first",
        create_datetime=at,
        lastuse_datetime=at,
    )
    session.add_all([elsewhere, passkey])
    session.flush()
    return Own(elsewhere.id, passkey.id)


def _add_link(session: Session, user: User, purpose: LinkPurpose, at: datetime) -> int:
    email = f"{word('new-mail-of-buyer')}@people.example" if purpose is LinkPurpose.EMAIL else None
    link = AccountLink(user_id=user.id, purpose=purpose, email=email, asked_at=at, ends_at=at + timedelta(days=1))
    session.add(link)
    session.flush()
    return link.id


def _add_job(session: Session, at: datetime) -> int:
    job = Job(
        kind="letter",
        key=word("job-key"),
        payload={"to": f"{word('job-to')}@people.example", "values": {"reason": word("job-reason")}},
        state="failed",
        run_at=at,
        attempts=12,
        leased_by="machine:1",
        last_error="ConnectionRefusedError",
        created_at=at,
        finished_at=at,
    )
    session.add(job)
    session.flush()
    return job.id


def _catalogue(session: Session, at: datetime) -> dict[str, Any]:
    version = session.scalars(select(CatalogueVersion).where(CatalogueVersion.kind == "rules")).one()
    planned = PlannedActivation(
        version_id=version.id,
        kind="rules",
        planned_at=at,
        due_on=(at + timedelta(days=30)).date(),
        actor="admin:1",
        reason="Stricter",
    )
    dry_run = DryRun(
        version_id=version.id,
        against_id=version.id,
        asked_at=at,
        actor="admin:1",
        finished_at=at,
        result={"providers": 0, "movements": []},
        failure="",
    )
    session.add_all([planned, dry_run, WorkerBeat(name="machine:1", started_at=at, seen_at=at)])
    session.flush()
    return {"version": version.version, "planned": planned.id, "dry_run": dry_run.id}


def _alert(session: Session, buyer: User, at: datetime) -> int:
    """Let the buyer be told of a search."""
    watched = Watched(About.SEARCH, f"q={word('search-of-buyer')}", seen(()))
    return save_alert(session, buyer.id, watched, Cadence.DAILY, on=at.date(), at=at).id


def _introductions(session: Session, buyer: User, provider: Provider, at: datetime) -> IntroductionRecipient:
    """Let the buyer ask a provider twice; return the second, which waits. Who asks is never shown."""
    for state, answer in ((State.ANSWERED, word(f"answer-of-buyer-to-{provider.slug}")), (State.WAITING, "")):
        introduction = Introduction(
            user_id=buyer.id,
            once=word(f"once-{state}-{provider.slug}")[:32],
            message=word(f"introduction-of-buyer-to-{provider.slug}"),
            asked_at=at,
            changed_at=at,
        )
        session.add(introduction)
        session.flush()
        recipient = IntroductionRecipient(
            introduction_id=introduction.id,
            provider_id=provider.id,
            questions=["deploy_minutes"],
            state=state,
            answer=answer,
            answered_at=at if answer else None,
        )
        session.add(recipient)
        session.flush()
    return recipient


def _shortlists(session: Session, cast: Cast, at: datetime) -> dict[str, Any]:
    """Give the buyer a shortlist that others read by a link, notes included, and a browser without account another."""
    whose = Keeper(user_id=cast.buyer.id)
    entry = shortlists.add(session, whose, cast.provider, at=at)
    entry.note = word("note-of-buyer")
    shared = shortlists.share(session, whose, with_notes=True, at=at)
    shortlists.add(session, Keeper(token_hash=word("shortlist-token")), cast.other, at=at)
    return {"shortlist": shared.id, "shortlist_entry": entry.id}
