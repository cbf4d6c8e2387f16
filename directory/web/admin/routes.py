"""Every address of this package, in one table."""

from flask import Blueprint

from directory.review.decisions import ItemKind
from directory.web.access import Need, route
from directory.web.admin import catalogue, claim, document, jobs, queue, reference, report, submission, users
from directory.web.admin.forms import DocumentDecisionForm, ReportDecisionForm
from directory.web.admin.items import Desk, view
from directory.web.security import csrf
from directory.web.uploads import document_file

blueprint = Blueprint("admin", __name__)

DESKS = (
    Desk(ItemKind.SUBMISSION, submission.read, submission.decide),
    Desk(ItemKind.CLAIM, claim.read, claim.decide),
    Desk(ItemKind.REFERENCE, reference.read, reference.decide),
    Desk(ItemKind.DOCUMENT, document.read, document.decide, DocumentDecisionForm),
    Desk(ItemKind.REPORT, report.read, report.decide, ReportDecisionForm),
)

route(blueprint, "/admin/", "queue", queue.show, needs=Need.ADMIN)
route(blueprint, "/admin/document/<int:number>/file", "document_file", document_file, needs=Need.ADMIN)
for desk in DESKS:
    # These forms check forgery themselves, so that a stale page is shown again with everything typed.
    decided = csrf.exempt(view(desk))
    route(blueprint, f"/admin/{desk.kind}/<int:number>", desk.kind, decided, needs=Need.ADMIN, methods=("GET", "POST"))

route(blueprint, "/admin/users", "users", csrf.exempt(users.show), needs=Need.ADMIN, methods=("GET", "POST"))
route(blueprint, "/admin/users/<int:number>", "user", users.show_one, needs=Need.ADMIN)
route(blueprint, "/admin/users/<int:number>/<verb>", "user_change", users.change, needs=Need.ADMIN, methods=("POST",))

BOTH = ("GET", "POST")
VERSION = "/admin/catalogue/<kind>/<name>"
route(blueprint, "/admin/catalogue", "catalogue", catalogue.show, needs=Need.ADMIN)
route(blueprint, "/admin/catalogue/new", "version_new", csrf.exempt(catalogue.add), needs=Need.ADMIN, methods=BOTH)
route(blueprint, "/admin/catalogue/new/<kind>", "version_from", catalogue.add, needs=Need.ADMIN)
route(blueprint, VERSION, "version", csrf.exempt(catalogue.show_version), needs=Need.ADMIN, methods=BOTH)
route(blueprint, f"{VERSION}/dry-run", "dry_run", catalogue.dry_run, needs=Need.ADMIN, methods=("POST",))
route(
    blueprint,
    "/admin/catalogue/plans/<int:number>/cancel",
    "plan_cancel",
    catalogue.cancel,
    needs=Need.ADMIN,
    methods=("POST",),
)

route(blueprint, "/admin/jobs", "jobs", jobs.show, needs=Need.ADMIN)
route(blueprint, "/admin/jobs/retry", "jobs_retry", jobs.retry_kind, needs=Need.ADMIN, methods=("POST",))
route(blueprint, "/admin/jobs/<int:number>/retry", "job_retry", jobs.retry, needs=Need.ADMIN, methods=("POST",))
route(blueprint, "/admin/jobs/<int:number>/discard", "job_discard", jobs.discard, needs=Need.ADMIN, methods=("POST",))
