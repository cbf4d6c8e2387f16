"""Every address of this package, in one table."""

from flask import Blueprint

blueprint = Blueprint("account", __name__)
