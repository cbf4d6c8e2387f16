"""Every address there is, with what it asks for, and what its parameters are filled with.

The table is written by hand, beside the one in `directory/web`: an address that opens to others than meant differs from
it, and one that isn't in it fails.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from directory.core.links import LinkKind, sign
from directory.web.access import Need
from tests.authorisation.stage import Stage
from tests.scene import ASSESSMENT, Belongings

Value = Callable[[Stage, Belongings], Any]
"""What fills a parameter, from one provider's belongings."""


@dataclass(frozen=True, slots=True)
class Address:
    """What an address asks for and is filled with.

    `holders`: the roles whose object it is, where it is a person's and not a provider's; all roles where it is empty.
    `judges`: whether an admin decides there on something of the provider that `admin who is a member` belongs to.
    `says_no`: statuses that are the right answer to whoever may open it, though they look like a refusal.
    """

    need: Need
    values: dict[str, Value] = field(default_factory=dict)
    holders: frozenset[str] = frozenset()
    judges: bool = False
    says_no: frozenset[int] = frozenset()


def fixed(value: object) -> Value:
    """Return what always fills a parameter alike."""
    return lambda _stage, _whose: value


def slug(_stage: Stage, whose: Belongings) -> str:
    """The provider itself."""
    return whose.slug


def system(_stage: Stage, whose: Belongings) -> int:
    """A system of the provider, which stands in its draft too."""
    return whose.system


def submission(_stage: Stage, whose: Belongings) -> int:
    """What the provider has handed in."""
    return whose.submission


def a_buyer(stage: Stage, _whose: Belongings) -> int:
    """Somebody's account."""
    return stage.scene.cast.buyer.id


def snapshot(stage: Stage, _whose: Belongings) -> str:
    """A frozen comparison."""
    return stage.scene.snapshot


def document(_stage: Stage, whose: Belongings) -> int:
    """A document of the provider, waiting, with a file."""
    return whose.document


def report(_stage: Stage, whose: Belongings) -> int:
    """An open report about the provider."""
    return whose.report


def reference(state: str) -> Value:
    """A reference of the provider, in a state."""
    return lambda _stage, whose: whose.references[state]


def reference_link(state: str) -> Value:
    """The link of a reference, in a state."""
    return lambda stage, whose: sign(LinkKind.REFERENCE, whose.references[state], 1, stage.settings.secret_key)


def claim_link(stage: Stage, _whose: Belongings) -> str:
    """The link by which the buyer proves the claim."""
    return sign(LinkKind.CLAIM, stage.scene.claim, 1, stage.settings.secret_key)


def colleague(_stage: Stage, whose: Belongings) -> int:
    """Somebody else who edits the provider."""
    return whose.colleague


def invitation(_stage: Stage, whose: Belongings) -> int:
    """An open invitation of the provider."""
    return whose.invitation


def invitation_link(stage: Stage, whose: Belongings) -> str:
    """The link of the invitation, which is for the buyer's address."""
    return sign(LinkKind.INVITATION, whose.invitation, 1, stage.settings.secret_key)


def account_link(kind: LinkKind) -> Value:
    """A link that was mailed to the buyer."""
    return lambda stage, _whose: sign(kind, stage.scene.links[kind.value], 1, stage.settings.secret_key)


def alert(stage: Stage, _whose: Belongings) -> int:
    """The buyer's alert."""
    return stage.scene.alert


def introduction(_stage: Stage, whose: Belongings) -> int:
    """What the buyer asked the provider."""
    return whose.introduction


def received(_stage: Stage, whose: Belongings) -> int:
    """What the provider was asked by the buyer."""
    return whose.received


def alert_link(stage: Stage, _whose: Belongings) -> str:
    """The link in letters about it."""
    return sign(LinkKind.ALERT, stage.scene.alert, 0, stage.settings.secret_key)


def shortlist_link(stage: Stage, _whose: Belongings) -> str:
    """The link by which the buyer's shortlist is read."""
    return sign(LinkKind.SHORTLIST, stage.scene.shortlist, 1, stage.settings.secret_key)


def kept(stage: Stage, _whose: Belongings) -> int:
    """An entry of the buyer's shortlist."""
    return stage.scene.shortlist_entry


def of_ones_own(**values: Value) -> Address:
    """What anybody may have, and whoever has none of it gets 404 for."""
    return Address(Need.ANYBODY, values, says_no=frozenset({404}))


def open_to_all(**values: Value) -> Address:
    return Address(Need.ANYBODY, values)


def by_link(**values: Value) -> Address:
    return Address(Need.LINK, values)


def with_account(**values: Value) -> Address:
    return Address(Need.ACCOUNT, values)


def of_some(*holders: str, **values: Value) -> Address:
    return Address(Need.ACCOUNT, values, frozenset(holders))


def for_editors(**values: Value) -> Address:
    return Address(Need.EDITOR, {"slug": slug, **values})


def for_owners(**values: Value) -> Address:
    return Address(Need.OWNER, {"slug": slug, **values})


def for_admins(**values: Value) -> Address:
    return Address(Need.ADMIN, values)


