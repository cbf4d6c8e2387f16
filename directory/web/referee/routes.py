"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.access import Need, route
from directory.web.referee import answering, ending
from directory.web.referee.links import keep_secret
from directory.web.security import csrf

blueprint = Blueprint("referee", __name__)
blueprint.after_request(keep_secret)
BOTH = ("GET", "POST")

# Forms check forgery themselves, so that a stale page is shown again with everything typed.
route(blueprint, "/reference/<token>", "reference", csrf.exempt(answering.show), needs=Need.LINK, methods=BOTH)
route(blueprint, "/reference/<token>/decline", "decline", csrf.exempt(ending.decline), needs=Need.LINK, methods=BOTH)
route(blueprint, "/reference/<token>/withdraw", "withdraw", ending.withdraw, needs=Need.LINK, methods=BOTH)
# Mail programs use the link in a letter's header, without page or cookie: the signed link is the key.
route(blueprint, "/reference/<token>/stop", "stop", csrf.exempt(ending.stop), needs=Need.LINK, methods=BOTH)
