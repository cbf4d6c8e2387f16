"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.access import Need, route
from directory.web.buyer import (
    audit,
    boxes,
    checklist,
    compare,
    frozen,
    keep,
    landing,
    methodology,
    provider,
    report,
    results,
    shared,
    shortlist,
    start,
    suggestions,
)
from directory.web.landings import KINDS
from directory.web.same_origin import from_here
from directory.web.security import csrf

blueprint = Blueprint("buyer", __name__)
blueprint.add_app_template_filter(boxes.boxes)

blueprint.add_url_rule("/", "start", start.show)
blueprint.add_url_rule("/providers", "results", results.show)
blueprint.add_url_rule("/suggest", "suggestions", suggestions.show)
blueprint.add_url_rule("/providers/<slug>", "provider", provider.show)
# The form checks forgery itself, so that a stale page is shown again with everything typed.
blueprint.add_url_rule("/providers/<slug>/report", "report", csrf.exempt(report.show), methods=["GET", "POST"])
blueprint.add_url_rule("/providers/<slug>/report/sent", "report_sent", report.sent)
blueprint.add_url_rule("/compare", "compare", compare.show)
# The page is the same for everybody and holds no token: what it sends must come from our own pages.
blueprint.add_url_rule("/compare", "freeze", from_here(frozen.take), methods=["POST"])
blueprint.add_url_rule("/compare/<token>", "frozen", frozen.show)
blueprint.add_url_rule("/compare/<token>/stored", "frozen_stored", frozen.stored)
blueprint.add_url_rule("/compare.csv", "compare_csv", compare.as_csv)
for kind in KINDS:
    facet = {"facet": kind.facet}
    blueprint.add_url_rule(kind.path, f"{kind.facet}_list", landing.show_list, defaults=facet)
    blueprint.add_url_rule(f"{kind.path}/<value>", kind.facet, landing.show_term, defaults=facet)
blueprint.add_url_rule("/methodology", "methodology", methodology.show)
blueprint.add_url_rule("/checklist", "checklist", checklist.show)
blueprint.add_url_rule("/checklist/<criterion>", "criterion", checklist.show_criterion)
blueprint.add_url_rule("/audit", "audit", audit.show)

# Anybody keeps a shortlist; its forms stand on pages that are the same for everybody, and hold no token.
blueprint.add_url_rule("/shortlist", "shortlist", shortlist.show)
blueprint.add_url_rule("/shortlist", "keep", from_here(keep.change), methods=["POST"])
blueprint.add_url_rule("/shortlist.csv", "shortlist_csv", shortlist.table)
blueprint.add_url_rule("/shortlist/<int:number>", "shortlist_entry", from_here(shortlist.change), methods=["POST"])
blueprint.add_url_rule("/shortlist/share", "shortlist_share", from_here(shortlist.share), methods=["POST"])
blueprint.add_url_rule("/shortlist/revoke", "shortlist_revoke", from_here(shortlist.revoke), methods=["POST"])
route(blueprint, "/shortlist/shared/<token>", "shortlist_shared", shared.show, needs=Need.LINK)
