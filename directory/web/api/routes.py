"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.api import cors
from directory.web.api.description import OPERATIONS, docs
from directory.web.api.operations import PREFIX
from directory.web.security import csrf

blueprint = Blueprint("api", __name__)
for operation in OPERATIONS:
    method, rule = operation.method, operation.rule
    # Whoever posts or deletes needs no page before and has no cookie that counts: there is nothing to forge.
    view = operation.view if method == "GET" else csrf.exempt(operation.view)
    blueprint.add_url_rule(rule, operation.name, view, methods=[method], provide_automatic_options=False)
for rule in dict.fromkeys(one.rule for one in OPERATIONS):
    at_rule = [one for one in OPERATIONS if one.rule == rule]
    view = cors.preflight(one.method for one in at_rule)
    blueprint.add_url_rule(rule, f"{at_rule[0].name}_preflight", view, methods=["OPTIONS"])
blueprint.add_url_rule(f"{PREFIX}/docs", view_func=docs)
blueprint.after_app_request(cors.allow)
