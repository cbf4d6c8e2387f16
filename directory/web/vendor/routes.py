"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.access import Need, route
from directory.web.security import csrf
from directory.web.vendor import (
    answers,
    asking,
    badge,
    certifications,
    claims,
    documents,
    home,
    introductions,
    people,
    profile,
    publication,
    reach,
    references,
    reports,
    starting,
    submission,
    systems,
)

blueprint = Blueprint("vendor", __name__)
BOTH, POST = ("GET", "POST"), ("POST",)

# Forms check forgery themselves, so that a stale page is shown again with everything typed.
route(
    blueprint,
    "/vendor/claim/<provider_slug>",
    "claim",
    csrf.exempt(claims.show),
    needs=Need.ACCOUNT,
    methods=BOTH,
)
route(
    blueprint,
    "/vendor/claim/<provider_slug>/check",
    "claim_check",
    claims.check,
    needs=Need.ACCOUNT,
    methods=POST,
)
route(
    blueprint,
    "/vendor/claim/<provider_slug>/withdraw",
    "claim_withdraw",
    claims.withdraw,
    needs=Need.ACCOUNT,
    methods=POST,
)
route(
    blueprint,
    "/vendor/claim-link/<token>",
    "claim_link",
    claims.by_link,
    needs=Need.ACCOUNT,
    methods=BOTH,
)

route(blueprint, "/vendor/<slug>/documents", "documents", documents.show, needs=Need.EDITOR)
route(
    blueprint,
    "/vendor/<slug>/documents/new",
    "document_new",
    csrf.exempt(documents.add),
    needs=Need.EDITOR,
    methods=BOTH,
)
route(blueprint, "/vendor/<slug>/documents/<int:number>/file", "document_file", documents.file, needs=Need.EDITOR)
route(
    blueprint,
    "/vendor/<slug>/documents/<int:number>/withdraw",
    "document_withdraw",
    documents.withdraw,
    needs=Need.EDITOR,
    methods=POST,
)
route(
    blueprint,
    "/vendor/<slug>/documents/<int:number>/delete",
    "document_delete",
    documents.delete,
    needs=Need.EDITOR,
    methods=POST,
)

route(blueprint, "/vendor/<slug>/references", "references", references.listing, needs=Need.EDITOR)
route(
    blueprint,
    "/vendor/<slug>/references/new",
    "reference_new",
    csrf.exempt(asking.new),
    needs=Need.EDITOR,
    methods=BOTH,
)
route(blueprint, "/vendor/<slug>/references/<int:number>", "reference", references.one, needs=Need.EDITOR)
route(
    blueprint,
    "/vendor/<slug>/references/<int:number>/again",
    "reference_again",
    csrf.exempt(asking.again),
    needs=Need.EDITOR,
    methods=BOTH,
)
route(
    blueprint,
    "/vendor/<slug>/references/<int:number>/cancel",
    "reference_cancel",
    references.cancel,
    needs=Need.EDITOR,
    methods=POST,
)
route(
    blueprint,
    "/vendor/<slug>/reports",
    "reports",
    csrf.exempt(reports.show),
    needs=Need.EDITOR,
    methods=BOTH,
)

route(blueprint, "/vendor/<slug>/introductions", "introductions", introductions.listing, needs=Need.EDITOR)
route(
    blueprint,
    "/vendor/<slug>/introductions/<int:number>",
    "introduction",
    csrf.exempt(introductions.show),
    needs=Need.EDITOR,
    methods=BOTH,
)
route(blueprint, "/vendor/<slug>/people", "people", people.show, needs=Need.EDITOR)
route(
    blueprint,
    "/vendor/<slug>/people/invite",
    "invite",
    csrf.exempt(people.invite),
    needs=Need.OWNER,
    methods=POST,
)
route(blueprint, "/vendor/<slug>/people/leave", "leave", people.leave, needs=Need.EDITOR, methods=POST)
route(
    blueprint,
    "/vendor/<slug>/people/<int:user_id>/role",
    "member_role",
    people.set_role,
    needs=Need.OWNER,
    methods=POST,
)
route(
    blueprint,
    "/vendor/<slug>/people/<int:user_id>/remove",
    "member_remove",
    people.remove,
    needs=Need.OWNER,
    methods=POST,
)
route(
    blueprint,
    "/vendor/<slug>/people/invitations/<int:number>/resend",
    "invitation_resend",
    people.resend,
    needs=Need.OWNER,
    methods=POST,
)
route(
    blueprint,
    "/vendor/<slug>/people/invitations/<int:number>/revoke",
    "invitation_revoke",
    people.revoke,
    needs=Need.OWNER,
    methods=POST,
)
route(blueprint, "/vendor/invitation/<token>", "invitation", people.invitation, needs=Need.ACCOUNT, methods=BOTH)

for address, endpoint, view in (
    ("profile", "profile", profile.show),
    ("systems", "systems", systems.show_all),
    ("systems/<key>", "system", systems.show),
    ("answers/<area>", "answers", answers.show),
    ("certifications", "certifications", certifications.show),
):
    route(
        blueprint,
        f"/vendor/<slug>/{address}",
        endpoint,
        csrf.exempt(view),
        needs=Need.EDITOR,
        methods=BOTH,
    )
route(blueprint, "/vendor/<slug>/answers", "answers_first", answers.first, needs=Need.EDITOR)
route(
    blueprint,
    "/vendor/<slug>/systems/<key>/remove",
    "system_remove",
    systems.remove,
    needs=Need.EDITOR,
    methods=POST,
)

route(blueprint, "/vendor/<slug>/badge", "badge", badge.show, needs=Need.EDITOR)
route(blueprint, "/vendor/<slug>/reach", "reach", reach.show, needs=Need.EDITOR)
route(blueprint, "/vendor/new", "new", csrf.exempt(starting.show), needs=Need.ACCOUNT, methods=BOTH)

route(blueprint, "/vendor/", "home", home.mine, needs=Need.ACCOUNT)
route(blueprint, "/vendor/<slug>", "overview", home.overview, needs=Need.EDITOR)
route(blueprint, "/vendor/<slug>/preview", "preview", publication.preview, needs=Need.EDITOR)
route(blueprint, "/vendor/<slug>/submit", "submit", submission.show, needs=Need.EDITOR, methods=BOTH)
route(blueprint, "/vendor/<slug>/withdraw", "withdraw", submission.take_back, needs=Need.EDITOR, methods=POST)
route(blueprint, "/vendor/<slug>/unpublish", "unpublish", publication.take_off, needs=Need.OWNER, methods=BOTH)
route(blueprint, "/vendor/<slug>/republish", "republish", publication.put_back, needs=Need.OWNER, methods=POST)
