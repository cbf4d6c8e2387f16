"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.access import Need, route
from directory.web.security import csrf
from directory.web.vendor import claims

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
