"""The same sites that the API is tested over."""

from tests.web.api.conftest import at_the_factories_day, either_site, shared_site, site

__all__ = ["at_the_factories_day", "either_site", "shared_site", "site"]