def judging(value: Value) -> Address:
    return Address(Need.ADMIN, {"number": value}, judges=True)


UNCLAIMED: Value = lambda stage, _whose: stage.scene.unclaimed  # noqa: E731 - one of many values

ADDRESSES: dict[str, Address] = {
    "/": open_to_all(),
    "/providers": open_to_all(),
    "/suggest": open_to_all(),
    "/providers/<slug>": open_to_all(slug=slug),
    "/providers/<slug>/report": open_to_all(slug=slug),
    "/providers/<slug>/report/sent": open_to_all(slug=slug),
    "/compare": open_to_all(),
    "/compare/<token>": open_to_all(token=snapshot),
    "/compare/<token>/stored": open_to_all(token=snapshot),
    "/compare.csv": Address(Need.ANYBODY, says_no=frozenset({400})),
    "/industries": open_to_all(),
    "/industries/<value>": open_to_all(value=fixed("finance")),
    "/agent-types": open_to_all(),
    "/agent-types/<value>": open_to_all(value=fixed("voice")),
    "/regions": open_to_all(),
    "/regions/<value>": open_to_all(value=fixed("eu")),
    "/methodology": open_to_all(),
    "/assess": open_to_all(),
    "/assess/<key>": by_link(key=fixed(ASSESSMENT)),
    "/assess/<key>/needs": by_link(key=fixed(ASSESSMENT)),
    "/assess/<key>/answers/<area>": by_link(key=fixed(ASSESSMENT), area=fixed("security-compliance")),
    "/assess/<key>/take-over": by_link(key=fixed(ASSESSMENT)),
    "/assess/<key>/delete": by_link(key=fixed(ASSESSMENT)),
    "/checklist": open_to_all(),
    "/checklist/<criterion>": open_to_all(criterion=fixed("sso")),
    "/shortlist": open_to_all(),
    "/shortlist.csv": open_to_all(),
    "/shortlist/<int:number>": of_ones_own(number=kept),
    "/shortlist/share": of_ones_own(),
    "/shortlist/revoke": of_ones_own(),
    "/shortlist/shared/<token>": by_link(token=shortlist_link),
    "/api/v1/providers": open_to_all(),
    "/api/v1/providers/<slug>": open_to_all(slug=slug),
    "/api/v1/compare": Address(Need.ANYBODY, says_no=frozenset({400})),
    "/api/v1/checklist": open_to_all(),
    "/api/v1/rules": open_to_all(),
    "/api/v1/assessments": open_to_all(),
    "/api/v1/assessments/<id>": open_to_all(id=fixed(ASSESSMENT)),
    "/api/v1/openapi.json": open_to_all(),
    "/api/v1/docs": open_to_all(),
    "/feed.atom": open_to_all(),
    "/sitemap.xml": open_to_all(),
    "/sitemap-<int:number>.xml": open_to_all(number=fixed(1)),
    "/audit": open_to_all(),
    "/api/v1/audit": open_to_all(),
    "/badges/<slug>.svg": open_to_all(slug=slug),
    "/robots.txt": open_to_all(),
    "/llms.txt": open_to_all(),
    "/.well-known/security.txt": open_to_all(),
    "/favicon.ico": open_to_all(),
    "/healthz": open_to_all(),
    "/readyz": open_to_all(),
    "/static/<version>/<path:path>": open_to_all(
        version=lambda stage, _whose: stage.app.jinja_env.globals["asset"]("css/site.css").split("/")[2],  # type: ignore[operator]  # a function
        path=fixed("css/site.css"),
    ),
    "/account/login": open_to_all(),
    "/account/login/second": open_to_all(),
    "/account/login/passkey": open_to_all(),
    "/account/logout": with_account(),
    "/account/register": open_to_all(),
    "/account/register/sent": open_to_all(),
    "/account/confirm/<token>": by_link(token=account_link(LinkKind.CONFIRM)),
    "/account/reset": open_to_all(),
    "/account/reset/sent": open_to_all(),
    "/account/reset/<token>": by_link(token=account_link(LinkKind.RESET)),
    "/account/": with_account(),
    "/account/password": with_account(),
    "/account/email": with_account(),
    "/account/email/<token>": of_some("buyer", token=account_link(LinkKind.EMAIL)),
    "/account/two-factor": with_account(),
    "/account/two-factor/codes": with_account(),
    "/account/two-factor/off": with_account(),
    "/account/passkeys": with_account(),
    "/account/passkeys/<int:number>/remove": of_some("owner", number=lambda stage, _whose: stage.scene.owner.passkey),
    "/account/sessions": with_account(),
    "/account/sessions/<int:number>/end": of_some("owner", number=lambda stage, _whose: stage.scene.owner.session),
    "/account/sessions/end": with_account(),
    "/account/alerts": with_account(),
    "/account/alerts/new": with_account(),
    "/account/alerts/<int:number>": of_some("buyer", number=alert),
    "/account/alerts/<int:number>/remove": of_some("buyer", number=alert),
    "/account/introductions": with_account(),
    "/account/introductions/new": with_account(),
    "/account/introductions/<int:number>": of_some("buyer", number=introduction),
    "/account/introductions/<int:number>/contact/<int:recipient>": of_some(
        "buyer", number=introduction, recipient=received
    ),
    "/alerts/stop/<token>": by_link(token=alert_link),
    "/account/data": with_account(),
    "/account/data.json": with_account(),
    "/reference/<token>": by_link(token=reference_link("asked")),
    "/reference/<token>/decline": by_link(token=reference_link("asked")),
    "/reference/<token>/withdraw": by_link(token=reference_link("verified")),
    "/reference/<token>/stop": by_link(token=reference_link("asked")),
    "/vendor/claim/<provider_slug>": with_account(provider_slug=UNCLAIMED),
    "/vendor/claim/<provider_slug>/check": with_account(provider_slug=UNCLAIMED),
    "/vendor/claim/<provider_slug>/withdraw": of_some("buyer", "stranger", provider_slug=UNCLAIMED),
    "/vendor/claim-link/<token>": of_some("buyer", token=claim_link),
    "/vendor/new": with_account(),
    "/vendor/": with_account(),
    "/vendor/<slug>": for_editors(),
    "/vendor/<slug>/preview": for_editors(),
    "/vendor/<slug>/submit": for_editors(),
    "/vendor/<slug>/withdraw": for_editors(),
    "/vendor/<slug>/unpublish": for_owners(),
    "/vendor/<slug>/republish": for_owners(),
    "/vendor/<slug>/profile": for_editors(),
    "/vendor/<slug>/systems": for_editors(),
    "/vendor/<slug>/systems/<key>": for_editors(key=system),
    "/vendor/<slug>/systems/<key>/remove": for_editors(key=system),
    "/vendor/<slug>/answers": for_editors(),
    "/vendor/<slug>/answers/<area>": for_editors(area=fixed("security-compliance")),
    "/vendor/<slug>/certifications": for_editors(),
    "/vendor/<slug>/reach": for_editors(),
    "/vendor/<slug>/badge": for_editors(),
    "/vendor/<slug>/people": for_editors(),
    "/vendor/<slug>/people/invite": for_owners(),
    "/vendor/<slug>/people/leave": for_editors(),
    "/vendor/<slug>/people/<int:user_id>/role": for_owners(user_id=colleague),
    "/vendor/<slug>/people/<int:user_id>/remove": for_owners(user_id=colleague),
    "/vendor/<slug>/people/invitations/<int:number>/resend": for_owners(number=invitation),
    "/vendor/<slug>/people/invitations/<int:number>/revoke": for_owners(number=invitation),
    "/vendor/invitation/<token>": of_some("buyer", token=invitation_link),
    "/vendor/<slug>/documents": for_editors(),
    "/vendor/<slug>/documents/new": for_editors(),
    "/vendor/<slug>/documents/<int:number>/file": for_editors(number=document),
    "/vendor/<slug>/documents/<int:number>/withdraw": for_editors(number=document),
    "/vendor/<slug>/documents/<int:number>/delete": for_editors(number=document),
    "/vendor/<slug>/references": for_editors(),
    "/vendor/<slug>/references/new": for_editors(),
    "/vendor/<slug>/references/<int:number>": for_editors(number=reference("asked")),
    "/vendor/<slug>/references/<int:number>/again": for_editors(number=reference("returned")),
    "/vendor/<slug>/references/<int:number>/cancel": for_editors(number=reference("asked")),
    "/vendor/<slug>/introductions": for_editors(),
    "/vendor/<slug>/introductions/<int:number>": for_editors(number=received),
    "/vendor/<slug>/reports": for_editors(),
    "/admin/": for_admins(),
    "/admin/users": for_admins(),
    "/admin/users/<int:number>": for_admins(number=a_buyer),
    "/admin/users/<int:number>/<verb>": for_admins(number=a_buyer, verb=fixed("lock")),
    "/admin/catalogue": for_admins(),
    "/admin/catalogue/new": for_admins(),
    "/admin/catalogue/new/<kind>": for_admins(kind=fixed("rules")),
    "/admin/catalogue/<kind>/<name>": for_admins(kind=fixed("rules"), name=lambda stage, _whose: stage.scene.version),
    "/admin/catalogue/<kind>/<name>/dry-run": for_admins(
        kind=fixed("rules"), name=lambda stage, _whose: stage.scene.version
    ),
    "/admin/catalogue/plans/<int:number>/cancel": for_admins(number=lambda stage, _whose: stage.scene.planned),
    "/admin/jobs": for_admins(),
    "/admin/jobs/retry": for_admins(),
    "/admin/jobs/<int:number>/retry": for_admins(number=lambda stage, _whose: stage.scene.job),
    "/admin/jobs/<int:number>/discard": for_admins(number=lambda stage, _whose: stage.scene.job),
    "/admin/submission/<int:number>": judging(submission),
    "/admin/claim/<int:number>": for_admins(number=lambda stage, _whose: stage.scene.claim_admin),
    "/admin/document/<int:number>": judging(document),
    "/admin/document/<int:number>/file": judging(document),
    "/admin/reference/<int:number>": judging(reference("answered")),
    "/admin/report/<int:number>": judging(report),
}
