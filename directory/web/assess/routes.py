"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.access import Need, route
from directory.web.assess import answering, beginning, ending, needing, reporting
from directory.web.assess.opening import keep_secret
from directory.web.same_origin import from_here
from directory.web.security import csrf

blueprint = Blueprint("assess", __name__)
blueprint.after_request(keep_secret)
BOTH = ("GET", "POST")

# The page may come from a cache and holds no token.
route(blueprint, "/assess", "begin", from_here(beginning.begin), needs=Need.ANYBODY, methods=BOTH)

# Forms check forgery themselves, so that a stale page is shown again with everything typed.
route(blueprint, "/assess/<key>", "report", reporting.show, needs=Need.LINK)
route(blueprint, "/assess/<key>/needs", "needs", csrf.exempt(needing.show), needs=Need.LINK, methods=BOTH)
route(blueprint, "/assess/<key>/answers/<area>", "answers", csrf.exempt(answering.show), needs=Need.LINK, methods=BOTH)
route(blueprint, "/assess/<key>/take-over", "take_over", ending.take_over, needs=Need.LINK, methods=("POST",))
route(blueprint, "/assess/<key>/delete", "delete", ending.delete, needs=Need.LINK, methods=BOTH)
