"""Every address of this package, in one table."""

from flask import Blueprint

blueprint = Blueprint("api", __name__)
