"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.api import cors
from directory.web.api.description import OPERATIONS, docs
from directory.web.api.operations import PREFIX
from directory.web.security import csrf

blueprint = Blueprint("api", __name__)
for operation in OPERATIONS:
    method, rule = operation.method, operation.rule
    # Whoever posts needs no page before and has no cookie that counts: there is nothing to forge.
    view = operation.view if method == "GET" else csrf.exempt(operation.view)
    blueprint.add_url_rule(rule, operation.name, view, methods=[method], provide_automatic_options=False)
    blueprint.add_url_rule(rule, f"{operation.name}_preflight", cors.preflight(method), methods=["OPTIONS"])
blueprint.add_url_rule(f"{PREFIX}/docs", view_func=docs)
blueprint.after_app_request(cors.allow)
