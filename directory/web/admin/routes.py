"""Every address of this package, in one table."""

from flask import Blueprint

from directory.review.decisions import ItemKind
from directory.web.access import Need, route
from directory.web.admin import claim, queue, report
from directory.web.admin.forms import ReportDecisionForm
from directory.web.admin.items import Desk, view
from directory.web.security import csrf

blueprint = Blueprint("admin", __name__)

DESKS = (
    Desk(ItemKind.CLAIM, claim.read, claim.decide),
    Desk(ItemKind.REPORT, report.read, report.decide, ReportDecisionForm),
)

route(blueprint, "/admin/", "queue", queue.show, needs=Need.ADMIN)
for desk in DESKS:
    # These forms check forgery themselves, so that a stale page is shown again with everything typed.
    decided = csrf.exempt(view(desk))
    route(blueprint, f"/admin/{desk.kind}/<int:number>", desk.kind, decided, needs=Need.ADMIN, methods=("GET", "POST"))
