"""Every address of this package, in one table."""

from flask import Blueprint

from directory.web.api import cors
from directory.web.api.description import OPERATIONS, docs
from directory.web.api.operations import PREFIX

blueprint = Blueprint("api", __name__)
for operation in OPERATIONS:
    blueprint.add_url_rule(
        operation.rule, operation.name, operation.view, methods=["GET"], provide_automatic_options=False
    )
    blueprint.add_url_rule(operation.rule, f"{operation.name}_preflight", cors.preflight, methods=["OPTIONS"])
blueprint.add_url_rule(f"{PREFIX}/docs", view_func=docs)
blueprint.after_app_request(cors.allow)
