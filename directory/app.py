"""The application: settings in, everything connected, one WSGI callable out."""

from flask import Flask

from directory.audit.changes import Changes
from directory.core import log, paths
from directory.core.db import Database
from directory.core.settings import Settings
from directory.search.service import Search
from directory.web import (
    assets,
    errors,
    filters,
    front,
    guards,
    identity,
    keeping,
    reach,
    requests,
    security,
    session,
    signing_in,
)
from directory.web.account.routes import blueprint as account
from directory.web.admin.routes import blueprint as admin
from directory.web.api.routes import blueprint as api
from directory.web.assess.routes import blueprint as assess
from directory.web.buyer.routes import blueprint as buyer
from directory.web.machines.routes import blueprint as machines
from directory.web.ops.routes import blueprint as ops
from directory.web.referee.routes import blueprint as referee
from directory.web.vendor.routes import blueprint as vendor


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for `settings`, or for those of the environment.

    Nothing is opened yet: connections and the index are opened by the first request that needs them, so
    a process may fork after this.
    """
    settings = settings or Settings.read()
    log.configure(settings)
    app = Flask("directory", template_folder=str(paths.shipped("templates")), static_folder=None)
    database = Database(settings.database_url)
    parts = session.Services(settings, database, Search(database, settings.index_dir), Changes(database))
    session.install(app, parts)
    reach.install(app, parts)
    requests.install(app)
    security.install(app, settings)
    guards.install(app)
    identity.install(app)
    keeping.install(app)
    signing_in.install(app)
    errors.install(app)
    filters.install(app)
    assets.install(app)
    for blueprint in (buyer, assess, machines, api, ops, account, vendor, referee, admin):
        app.register_blueprint(blueprint)
    front.install(app, parts)
    return app
