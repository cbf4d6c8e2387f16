"""Health and readiness."""

from flask import Blueprint

from directory.web.ops import health

blueprint = Blueprint("ops", __name__)
blueprint.add_url_rule("/healthz", view_func=health.healthz)
blueprint.add_url_rule("/readyz", view_func=health.readyz)
